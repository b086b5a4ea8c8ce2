package io.corale.gossip;

import io.corale.model.Incarnation;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Notices that this node has had a life that its disk does not know of: another disk was in use
 * under its id, and in that life it may have promised what this one has not kept (rule 6).
 *
 * <p>A new disk knows of no life, and has nothing to keep: then only a later life is strange.
 */
final class OwnLives {
  private final Incarnation self;
  private final OptionalLong before;
  private Optional<Incarnation> other = Optional.empty();

  /**
   * @param before the number of the last life that the disk knows of, but for this one
   */
  OwnLives(Incarnation self, OptionalLong before) {
    this.self = self;
    this.before = before;
  }

  /** Others know of this life of this node. */
  void heard(long boot) {
    boolean isKnown = before.isPresent() ? boot <= before.getAsLong() : boot < self.boot();
    if (!isKnown && boot != self.boot()) {
      other = Optional.of(new Incarnation(self.node(), boot));
    }
  }

  /** One that is not known here; empty while none was heard of. */
  Optional<Incarnation> other() {
    return other;
  }
}
