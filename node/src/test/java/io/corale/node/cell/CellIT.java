package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.node.registry.Birth;
import io.corale.scheduler.Command;
import io.corale.scheduler.Urgency;
import io.corale.scheduler.ratis.SnapshotThresholds;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cells on real Raft servers, three nodes in one process. */
@Timeout(60)
final class CellIT {
  @TempDir Path directory;

  @Test
  void isBornOnceHoweverManyNodesAskAndOpensBeforeItAnswers() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, SnapshotThresholds.DEFAULT)) {
      List<CompletableFuture<Birth>> asked =
          Stream.concat(nodes.ids().stream(), nodes.ids().stream())
              .map(id -> nodes.cells(id).bear(CellHarness.CELL))
              .toList();

      asked.forEach(birth -> assertThat(birth.join()).isEqualTo(asked.get(0).join()));
      Cell superpeer = nodes.superpeer();

      assertThat(nodes.record()).map(Birth::state).contains(Birth.State.OPEN);
      assertThat(nodes.cells()).hasSize(3).allMatch(c -> c.group().equals(superpeer.group()));
      Reply reply = superpeer.propose(new Command.Tick(), Urgency.NEW).join();
      assertThat(reply).isInstanceOf(Reply.Applied.class);
    }
  }
}
