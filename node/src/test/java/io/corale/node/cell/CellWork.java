package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Payload;
import io.corale.node.registry.Birth;
import io.corale.scheduler.Image;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Result;
import io.corale.scheduler.Urgency;
import io.corale.scheduler.wire.SnapshotCodec;
import io.corale.wire.Door;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** What the tests of replicas have their cells do, and how they compare what became of it. */
final class CellWork {
  /** So large that a hundred fill several files of the log. */
  static final Payload LARGE = Payload.ofJson("\"" + "x".repeat(28_000) + "\"");

  private CellWork() {}

  static Cell born(CellHarness nodes) {
    nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
    return nodes.superpeer();
  }

  static NodeId follower(CellHarness nodes, Cell superpeer) {
    return nodes.cells().stream()
        .filter(cell -> cell != superpeer)
        .map(nodes::nodeOf)
        .findFirst()
        .orElseThrow();
  }

  static Cell cell(CellHarness nodes, NodeId node) {
    return nodes.cells(node).find(CellHarness.CELL).orElseThrow();
  }

  /** Runs so many invocations to their ends. */
  static void run(Cell cell, String prefix, int count) {
    List<CompletableFuture<?>> ends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Reply reply =
          cell.propose(CellHarness.submit(prefix + "-" + i, 1, LARGE), Urgency.NEW).join();
      assertThat(reply)
          .isInstanceOfSatisfying(
              Reply.Applied.class,
              applied -> assertThat(applied.result()).isInstanceOf(Result.Accepted.class));
      ends.add(cell.ended(new InvocationId(prefix + "-" + i)));
    }
    CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0])).join();
  }

  /** Waits until all are at one index; the state of each must then be the same, byte for byte. */
  static void awaitEqual(CellHarness nodes, Cell superpeer) throws IOException {
    SortedMap<NodeId, Image> images = new TreeMap<>();
    // Looked at again as a whole: a timer may bring an entry between two looks.
    CellHarness.await(
        "one index",
        () -> {
          nodes
              .cells()
              .forEach(cell -> images.put(nodes.nodeOf(cell), cell.read(OwnerScheduler::image)));
          return images.values().stream().map(it -> it.header().appliedIndex()).distinct().count()
              == 1;
        });
    Image expected = Objects.requireNonNull(images.get(nodes.nodeOf(superpeer)));
    for (Map.Entry<NodeId, Image> each : images.entrySet()) {
      assertThat(each.getValue().header()).as("%s", each.getKey()).isEqualTo(expected.header());
      assertThat(bytes(each.getValue())).isEqualTo(bytes(expected));
    }
  }

  private static byte[] bytes(Image image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotCodec.encode(image, out);
    return out.toByteArray();
  }

  /** What others are told of a replica. */
  static Door.AddReplica replica(Cell cell) {
    CellFile file = ((AwakeCell) cell).file();
    return Births.request(
        file.cell(), new Birth(Birth.State.OPEN, file.epoch(), file.nonce(), file.members()));
  }
}
