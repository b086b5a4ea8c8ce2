package io.corale.node;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.node.disk.DataDirectory;
import io.corale.node.disk.UnusableDirectoryException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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

  private static final String SET_THE_CLOCK = "set the clock, and start the node again";

  private final DataDirectory data;
  private final List<Long> lives;
  private final Incarnation self;

  private OwnDisk(DataDirectory data, List<Long> lives, Incarnation self) {
    this.data = data;
    this.lives = lives;
    this.self = self;
  }

  /** The disk of a node that is about to begin a life. */
  static OwnDisk of(DataDirectory data, NodeId node, Instant now) throws IOException {
    return new OwnDisk(data, data.boots(), new Incarnation(node, data.nextBoot(now)));
  }

  /** The life that begins. */
  Incarnation self() {
    return self;
  }

  /** The numbers of the lives that the disk knows of, ascending; none on a new one. */
  List<Long> lives() {
    return lives;
  }

  /**
   * Before anything is started from the disk: the life begins, unless the others know of another.
   *
   * @param other a life of this node that is known to others, and not to its disk
   */
  void begin(Optional<Incarnation> other) throws IOException {
    if (other.isPresent() && lives.isEmpty()) {
      throw new IOException(toCome(other.get()) + SET_THE_CLOCK);
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
            lives.isEmpty()
                ? toCome(life) + SET_THE_CLOCK + ", with an empty data directory"
                : "its data directory is not that of its last life: the others know of "
                    + life
                    + ", this directory does not; nothing in it may be started any more, start the"
                    + " node with an empty one");
  }

  /** Of a directory that was new when this life began. */
  private static String toCome(Incarnation life) {
    return "the clock of this machine is behind: the others know of "
        + life
        + ", which by it is still to come; this directory is new, so that the number of a life is"
        + " the time at which it begins: ";
  }

  private void retire() {
    try {
      data.retire();
    } catch (IOException e) {
      log.error("{} could not be retired: it must not be used again", data.path(), e);
    }
  }
}
