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
 *   damaged/left-GROUP-LIFE  one that had not come back, as far as its cell file knew; kept until one
 *                            has
 * </pre>
 */
final class ReplicaDisk {
  private static final Logger log = LoggerFactory.getLogger(ReplicaDisk.class);

  /** Why one does not go on that had not come back when it was closed. */
  static final String NOT_BACK = "it had not come back yet";

  private static final String HELD = "";
  private static final String LEFT = "left-";

  /** GROUP-LIFE, and a number if it was lost more than once in one life. */
  private static final Pattern ASIDE =
      Pattern.compile("(?:" + LEFT + ")?.{36}-([0-9]{1,18})(?:-([0-9]{1,9}))?");

  private static final Comparator<Path> BY_LIFE =
      Comparator.<Path>comparingLong(path -> number(path, 1))
          .thenComparingLong(path -> number(path, 2));

  private final Path groups;
  private final Path damaged;
  private final String peer;
  private final long life;
  private final FloorMarker floors;

  /**
   * @param directory of all that has to do with Raft
   * @param peer this node in all groups
   * @param life the number of this life of the node
   */
  ReplicaDisk(Path directory, String peer, long life) throws IOException {
    this.peer = peer;
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
   * goes. Takes as long as reading it.
   *
   * @throws LostReplica if it must not be opened any more
   * @throws IOException if it could not be looked at: then nothing is known of it
   */
  void requireSound(CellFile file) throws IOException {
    switch (file.state()) {
      case HELD, ARRIVING -> {}
      case RETURNING -> throw new LostReplica(NOT_BACK);
      case LOST, AWAITED, LEFT -> throw new LostReplica("nothing of it counts");
    }
    RaftGroupId group = GroupIds.of(file.cell(), file.epoch());
    if (floors.isCondemned(group)) {
      throw new LostReplica("its state was not that of most others");
    }
    StorageCheck found = StorageCheck.of(directoryOf(group), floors.of(group));
    if (found instanceof StorageCheck.Damaged damaged) {
      throw new LostReplica(damaged.reason());
    }
    if (found instanceof StorageCheck.Sound sound) {
      for (Path each : sound.leavings()) {
        Files.delete(each);
      }
      if (file.state() == CellFile.State.ARRIVING
          && StorageCheck.isMemberOfOld(directoryOf(group), peer, file.absentAt())) {
        // It would take part in elections of a time in which it was a member, and is none since.
        throw new LostReplica(NOT_BACK);
      }
    } else {
      throw new LostReplica("its directory is gone");
    }
  }

  /**
   * Moves a replica to where Ratis does not look, and keeps it there; nothing of it counts any
   * more. Of those of one group the first and the last are kept: the one shows what befell it, the
   * other what befalls it.
   */
  void setAside(RaftGroupId group) throws IOException {
    moveAway(group, HELD);
    List<Path> all = aside(HELD, group);
    if (all.size() > 2) {
      deleteQuietly(all.subList(1, all.size() - 1));
    }
  }

  /**
   * As {@link #setAside}, of one that was on its way back. It may have counted for a moment, before
   * its cell file could say so: the last is kept until one is back.
   */
  void drop(RaftGroupId group) throws IOException {
    moveAway(group, LEFT);
    List<Path> all = aside(LEFT, group);
    if (all.size() > 1) {
      deleteQuietly(all.subList(0, all.size() - 1));
    }
  }

  /** One is back. */
  void dropLeft(RaftGroupId group) {
    try {
      deleteQuietly(aside(LEFT, group));
    } catch (IOException e) {
      log.warn("{} keeps more than it should: {}", damaged, e.toString());
    }
  }

  private void moveAway(RaftGroupId group, String prefix) throws IOException {
    Path replica = directoryOf(group);
    if (Presence.isThere(replica)) {
      Files.createDirectories(damaged);
      Files.move(
          replica, damaged.resolve(prefix + group.getUuid() + "-" + life + next(prefix, group)));
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

  /** What tells another one of this life from those before it. */
  private String next(String prefix, RaftGroupId group) throws IOException {
    return aside(prefix, group).stream()
        .filter(path -> number(path, 1) == life)
        .reduce((before, last) -> last)
        .map(last -> "-" + (number(last, 2) + 1))
        .orElse("");
  }

  /** Those of a group that were put aside under this prefix, in that order; others stay out. */
  private List<Path> aside(String prefix, RaftGroupId group) throws IOException {
    if (Files.notExists(damaged)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(damaged)) {
      return all.filter(path -> nameOf(path).startsWith(prefix + group.getUuid() + "-"))
          .filter(path -> ASIDE.matcher(nameOf(path)).matches())
          .sorted(BY_LIFE)
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void deleteQuietly(List<Path> trees) {
    for (Path each : trees) {
      try {
        deleteTree(each);
      } catch (IOException | UncheckedIOException e) {
        log.warn("{} stays, though it should not: {}", each, e.toString());
      }
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
