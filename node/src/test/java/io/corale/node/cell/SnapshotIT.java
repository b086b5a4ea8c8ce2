package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Payload;
import io.corale.scheduler.Image;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Result;
import io.corale.scheduler.Urgency;
import io.corale.scheduler.ratis.SnapshotThresholds;
import io.corale.scheduler.wire.SnapshotCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rules 6 and 35 on real Raft servers: how a replica comes to its state that the log does not give
 * it any more.
 */
@Timeout(120)
final class SnapshotIT {
  private static final SnapshotThresholds OFTEN =
      new SnapshotThresholds(20, 1L << 30, Duration.ofDays(1));

  /** Log is purged by whole segments of a megabyte: these fill three of them. */
  private static final int INVOCATIONS = 130;

  private static final Payload INPUT = Payload.ofJson("\"" + "x".repeat(28_000) + "\"");

  private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_)?([0-9]+).*");

  @TempDir Path directory;

  @Test
  void aReplicaThatLaggedTakesASnapshotAndIsEqual() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, OFTEN)) {
      Cell superpeer = born(nodes);
      NodeId late = follower(nodes, superpeer);
      Path replica = nodes.directoryOf(late, superpeer.group());
      run(superpeer, "a", 5);
      nodes.stop(late);
      long had = superpeer.applied();

      run(superpeer, "b", INVOCATIONS);
      nodes.start(late);

      awaitEqual(nodes, superpeer);
      assertThat(logBegin(replica)).as("what it had was not replayed").isGreaterThan(had);
      assertThat(digests(replica)).hasSizeLessThanOrEqualTo(2);
      run(superpeer, "c", 20);
      awaitEqual(nodes, superpeer);
      assertSameDigests(nodes, superpeer);
    }
  }

  @Test
  void aNewMemberTakesASnapshotAndIsEqual() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 4, OFTEN)) {
      Cell superpeer = born(nodes);
      List<NodeId> members =
          superpeer.members().stream().map(member -> member.incarnation().node()).toList();
      NodeId added =
          nodes.ids().stream().filter(id -> !members.contains(id)).findFirst().orElseThrow();
      run(superpeer, "a", INVOCATIONS);

      prepare(nodes, added, nodes.nodeOf(superpeer), superpeer.group());
      List<NodeId> all = new ArrayList<>(members);
      all.add(added);
      nodes.configure(superpeer, all);

      awaitEqual(nodes, superpeer);
      assertThat(nodes.cells()).hasSize(4);
      assertThat(logBegin(nodes.directoryOf(added, superpeer.group()))).isPositive();
    }
  }

  /** Damaged is first one of its snapshots, then both, and it loses all that it had. */
  @Test
  void aDamagedReplicaGoesOnFromTheOlderSnapshotOrIsAddedAnew() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, OFTEN)) {
      Cell superpeer = born(nodes);
      NodeId hurt = follower(nodes, superpeer);
      NodeId other =
          nodes.ids().stream()
              .filter(id -> !id.equals(hurt) && !id.equals(nodes.nodeOf(superpeer)))
              .findFirst()
              .orElseThrow();
      Path replica = nodes.directoryOf(hurt, superpeer.group());
      run(superpeer, "a", INVOCATIONS);
      CellHarness.await("two snapshots", () -> digests(replica).size() == 2);

      nodes.stop(hurt);
      String damaged = flip(replica, 0);
      nodes.start(hurt);
      awaitEqual(nodes, superpeer);
      assertThat(replica.resolve("sm").resolve(damaged + ".corrupt")).exists();

      run(superpeer, "b", 20);
      CellHarness.await("two snapshots", () -> digests(replica).size() == 2);
      nodes.stop(hurt);
      flip(replica, 0);
      flip(replica, 1);
      nodes.start(hurt);
      assertThat(cell(nodes, hurt).standing()).isEqualTo(Cell.Standing.QUARANTINED);
      run(superpeer, "c", 5);

      nodes.configure(superpeer, List.of(nodes.nodeOf(superpeer), other));
      prepare(nodes, hurt, other, superpeer.group());
      nodes.configure(superpeer, nodes.ids());
      awaitEqual(nodes, superpeer);
      assertThat(cell(nodes, hurt).standing()).isEqualTo(Cell.Standing.FOLLOWER);
      nodes.stop(other);
      run(superpeer, "d", 5);
    }
  }

  /** Gives a node an empty replica of a group that it is no member of, as an administrator does. */
  private static void prepare(CellHarness nodes, NodeId node, NodeId from, String group)
      throws IOException {
    nodes.stop(node);
    Path replica = nodes.directoryOf(node, group);
    if (Files.exists(replica)) {
      Files.move(replica, replica.resolveSibling("aside"));
    }
    Files.createDirectories(replica);
    if (!Files.exists(nodes.fileOf(node, group))) {
      Files.copy(nodes.fileOf(from, group), nodes.fileOf(node, group));
    }
    nodes.start(node);
  }

  private static Cell born(CellHarness nodes) {
    nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
    return nodes.superpeer();
  }

  private static NodeId follower(CellHarness nodes, Cell superpeer) {
    return nodes.cells().stream()
        .filter(cell -> cell != superpeer)
        .map(nodes::nodeOf)
        .findFirst()
        .orElseThrow();
  }

  private static Cell cell(CellHarness nodes, NodeId node) {
    return nodes.cells(node).find(CellHarness.CELL).orElseThrow();
  }

  /** Runs so many invocations to their ends. */
  private static void run(Cell cell, String prefix, int count) {
    List<CompletableFuture<?>> ends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Reply reply =
          cell.propose(CellHarness.submit(prefix + "-" + i, 1, INPUT), Urgency.NEW).join();
      assertThat(reply)
          .isInstanceOfSatisfying(
              Reply.Applied.class,
              applied -> assertThat(applied.result()).isInstanceOf(Result.Accepted.class));
      ends.add(cell.ended(new InvocationId(prefix + "-" + i)));
    }
    CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0])).join();
  }

  /** Waits until all are at one index; the state of each must then be the same, byte for byte. */
  private static void awaitEqual(CellHarness nodes, Cell superpeer) throws IOException {
    CellHarness.await(
        "one index",
        () -> nodes.cells().stream().allMatch(cell -> cell.applied() >= superpeer.applied()));
    Image expected = superpeer.read(OwnerScheduler::image);
    for (Cell cell : nodes.cells()) {
      Image image = cell.read(OwnerScheduler::image);
      assertThat(image.header()).as("%s", nodes.nodeOf(cell)).isEqualTo(expected.header());
      assertThat(bytes(image)).isEqualTo(bytes(expected));
    }
  }

  private static byte[] bytes(Image image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotCodec.encode(image, out);
    return out.toByteArray();
  }

  /** What an operator compares: at the same index all have the same digest. */
  private static void assertSameDigests(CellHarness nodes, Cell superpeer) {
    List<SortedMap<String, String>> all =
        nodes.ids().stream().map(id -> digests(nodes.directoryOf(id, superpeer.group()))).toList();
    SortedMap<String, String> common = new TreeMap<>(all.get(0));
    all.forEach(each -> common.keySet().retainAll(each.keySet()));
    assertThat(common).as("%s", all).isNotEmpty();
    all.forEach(each -> assertThat(each).containsAllEntriesOf(common));
  }

  /** The digest of each snapshot of a replica, by the snapshot's name. */
  private static SortedMap<String, String> digests(Path replica) {
    SortedMap<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.list(replica.resolve("sm"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".md5")).toList()) {
        String[] line = Files.readString(file).strip().split(" \\*", 2);
        all.put(line[1], line[0]);
      }
    } catch (IOException e) {
      // It is just being replaced.
      all.clear();
    }
    return all;
  }

  /** Damages a snapshot, counted from the newest; returns its name. */
  private static String flip(Path replica, int which) throws IOException {
    List<Path> newestFirst;
    try (Stream<Path> files = Files.list(replica.resolve("sm"))) {
      newestFirst =
          files
              .filter(f -> f.getFileName().toString().matches("snapshot\\.[0-9]+_[0-9]+"))
              .sorted((a, b) -> Long.compare(indexOf(b), indexOf(a)))
              .toList();
    }
    Path snapshot = newestFirst.get(which);
    byte[] bytes = Files.readAllBytes(snapshot);
    bytes[bytes.length / 2] ^= 1;
    Files.write(snapshot, bytes);
    return snapshot.getFileName().toString();
  }

  private static long indexOf(Path snapshot) {
    String name = snapshot.getFileName().toString();
    return Long.parseLong(name.substring(name.indexOf('_') + 1));
  }

  private static long logBegin(Path replica) throws IOException {
    try (Stream<Path> files = Files.list(replica.resolve("current"))) {
      return files
          .map(file -> SEGMENT.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .mapToLong(segment -> Long.parseLong(segment.group(1)))
          .min()
          .orElseThrow();
    }
  }
}
