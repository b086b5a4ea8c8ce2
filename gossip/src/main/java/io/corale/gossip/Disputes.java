package io.corale.gossip;

import io.corale.wire.Gossips;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Notices of whom this node and another one hold different things under one version. Somebody has
 * spoiled one of the two, and only the writer knows which: so that one is to be compared with.
 */
final class Disputes {
  /** The writer says all anew every 30 s at most; who asks it more often asks in vain. */
  private static final long AGAIN_MICROS = 2 * Micros.SECOND;

  private final RandomGenerator chance;
  private Optional<Member> writer = Optional.empty();
  private int seen;
  private long notBefore = Long.MIN_VALUE;

  Disputes(RandomGenerator chance) {
    this.chance = chance;
  }

  /** What another one holds of this writer, at this place of its digest, and nothing beyond. */
  void look(Member held, Gossips.Holdings theirs, int at) {
    Shelf shelf = held.shelf();
    boolean isDisputed =
        held.standing() == Standing.ALIVE
            && at < Math.min(theirs.getVersionsCount(), theirs.getContentsCount())
            && theirs.getVersions(at) == shelf.complete()
            && theirs.getContents(at) != shelf.contents();
    // Beyond a gap there may be what has overwritten a part of that: it is on its way.
    if (isDisputed && shelf.greatest() == shelf.complete()) {
      seen++;
      if (chance.nextInt(seen) == 0) {
        writer = Optional.of(held);
      }
    }
  }

  /** Whom to compare with now: one of them by chance, so that none keeps the others from it. */
  Optional<Member> due(long now) {
    if (writer.isEmpty() || now < notBefore) {
      return Optional.empty();
    }
    notBefore = now + AGAIN_MICROS;
    Optional<Member> due = writer.filter(member -> member.standing() == Standing.ALIVE);
    writer = Optional.empty();
    seen = 0;
    return due;
  }
}
