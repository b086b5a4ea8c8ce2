package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.scheduler.Urgency;
import io.corale.scheduler.ratis.SnapshotThresholds;
import io.corale.scheduler.ratis.StorageCheck;
import io.corale.scheduler.ratis.StorageCheck.Absent;
import io.corale.scheduler.ratis.StorageCheck.Damaged;
import io.corale.scheduler.ratis.StorageCheck.Sound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rule 6: what a Raft server has written is looked at, and each kind of damage is seen. */
@Timeout(360)
final class StorageCheckIT {
  private static final int INVOCATIONS = 130;
  private static final Payload INPUT = Payload.ofJson("\"" + "x".repeat(28_000) + "\"");

  @TempDir static Path once;
  private static Path made = Path.of("");

  @TempDir Path directory;
  private Path replica = Path.of("");

  /** A log of three files or more, the first of which were purged, and two snapshots. */
  @BeforeAll
  static void makeOne() throws Exception {
    SnapshotThresholds often = new SnapshotThresholds(100, 1L << 30, Duration.ofDays(1));
    try (CellHarness nodes = new CellHarness(once, 1, often)) {
      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
      Cell cell = nodes.superpeer();
      List<CompletableFuture<?>> ends = new ArrayList<>();
      for (int i = 0; i < INVOCATIONS; i++) {
        cell.propose(CellHarness.submit("a-" + i, 1, INPUT), Urgency.NEW).join();
        ends.add(cell.ended(new InvocationId("a-" + i)));
      }
      CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0])).join();
      made = nodes.directoryOf(nodes.ids().get(0), cell.group());
      CellHarness.await("two snapshots", () -> of(made, "sm", "snapshot.*[0-9]").size() == 2);
      CellHarness.await("three files", () -> of(made, "current", "log_*").size() >= 3);
    }
  }

  @BeforeEach
  void copy() throws IOException {
    replica = directory.resolve("replica");
    try (Stream<Path> all = Files.walk(made)) {
      for (Path each : all.sorted().toList()) {
        Files.copy(each, replica.resolve(made.relativize(each).toString()));
      }
    }
  }

  @Test
  void whatIsWholeIsSound() throws IOException {
    long last = last();

    assertThat(last).isGreaterThan(INVOCATIONS);
    assertThat(StorageCheck.of(replica, last)).isEqualTo(new Sound(last, List.of()));
    Files.write(openLog(), new byte[64], StandardOpenOption.APPEND);
    assertThat(StorageCheck.of(replica, last))
        .as("zeros may follow")
        .isEqualTo(new Sound(last, List.of()));
    assertThat(of(replica, "current", "*")).isEqualTo(moved(of(made, "current", "*")));
  }

  @Test
  void oneOfTwoSnapshotsThatTheLogMakesUpForIsEnough() throws IOException {
    flip(snapshots().get(1), 0.5);

    assertThat(StorageCheck.of(replica, last())).isInstanceOf(Sound.class);
  }

  @Test
  void aFileOfTheLogThatTheSnapshotsMakeUpForIsNotMissed() throws IOException {
    Files.delete(closedLogs().get(0));

    assertThat(StorageCheck.of(replica, last())).isInstanceOf(Sound.class);
    flip(snapshots().get(0), 0.5);
    flip(snapshots().get(1), 0.5);
    assertThat(StorageCheck.of(replica, -1)).isInstanceOf(Damaged.class);
  }

  @Test
  void whatIsNotThereIsAbsent() throws IOException {
    assertThat(StorageCheck.of(directory.resolve("none"), -1)).isEqualTo(new Absent());
  }

  @Test
  void whatEndsBelowTheFloorIsDamagedThoughEveryEntryIsWhole() throws IOException {
    long last = last();
    Files.write(openLog(), Arrays.copyOf(Files.readAllBytes(openLog()), 8));

    assertThat(StorageCheck.of(replica, -1)).isInstanceOf(Sound.class);
    assertThat(StorageCheck.of(replica, last))
        .isInstanceOfSatisfying(
            Damaged.class, d -> assertThat(d.reason()).contains("had applied entry " + last));
    Files.delete(openLog());
    assertThat(StorageCheck.of(replica, last)).isInstanceOf(Damaged.class);
    assertThat(StorageCheck.of(replica, last + 1)).isInstanceOf(Damaged.class);
  }

  /** What damage there is that needs no floor to be seen. */
  private enum Kind {
    TORN {
      @Override
      void befall(StorageCheckIT t) throws IOException {
        byte[] all = Files.readAllBytes(t.openLog());
        Files.write(t.openLog(), Arrays.copyOf(all, all.length - 5));
      }
    },
    TORN_WITH_ZEROS_BEHIND {
      @Override
      void befall(StorageCheckIT t) throws IOException {
        byte[] all = Files.readAllBytes(t.openLog());
        Arrays.fill(all, all.length - 5, all.length, (byte) 0);
        Files.write(t.openLog(), all);
      }
    },
    FLIPPED_IN_THE_OPEN_FILE {
      @Override
      void befall(StorageCheckIT t) throws IOException {
        flip(t.openLog(), 0.5);
      }
    },
    FLIPPED_IN_A_CLOSED_FILE {
      @Override
      void befall(StorageCheckIT t) throws IOException {
        flip(t.closedLogs().get(0), 0.5);
      }
    },
    CLOSED_FILE_CUT {
      @Override
      void befall(StorageCheckIT t) throws IOException {
        Path file = t.closedLogs().get(0);
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 8));
      }
    },
    CLOSED_FILE_EMPTY {
      @Override
      void befall(StorageCheckIT t) throws IOException {
        Files.write(t.closedLogs().get(0), new byte[0]);
      }
    },
    VOTE_LOST {
      @Override
      void befall(StorageCheckIT t) throws IOException {
        Files.delete(t.replica.resolve("current").resolve("raft-meta"));
      }
    },
    CONFIGURATION_LOST {
      @Override
      void befall(StorageCheckIT t) throws IOException {
        Files.delete(t.replica.resolve("current").resolve("raft-meta.conf"));
      }
    },
    VOTE_EMPTY {
      @Override
      void befall(StorageCheckIT t) throws IOException {
        Files.write(t.replica.resolve("current").resolve("raft-meta"), new byte[0]);
      }
    },
    CURRENT_EMPTY {
      @Override
      void befall(StorageCheckIT t) throws IOException {
        for (Path each : of(t.replica, "current", "*")) {
          Files.delete(each);
        }
      }
    },
    SNAPSHOTS_FLIPPED {
      @Override
      void befall(StorageCheckIT t) throws IOException {
        for (Path each : t.snapshots()) {
          flip(each, 0.5);
        }
      }
    },
    SNAPSHOTS_LOST {
      @Override
      void befall(StorageCheckIT t) throws IOException {
        for (Path each : of(t.replica, "sm", "*")) {
          Files.delete(each);
        }
      }
    };

    abstract void befall(StorageCheckIT test) throws IOException;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyOtherDamageIsSeenWithoutAFloor(Kind kind) throws IOException {
    kind.befall(this);

    StorageCheck found = StorageCheck.of(replica, -1);

    assertThat(found).isInstanceOf(Damaged.class);
    System.out.println(kind + ": " + found);
  }

  private long last() throws IOException {
    assertThat(StorageCheck.of(replica, -1)).isInstanceOf(Sound.class);
    return ((Sound) StorageCheck.of(replica, -1)).last();
  }

  private Path openLog() {
    return of(replica, "current", "log_inprogress_*").get(0);
  }

  /** The oldest first; there are two at least. */
  private List<Path> closedLogs() {
    return of(replica, "current", "log_[0-9]*").stream()
        .sorted(Comparator.comparingLong(StorageCheckIT::first))
        .toList();
  }

  private static long first(Path segment) {
    String name = segment.getFileName().toString();
    return Long.parseLong(name.substring("log_".length(), name.indexOf('-')));
  }

  /** The older first. */
  private List<Path> snapshots() {
    return of(replica, "sm", "snapshot.*[0-9]").stream()
        .sorted(Comparator.comparing(path -> path.toString().length() + path.toString()))
        .toList();
  }

  private List<Path> moved(List<Path> files) {
    return files.stream().map(f -> replica.resolve(made.relativize(f).toString())).toList();
  }

  private static List<Path> of(Path replica, String part, String glob) {
    List<Path> found = new ArrayList<>();
    try (var files = Files.newDirectoryStream(replica.resolve(part), glob)) {
      files.forEach(found::add);
    } catch (IOException e) {
      return List.of();
    }
    return found.stream().filter(file -> !file.toString().endsWith(".md5")).sorted().toList();
  }

  private static void flip(Path file, double where) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) (bytes.length * where)] ^= 1;
    Files.write(file, bytes);
  }
}
