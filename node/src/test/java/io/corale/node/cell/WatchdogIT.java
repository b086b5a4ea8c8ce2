package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.AttemptId;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.node.cell.Cell.Standing;
import io.corale.node.cell.Watchdog.Division;
import io.corale.scheduler.InvocationView;
import io.corale.scheduler.Urgency;
import io.corale.scheduler.ratis.SnapshotThresholds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that die on real Raft servers whose process lives. */
@Timeout(360)
final class WatchdogIT {
  /** So often that a replay begins in the middle of the log. */
  private static final SnapshotThresholds OFTEN =
      new SnapshotThresholds(10, 1_000_000, Duration.ofDays(1));

  @TempDir Path directory;

  /** Rule 11: it outlives the replica who has sent, so that nothing is sent twice. */
  @Test
  void bringsHomeWhatItHadSentBeforeItsReplicaDied() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 1, OFTEN)) {
      NodeId only = nodes.ids().get(0);
      nodes.cells(only).bear(CellHarness.CELL).join();
      AwakeCell cell = (AwakeCell) nodes.superpeer();
      run(cell, "a", 30);
      nodes.answers = new CompletableFuture<>();
      List<String> running = begin(cell, "b", 2 * CellHarness.LIMIT);
      CellHarness.await("all slots", () -> sentOf(nodes, "b").size() == CellHarness.LIMIT);
      long applied = cell.applied();

      nodes.cells(only).host().division(cell.raftGroup()).close();

      CellHarness.await("its death", () -> cell.standing() == Standing.CLOSED);
      assertThat(cell.outOfOrder()).isPresent();
      CellHarness.await(
          "its return",
          () -> {
            assertThat(cell.applied()).as("what is read").isGreaterThanOrEqualTo(applied);
            return cell.isSuperpeer();
          });
      nodes.answers.complete(null);
      awaitEndings(cell, running);
      awaitReopened(nodes, "closed");
      assertThat(sentOf(nodes, "b"))
          .hasSize(running.size())
          .allMatch(attempt -> attempt.number() == sentOf(nodes, "b").get(0).number());
      assertThat(nodes.cells(only).find(CellHarness.CELL)).contains(cell);
    }
  }

  /** Its own death, then a log that cannot be written while Ratis says that all is well. */
  @Test
  void anotherLeadsAtOnceAndTheOldSuperpeerFollows() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, OFTEN)) {
      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
      AwakeCell first = (AwakeCell) nodes.superpeer();
      List<String> running = begin(first, "a", 40);

      // Else it may be back, and lead again, before the others have missed it.
      nodes.unwatched.add(nodes.nodeOf(first));
      nodes.cells(nodes.nodeOf(first)).host().division(first.raftGroup()).close();
      CellHarness.await("its death", () -> first.standing() == Standing.CLOSED);
      AwakeCell second = (AwakeCell) nodes.superpeer();

      assertThat(second).isNotSameAs(first);
      nodes.unwatched.clear();
      awaitEndings(second, running);
      awaitFollower(first, second);

      second.replica().logFailed(new IOException("planted"));
      assertThat(second.standing()).isEqualTo(Standing.QUARANTINED);
      RaftHost host = nodes.cells(nodes.nodeOf(second)).host();
      CellHarness.await("its end", () -> host.divisionOf(second.raftGroup()) == Division.ABSENT);
      nodes.unwatched.add(nodes.nodeOf(second));
      Cell third = nodes.superpeer();
      assertThat(third).isNotSameAs(second);
      nodes.unwatched.clear();
      run(third, "b", 20);
      awaitFollower(second, third);
      awaitReopened(nodes, "closed", "log_failed");
      assertThat(nodes.mostSending.get()).isLessThanOrEqualTo(CellHarness.LIMIT);
    }
  }

  /** Whoever leads writes most, and all wait for it when it cannot. */
  @Test
  void whoRunsOutOfRoomHandsOverToWhoHasIt() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, OFTEN)) {
      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
      AwakeCell first = (AwakeCell) nodes.superpeer();

      nodes.usableBytes.put(nodes.nodeOf(first), CellHarness.LOW_BYTES - 1);

      CellHarness.await("its end", () -> !first.isSuperpeer());
      Cell second = nodes.superpeer();
      assertThat(second).isNotSameAs(first);
      run(second, "a", 20);
      awaitFollower(first, second);
      int ticks = nodes.ticks.get();
      CellHarness.await("more looks", () -> nodes.ticks.get() > ticks + 3);
      assertThat(nodes.superpeer()).as("where there is room it stays").isSameAs(second);
    }
  }

  /** Rule 36: what it cannot apply it does not skip, whatever that costs this node. */
  @Test
  void aPoisonedEntryIsMetTwiceAndNoMore() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, OFTEN)) {
      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
      Cell superpeer = nodes.superpeer();
      NodeId hurt =
          nodes.ids().stream()
              .filter(id -> !id.equals(nodes.nodeOf(superpeer)))
              .findFirst()
              .orElseThrow();
      AwakeCell follower = (AwakeCell) nodes.cells(hurt).find(CellHarness.CELL).orElseThrow();

      AtomicInteger once = nodes.poison(hurt, 1);
      run(superpeer, "a", 20);
      CellHarness.await("the failure", () -> once.get() == 0);
      awaitFollower(follower, superpeer);
      awaitReopened(nodes, "apply_failed");

      AtomicInteger always = nodes.poison(hurt, 1_000);
      run(superpeer, "b", 20);
      CellHarness.await("two failures", () -> always.get() == 998);
      RaftHost host = nodes.cells(hurt).host();
      CellHarness.await(
          "its end",
          () ->
              follower.standing() == Standing.QUARANTINED
                  && host.divisionOf(follower.raftGroup()) == Division.ABSENT);
      int ticks = nodes.ticks.get();
      CellHarness.await("its watchdog", () -> nodes.ticks.get() > ticks + 4);
      assertThat(always.get()).isEqualTo(998);
      assertThat(follower.outOfOrder().orElseThrow()).contains("planted");
      run(superpeer, "c", 5);
    }
  }

  /** A replica serves before Ratis has said that it opened it; only then it is told. */
  private static void awaitReopened(CellHarness nodes, String... causes) {
    CellHarness.await("it is told", () -> reopened(nodes).size() >= causes.length);
    assertThat(reopened(nodes)).containsExactly(causes);
  }

  /** Of which deaths; a leader's snapshot that comes while Ratis opens one makes that in vain. */
  private static List<String> reopened(CellHarness nodes) {
    return nodes.reopened.stream().filter(cause -> !cause.equals("in vain")).toList();
  }

  private static void awaitFollower(Cell follower, Cell superpeer) {
    CellHarness.await(
        "its return",
        () ->
            follower.standing() == Standing.FOLLOWER && follower.applied() >= superpeer.applied());
  }

  private static List<AttemptId> sentOf(CellHarness nodes, String prefix) {
    return nodes.sent.stream()
        .filter(attempt -> attempt.call().invocation().value().startsWith(prefix))
        .toList();
  }

  private static void run(Cell cell, String prefix, int count) {
    awaitEndings(cell, begin(cell, prefix, count));
  }

  private static List<String> begin(Cell cell, String prefix, int count) {
    List<String> ids = IntStream.range(0, count).mapToObj(i -> prefix + "-" + i).toList();
    List<CompletableFuture<Reply>> replies =
        ids.stream().map(id -> cell.propose(CellHarness.submit(id, 1), Urgency.NEW)).toList();
    assertThat(replies).allMatch(reply -> reply.join() instanceof Reply.Applied);
    return ids;
  }

  private static void awaitEndings(Cell cell, List<String> ids) {
    CellHarness.await(
        "all endings",
        () ->
            ids.stream()
                .allMatch(
                    id ->
                        cell.read(scheduler -> scheduler.status(new InvocationId(id)))
                            .flatMap(InvocationView::ending)
                            .isPresent()));
  }
}
