package io.corale.gossip;

import io.corale.wire.Gossips;
import java.util.Optional;

/** What a member says of its load, as far as it can be read here. */
final class Loads {
  private Loads() {}

  /** Of all that it leads; empty where it says nothing, or nothing that can be read. */
  static Optional<Gossips.Load> of(Member member) {
    return of(member, Topic.LOAD);
  }

  private static Optional<Gossips.Load> of(Member member, Topic topic) {
    return member.shelf().lossy().load(topic);
  }

  /**
   * The band of one of its schedulers; empty where its slot was of another one when the load was
   * told, or may have been: what began to be led by then has not all come here.
   */
  static Optional<Integer> band(Member member, Claimed claim) {
    if (!claim.view().leads()) {
      return Optional.empty();
    }
    return of(member, topic(claim))
        .filter(load -> claim.ledSince() <= load.getLedSince())
        .filter(load -> load.getLedSince() <= member.shelf().complete())
        .flatMap(load -> LoadForm.band(load, claim.slot()));
  }

  /** When what it says of that one came here. */
  static Optional<Long> heardAt(Member member, Claimed claim) {
    return member.shelf().lossy().heardAt(topic(claim));
  }

  private static Topic topic(Claimed claim) {
    return Topic.load(LoadForm.partOf(claim.slot()));
  }
}
