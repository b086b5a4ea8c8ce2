package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.node.cell.Cell.Standing;
import io.corale.scheduler.Command.Verdict.Judgement;
import io.corale.scheduler.Urgency;
import io.corale.scheduler.ratis.SnapshotThresholds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rule 39, on a real group: who has parted from the others stops, the others go on, and it comes
 * back with their state.
 */
@Timeout(360)
final class DivergenceIT {
  private static final int CHECK_EVERY = 20;

  @TempDir Path directory;

  @Test
  void aFollowerThatHasPartedFromTheOthersIsGivenUpAndComesBack() throws Exception {
    try (CellHarness nodes =
        new CellHarness(directory, 3, SnapshotThresholds.DEFAULT, CHECK_EVERY)) {
      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
      Cell superpeer = nodes.superpeer();
      run(superpeer, "a", 60);
      CellHarness.await("all are compared", () -> nodes.compared.size() >= 3);
      assertThat(EnumSet.copyOf(nodes.compared)).containsExactly(Judgement.AGREES);
      AwakeCell follower = follower(nodes, superpeer);

      NodeId hurt = nodes.nodeOf(follower);
      nodes.astray.add(hurt);
      run(superpeer, "b", 60);

      CellHarness.await("its end", () -> follower.standing() == Standing.QUARANTINED);
      nodes.astray.clear();
      assertThat(follower.outOfOrder())
          .hasValueSatisfying(
              why -> assertThat(why).contains("has parted from the others", "(of 3 members)"));
      run(superpeer, "c", 20);
      assertThat(superpeer.isSuperpeer()).isTrue();
      CellHarness.await("its steps", () -> nodes.repairs.contains("add"));
      CellHarness.await("its return", () -> follower.standing() == Standing.FOLLOWER);
      assertThat(nodes.repairs.stream().distinct())
          .containsExactly("await", "remove", "return", "add");
      assertThat(nodes.diskOf(hurt).resolve("damaged")).as("the evidence").isNotEmptyDirectory();
      run(superpeer, "d", 20);
      CellWork.awaitEqual(nodes, superpeer);
    }
  }

  @Test
  void aSuperpeerThatHasPartedFromTheOthersLeavesTheCellToThem() throws Exception {
    try (CellHarness nodes =
        new CellHarness(directory, 3, SnapshotThresholds.DEFAULT, CHECK_EVERY)) {
      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
      AwakeCell first = (AwakeCell) nodes.superpeer();

      nodes.astray.add(nodes.nodeOf(first));
      begin(first, "a", 60);

      CellHarness.await("its end", () -> first.standing() == Standing.QUARANTINED);
      nodes.astray.clear();
      Cell second = nodes.superpeer();
      assertThat(second).isNotSameAs(first);
      run(second, "b", 60);
      assertThat(nodes.mostSending.get()).isLessThanOrEqualTo(CellHarness.LIMIT);
    }
  }

  private static AwakeCell follower(CellHarness nodes, Cell superpeer) {
    return nodes.cells().stream()
        .filter(cell -> cell != superpeer)
        .map(AwakeCell.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static void run(Cell cell, String prefix, int count) {
    List<CompletableFuture<Optional<Cell.Ended>>> ends = new ArrayList<>();
    begin(cell, prefix, count).forEach(id -> ends.add(cell.ended(new InvocationId(id))));
    assertThat(ends).allSatisfy(end -> assertThat(end.join()).isPresent());
  }

  /** Submits them one after the other, each in an entry of its own. */
  private static List<String> begin(Cell cell, String prefix, int count) {
    List<String> begun = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = prefix + "-" + i;
      if (cell.propose(CellHarness.submit(id, 2), Urgency.NEW).join() instanceof Reply.Applied) {
        begun.add(id);
      }
    }
    return begun;
  }
}
