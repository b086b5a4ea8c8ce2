package io.corale.gossip;

import io.corale.model.Incarnation;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Notices that this node has had a life that its disk does not know of: another disk was in use
 * under its id, and in that life it may have promised what this one has not kept (rule 6).
 *
 * <p>Lives before the first one that the disk knows of are not strange: they were on disks that it
 * has replaced, empty, so that it has nothing of theirs to keep, or so long ago that it has let go
 * of their numbers.
 */
final class OwnLives {
  private final Incarnation self;
  private final List<Long> known;
  private Optional<Incarnation> other = Optional.empty();
  private boolean hasTwin;

  /**
   * @param known the numbers of the lives that the disk knows of, but for this one, ascending
   */
  OwnLives(Incarnation self, List<Long> known) {
    this.self = self;
    this.known = List.copyOf(known);
  }

  /** Others know of this life of this node. */
  void heard(long boot) {
    long first = known.isEmpty() ? self.boot() : known.get(0);
    if (boot >= first && boot != self.boot() && Collections.binarySearch(known, boot) < 0) {
      other = Optional.of(new Incarnation(self.node(), boot));
    }
  }

  /** Another process says that it is this life. */
  void twin() {
    hasTwin = true;
  }

  boolean hasTwin() {
    return hasTwin;
  }

  /** One that is not known here; empty while none was heard of. */
  Optional<Incarnation> other() {
    return other;
  }
}
