package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CompositionRef;
import io.corale.model.NodeId;
import io.corale.model.Payload;
import io.corale.scheduler.Command;
import io.corale.scheduler.Overlap;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Timing;
import io.corale.scheduler.ratis.SnapshotThresholds;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What stands between the election of a superpeer and its first acknowledgement. */
@Timeout(120)
final class OpeningIT {
  private static final CompositionRef LATER = new CompositionRef("later", "1.0.0");

  @TempDir Path directory;

  /** Both of two births may be furnished, and one of them is given up. */
  @Test
  void nothingRunsByItselfBeforeTheBirthIsOpen() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 1, SnapshotThresholds.DEFAULT)) {
      CompletableFuture<Void> open = new CompletableFuture<>();
      nodes.holdRecord(open);
      nodes.further =
          List.of(
              new Command.Schedule(
                  new Schedule.Plan(CellHarness.CHAIN, new Timing.Every(1_000), Overlap.ALLOW, 0),
                  0));
      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
      Cell cell = nodes.cells().get(0);
      CellHarness.await(
          "its compositions", () -> !cell.read(OwnerScheduler::compositions).isEmpty());

      assertThat(cell.read(OwnerScheduler::schedules)).isEmpty();
      open.complete(null);

      nodes.superpeer();
      assertThat(cell.read(OwnerScheduler::schedules)).hasSize(1);
    }
  }

  /** Its owner may have nothing but schedules, so that nobody ever submits. */
  @Test
  void whoTakesOverServesThoughTheRegistryIsAway() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, SnapshotThresholds.DEFAULT)) {
      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
      NodeId first = nodes.nodeOf(nodes.superpeer());
      CellHarness.await(
          "all to know that it is open",
          () -> nodes.cells().stream().allMatch(cell -> ((AwakeCell) cell).file().isOpen()));
      nodes.takeRegistryAway();

      nodes.stop(first);

      assertThat(nodes.superpeer().barrier().join()).isInstanceOf(Reply.Applied.class);
    }
  }

  /** Whoever published, lowered a limit or removed a secret then was told that it is done. */
  @Test
  void whatTheRegistryHeardWhileNobodyServedIsInForceSoonAfter() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 1, SnapshotThresholds.DEFAULT)) {
      NodeId only = nodes.ids().get(0);
      nodes.cells(only).bear(CellHarness.CELL).join();
      nodes.superpeer();
      nodes.stop(only);
      nodes.further = List.of(new Command.Define(LATER, Payload.ofJson("{}")));

      nodes.start(only);

      Cell again = nodes.superpeer();
      CellHarness.await("the news", () -> again.read(OwnerScheduler::compositions).contains(LATER));
    }
  }
}
