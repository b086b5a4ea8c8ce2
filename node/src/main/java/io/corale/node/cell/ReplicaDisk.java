package io.corale.node.cell;

import io.corale.scheduler.ratis.Presence;
import io.corale.scheduler.ratis.StorageCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftGroupId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node has on disk of its replicas, as far as nobody but it must touch them: those that
 * may be started, and those that must not (rule 6).
 *
 * <pre>
 *   groups/GROUP             a replica, opened by Ratis once it was checked
 *   floors/GROUP             up to where it must reach
 *   damaged/GROUP-LIFE       one that did not, kept for whoever wants to know
 *   damaged/left-GROUP-LIFE  one that had not come back to its group, about to be deleted
 * </pre>
 */
final class ReplicaDisk {
  private static final Logger log = LoggerFactory.getLogger(ReplicaDisk.class);

  /** Of each replica; it may be large. */
  static final int KEPT = 2;

  /** Why one does not go on that had not come back when it was closed. */
  static final String NOT_BACK = "it had not come back yet";

  /** Each reads a whole log; more would only take turns at the disk. */
  private static final int MOST_LOOKS = 4;

  /** GROUP-LIFE, and a number if it was lost more than once in one life. */
  private static final Pattern ASIDE = Pattern.compile(".{36}-([0-9]{1,18})(?:-([0-9]{1,9}))?");

  private static final String LEFT = "left-";

  private static final Comparator<Path> BY_LIFE =
      Comparator.<Path>comparingLong(path -> number(path, 1))
          .thenComparingLong(path -> number(path, 2));

  private final Path groups;
  private final Path damaged;
  private final long life;
  private final FloorMarker floors;
  private final Semaphore looks = new Semaphore(MOST_LOOKS);

  /**
   * @param directory of all that has to do with Raft
   * @param life the number of this life of the node
   */
  ReplicaDisk(Path directory, long life) throws IOException {
    this.groups = directory.resolve("groups");
    this.damaged = directory.resolve("damaged");
    this.life = life;
    this.floors = new FloorMarker(directory.resolve("floors"));
  }

  FloorMarker floors() {
    return floors;
  }

  /**
   * What a replica has is whole, and wrong: it must not be opened any more, also in another life of
   * this node (rule 39).
   */
  void condemn(RaftGroupId group) throws IOException {
    floors.condemn(group);
  }

  /** Whether it is known that there is nothing of a replica. */
  boolean lacks(RaftGroupId group) {
    return Files.notExists(directoryOf(group));
  }

  /**
   * Looks whether a replica that is closed may be opened as it is; what a purge has left behind
   * goes. Takes as long as reading it, once its turn has come.
   *
   * @param began is told when it has
   * @throws LostReplica if it must not be opened any more
   * @throws IOException if it could not be looked at: then nothing is known of it
   */
  void requireSound(CellFile file, Runnable began) throws IOException {
    if (file.state() == CellFile.State.RETURNING) {
      throw new LostReplica(NOT_BACK);
    }
    RaftGroupId group = GroupIds.of(file.cell(), file.epoch());
    if (floors.isCondemned(group)) {
      throw new LostReplica("its state was not that of most others");
    }
    looks.acquireUninterruptibly();
    try {
      began.run();
      StorageCheck found = StorageCheck.of(directoryOf(group), floors.of(group));
      if (found instanceof StorageCheck.Damaged damaged) {
        throw new LostReplica(damaged.reason());
      }
      if (found instanceof StorageCheck.Sound sound) {
        for (Path each : sound.leavings()) {
          Files.delete(each);
        }
      } else {
        throw new LostReplica("its directory is gone");
      }
    } finally {
      looks.release();
    }
  }

  /**
   * Moves a replica to where Ratis does not look, and keeps it there; nothing of it counts any
   * more.
   */
  void setAside(RaftGroupId group) throws IOException {
    moveAway(group, "");
    dropOld(group);
  }

  /** As {@link #setAside}, of one that never was what its group counted on: it is not kept. */
  void drop(RaftGroupId group) throws IOException {
    moveAway(group, LEFT);
    dropLeft(group);
  }

  private void moveAway(RaftGroupId group, String prefix) throws IOException {
    Path replica = directoryOf(group);
    if (Presence.isThere(replica)) {
      Files.createDirectories(damaged);
      String name = prefix + group.getUuid() + "-" + life;
      Path aside = damaged.resolve(name);
      for (int more = 2; Files.exists(aside); more++) {
        aside = damaged.resolve(name + "-" + more);
      }
      Files.move(replica, aside);
      // A replica that comes back after a power cut would be taken for the one that follows it.
      sync(groups);
      sync(damaged);
    }
    floors.forget(group);
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private void dropOld(RaftGroupId group) {
    deleteQuietly(
        all ->
            all.filter(path -> nameOf(path).startsWith(group.getUuid() + "-"))
                .filter(path -> ASIDE.matcher(nameOf(path)).matches())
                .sorted(BY_LIFE.reversed())
                .skip(KEPT));
  }

  private void dropLeft(RaftGroupId group) {
    deleteQuietly(all -> all.filter(path -> nameOf(path).startsWith(LEFT + group.getUuid() + "-")));
  }

  /** There may be something that cannot be deleted, or was not put there by us. */
  private void deleteQuietly(UnaryOperator<Stream<Path>> which) {
    if (Files.notExists(damaged)) {
      return;
    }
    try (Stream<Path> all = Files.list(damaged)) {
      for (Path each : which.apply(all).toList()) {
        deleteTree(each);
      }
    } catch (IOException | UncheckedIOException e) {
      log.warn("{} keeps more than it should: {}", damaged, e.toString());
    }
  }

  /** A number in the name; 1 where it has none. */
  private static long number(Path path, int which) {
    Matcher name = ASIDE.matcher(nameOf(path));
    return name.matches() && name.group(which) != null ? Long.parseLong(name.group(which)) : 1;
  }

  private static void deleteTree(Path tree) throws IOException {
    List<Path> all;
    try (Stream<Path> found = Files.walk(tree)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.delete(each);
    }
  }

  private Path directoryOf(RaftGroupId group) {
    return groups.resolve(group.getUuid().toString());
  }

  private static String nameOf(Path path) {
    return path.getFileName().toString();
  }
}
