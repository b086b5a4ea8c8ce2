package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.NodeId;
import io.corale.scheduler.ratis.SnapshotThresholds;
import io.corale.wire.Door;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
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
@Timeout(360)
final class SnapshotIT {
  private static final SnapshotThresholds OFTEN =
      new SnapshotThresholds(20, 1L << 30, Duration.ofDays(1));

  /** Log is purged by whole segments of a megabyte: these fill three of them. */
  private static final int INVOCATIONS = 130;

  private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_)?([0-9]+).*");

  @TempDir Path directory;

  @Test
  void aReplicaThatLaggedTakesASnapshotAndIsEqual() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, OFTEN)) {
      Cell superpeer = CellWork.born(nodes);
      NodeId late = CellWork.follower(nodes, superpeer);
      Path replica = nodes.directoryOf(late, superpeer.group());
      CellWork.run(superpeer, "a", 5);
      nodes.stop(late);
      long had = superpeer.applied();

      CellWork.run(superpeer, "b", INVOCATIONS);
      nodes.start(late);

      CellWork.awaitEqual(nodes, superpeer);
      assertThat(logBegin(replica)).as("what it had was not replayed").isGreaterThan(had);
      CellHarness.await("the oldest to go", () -> digests(replica).size() <= 2);
      CellWork.run(superpeer, "c", 20);
      CellWork.awaitEqual(nodes, superpeer);
      assertSameDigests(nodes, superpeer);
    }
  }

  @Test
  void aNewMemberTakesASnapshotAndIsEqual() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 4, OFTEN)) {
      Cell superpeer = CellWork.born(nodes);
      List<NodeId> members =
          superpeer.members().stream().map(member -> member.incarnation().node()).toList();
      NodeId added =
          nodes.ids().stream().filter(id -> !members.contains(id)).findFirst().orElseThrow();
      CellWork.run(superpeer, "a", INVOCATIONS);

      prepare(nodes, added, nodes.nodeOf(superpeer));
      List<NodeId> all = new ArrayList<>(members);
      all.add(added);
      nodes.configure(superpeer, all);

      CellWork.awaitEqual(nodes, superpeer);
      assertThat(nodes.cells()).hasSize(4);
      assertThat(logBegin(nodes.directoryOf(added, superpeer.group()))).isPositive();
    }
  }

  @Test
  void aReplicaWithADamagedSnapshotGoesOnFromTheOlderOne() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, OFTEN)) {
      Cell superpeer = CellWork.born(nodes);
      NodeId hurt = CellWork.follower(nodes, superpeer);
      Path replica = nodes.directoryOf(hurt, superpeer.group());
      CellWork.run(superpeer, "a", INVOCATIONS);
      CellHarness.await("two snapshots", () -> digests(replica).size() == 2);

      nodes.stop(hurt);
      String damaged = flip(replica, 0);
      nodes.start(hurt);

      CellWork.awaitEqual(nodes, superpeer);
      assertThat(replica.resolve("sm").resolve(damaged + ".corrupt")).exists();
    }
  }

  /** Gives a node an empty replica of a group that it is no member of. */
  private static void prepare(CellHarness nodes, NodeId node, NodeId from) {
    Door.AddReplica replica =
        nodes.cells(from).find(CellHarness.CELL).map(CellWork::replica).orElseThrow();
    Door.TendReplica.Builder wish = Door.TendReplica.newBuilder().setReplica(replica);
    String token =
        nodes.cells(node).tend(wish.setWish(Door.TendReplica.Wish.AWAIT).build()).join().getToken();
    nodes
        .cells(node)
        .tend(wish.setWish(Door.TendReplica.Wish.RETURN).setToken(token).build())
        .join();
  }

  /** What an operator compares: at the same index all have the same digest. */
  private static void assertSameDigests(CellHarness nodes, Cell superpeer) {
    List<Map<String, String>> seen = new ArrayList<>();
    CellHarness.await(
        "a snapshot that all have",
        () -> {
          seen.clear();
          nodes.ids().forEach(id -> seen.add(digests(nodes.directoryOf(id, superpeer.group()))));
          return !common(seen).isEmpty();
        });
    Map<String, String> expected = new TreeMap<>(seen.get(0));
    expected.keySet().retainAll(common(seen));
    assertThat(seen).allSatisfy(each -> assertThat(each).containsAllEntriesOf(expected));
  }

  /** The names of the snapshots that all replicas have. */
  private static Set<String> common(List<Map<String, String>> all) {
    Set<String> common = new TreeSet<>(all.get(0).keySet());
    all.forEach(each -> common.retainAll(each.keySet()));
    return common;
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

  /** Where it has nothing but a snapshot, that is beyond all that it was sent. */
  private static long logBegin(Path replica) throws IOException {
    try (Stream<Path> files = Files.list(replica.resolve("current"))) {
      return files
          .map(file -> SEGMENT.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .mapToLong(segment -> Long.parseLong(segment.group(1)))
          .min()
          .orElse(Long.MAX_VALUE);
    }
  }
}
