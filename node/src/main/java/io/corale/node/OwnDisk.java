package io.corale.node;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.node.disk.DataDirectory;
import io.corale.node.disk.UnusableDirectoryException;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a node's disk is that of its last life, or one of former days (rule 6); one of those is
 * found out at most once, and never started again.
 *
 * <p>The life that begins is counted only when the others were asked: a start that is refused must
 * not make known to the disk what it did not know.
 */
final class OwnDisk {
  private static final Logger log = LoggerFactory.getLogger(OwnDisk.class);

  private final DataDirectory data;
  private final OptionalLong before;
  private final Incarnation self;

  private OwnDisk(DataDirectory data, OptionalLong before, Incarnation self) {
    this.data = data;
    this.before = before;
    this.self = self;
  }

  /** The disk of a node that is about to begin a life. */
  static OwnDisk of(DataDirectory data, NodeId node, Instant now) throws IOException {
    return new OwnDisk(data, data.lastBoot(), new Incarnation(node, data.nextBoot(now)));
  }

  /** The life that begins. */
  Incarnation self() {
    return self;
  }

  /** The number of the last life that the disk knows of; empty on a new one. */
  OptionalLong before() {
    return before;
  }

  /**
   * Before anything is started from the disk: the life begins, unless the others know of another.
   *
   * @param other a life of this node that is known to others, and not to its disk
   */
  void begin(Optional<Incarnation> other) throws IOException {
    if (other.isPresent() && before.isEmpty()) {
      throw new IOException(
          "the clock of this machine is behind: the others know of "
              + other.get()
              + ", which by it is still to come; this directory is new, so that the number of a"
              + " life is the time at which it begins: set the clock, and start the node again");
    }
    Optional<String> strange = strange(other);
    if (strange.isPresent()) {
      throw new UnusableDirectoryException(strange.get());
    }
    data.countBoot(self.boot());
  }

  /**
   * Why the node must end, in words that follow on its name; then nobody starts from its disk
   * again.
   *
   * @param other a life of this node that is known to others, and not to its disk
   */
  Optional<String> strange(Optional<Incarnation> other) {
    other.ifPresent(life -> retire());
    return other.map(
        life ->
            "its data directory is not that of its last life: the others know of "
                + life
                + ", this directory does not; nothing in it may be started any more, start the node"
                + " with an empty one");
  }

  private void retire() {
    try {
      data.retire();
    } catch (IOException e) {
      log.error("{} could not be retired: it must not be used again", data.path(), e);
    }
  }
}
