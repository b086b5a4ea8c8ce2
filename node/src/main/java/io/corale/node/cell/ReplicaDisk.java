package io.corale.node.cell;

import io.corale.scheduler.ratis.StorageCheck;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftGroupId;

/**
 * What this node has on disk of its replicas, as far as nobody but it must touch them: those that
 * may be started, and those that must not (rule 6).
 *
 * <pre>
 *   groups/GROUP             a replica, opened by Ratis once it was checked
 *   floors/GROUP             up to where it must reach
 *   damaged/GROUP-LIFE       one that did not, kept for whoever wants to know
 * </pre>
 */
final class ReplicaDisk {
  /** Of each replica; it may be large. */
  static final int KEPT = 2;

  private static final int UUID_LENGTH = 36;

  private static final Comparator<Path> BY_LIFE =
      Comparator.<Path>comparingLong(path -> number(path, 0))
          .thenComparingLong(path -> number(path, 1));

  private final Path groups;
  private final Path damaged;
  private final long life;
  private final FloorMarker floors;

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

  /** Whether a replica may be started as it is. */
  StorageCheck check(RaftGroupId group) throws IOException {
    return StorageCheck.of(directoryOf(group), floors.of(group));
  }

  /** Moves a replica to where Ratis does not look; nothing of it counts any more. */
  void setAside(RaftGroupId group) throws IOException {
    Path replica = directoryOf(group);
    if (Files.exists(replica)) {
      Files.createDirectories(damaged);
      Path aside = damaged.resolve(group.getUuid() + "-" + life);
      for (int more = 2; Files.exists(aside); more++) {
        aside = damaged.resolve(group.getUuid() + "-" + life + "-" + more);
      }
      Files.move(replica, aside);
      // A replica that comes back after a power cut would be taken for the one that follows it.
      sync(groups);
      sync(damaged);
      dropOld(group);
    }
    floors.forget(group);
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private void dropOld(RaftGroupId group) throws IOException {
    List<Path> newestFirst;
    try (Stream<Path> all = Files.list(damaged)) {
      newestFirst =
          all.filter(path -> nameOf(path).startsWith(group.getUuid() + "-"))
              .sorted(BY_LIFE.reversed())
              .toList();
    }
    for (Path old : newestFirst.subList(Math.min(KEPT, newestFirst.size()), newestFirst.size())) {
      deleteTree(old);
    }
  }

  /** What stands between the hyphens after the group, counted from 0; 1 where there is nothing. */
  private static long number(Path path, int which) {
    String[] numbers = nameOf(path).substring(UUID_LENGTH + 1).split("-", -1);
    return numbers.length > which ? Long.parseLong(numbers[which]) : 1;
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
