package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.NodeId;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.node.cell.Cell.Standing;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.ratis.SnapshotThresholds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rule 36, on a real group: nothing is written that a member cannot read. */
@Timeout(360)
final class ActivationIT {
  private static final int CHECK_EVERY = 20;

  private static final Account FAST =
      new Account(
          new AccountId("fast"),
          "sim",
          1,
          Policy.LST_BL,
          new TreeMap<>(),
          List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 2)),
          true);

  @TempDir Path directory;

  /** Whether it has a vote or only listens. */
  @Test
  void whatTheLastMemberCannotReadIsNotWrittenBeforeItCan() throws Exception {
    try (CellHarness nodes =
        new CellHarness(directory, 3, SnapshotThresholds.DEFAULT, CHECK_EVERY)) {
      NodeId last = nodes.ids().get(2);
      nodes.reads.put(last, Entry.BASE_FORMAT);
      nodes.further = List.of(new Command.Configure(FAST));
      Cell superpeer = CellWork.born(nodes);

      CellWork.run(superpeer, "a", 20);
      int ticks = nodes.ticks.get();
      CellHarness.await("more looks", () -> nodes.ticks.get() > ticks + 1);

      assertThat(nodes.written.values()).containsOnly(Entry.BASE_FORMAT);
      assertThat(nodes.cells()).allMatch(cell -> cell.activeFormat() == Entry.BASE_FORMAT);
      assertThat(nodes.compared).isEmpty();
      assertThat(superpeer.accounts()).contains(FAST.retryingAfterFences());

      List<NodeId> voters = nodes.ids().subList(0, 2);
      if (!voters.contains(nodes.nodeOf(superpeer))) {
        superpeer.transferLeadership(voters.get(0)).join();
        superpeer = nodes.superpeer();
      }
      nodes.configure(superpeer, voters, List.of(last));
      int later = nodes.ticks.get();
      CellHarness.await("more looks", () -> nodes.ticks.get() > later + 1);
      assertThat(nodes.written.values()).containsOnly(Entry.BASE_FORMAT);

      nodes.reads.put(last, Entry.NEWEST_FORMAT);

      CellHarness.await(
          "the activation",
          () -> nodes.cells().stream().allMatch(c -> c.activeFormat() == Entry.NEWEST_FORMAT));
      CellHarness.await(
          "the account as it was entered", () -> nodes.superpeer().accounts().contains(FAST));
      CellWork.run(nodes.superpeer(), "b", 5);
      CellHarness.await("the voters are compared", () -> nodes.compared.size() >= 2);
    }
  }

  /** It was told not to: whoever goes back to an older build loses that replica, and no more. */
  @Test
  void aMemberThatComesBackWithAnOlderBuildStopsAndTheOthersGoOn() throws Exception {
    try (CellHarness nodes =
        new CellHarness(directory, 3, SnapshotThresholds.DEFAULT, CHECK_EVERY)) {
      Cell superpeer = CellWork.born(nodes);
      assertThat(superpeer.read(OwnerScheduler::activeFormat)).isEqualTo(Entry.NEWEST_FORMAT);
      NodeId back = CellWork.follower(nodes, superpeer);

      nodes.stop(back);
      nodes.reads.put(back, Entry.BASE_FORMAT);
      nodes.start(back);
      CellWork.run(nodes.superpeer(), "a", 5);

      Cell older = nodes.cells(back).find(CellHarness.CELL).orElseThrow();
      CellHarness.await("its end", () -> older.standing() == Standing.QUARANTINED);
      assertThat(older.outOfOrder())
          .hasValueSatisfying(why -> assertThat(why).contains("cannot read its entry"));
      assertThat(nodes.cells(back).givenUp()).isEmpty();
      CellWork.run(nodes.superpeer(), "b", 5);
    }
  }

  /** It would stop at the first entry that it is given (rules 6 and 36). */
  @Test
  void noReplicaIsBroughtBackToABuildThatCannotReadIt() throws Exception {
    try (CellHarness nodes =
        new CellHarness(directory, 3, SnapshotThresholds.DEFAULT, CHECK_EVERY)) {
      Cell superpeer = CellWork.born(nodes);
      NodeId hurt = CellWork.follower(nodes, superpeer);
      nodes.stop(hurt);
      Files.writeString(nodes.fileOf(hurt, superpeer.group()), "damaged");
      nodes.reads.put(hurt, Entry.BASE_FORMAT);

      nodes.start(hurt);
      int ticks = nodes.ticks.get();
      CellHarness.await("more looks", () -> nodes.ticks.get() > ticks + 3);
      assertThat(nodes.repairs).isEmpty();

      nodes.reads.remove(hurt);
      CellHarness.await("its return", () -> nodes.repairs.contains("add"));
    }
  }
}
