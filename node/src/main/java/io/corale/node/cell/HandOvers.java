package io.corale.node.cell;

import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.model.CellId;
import io.corale.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands over what this node leads to members alive: all when it leaves, or for want of room. */
final class HandOvers {
  private static final Logger log = LoggerFactory.getLogger(HandOvers.class);

  private final NodeId self;
  private final Overlay overlay;

  /** Of the keeper's thread. */
  private final Relief relief = new Relief();

  HandOvers(NodeId self, Overlay overlay) {
    this.self = self;
    this.overlay = overlay;
  }

  /** The disk is short of room: whoever leads writes most, and all wait for it when it cannot. */
  void relieve(Map<CellId, AwakeCell> cells) {
    relief.keepOnly(cells.keySet());
    for (Cell cell : cells.values()) {
      if (cell.isSuperpeer()) {
        var unused =
            relief
                .next(cell.id(), successors(cell), System.nanoTime())
                .map(node -> handOver(cell, node));
      }
    }
  }

  /** Hands over all that this node leads; waits no longer than this. */
  void handOver(Collection<AwakeCell> cells, long withinMillis) {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (Cell cell : cells) {
      if (cell.isSuperpeer()) {
        successors(cell).stream().findFirst().ifPresent(node -> all.add(handOver(cell, node)));
      }
    }
    try {
      CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
          .get(withinMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("node {} did not hand over all its cells: {}", self, e.toString());
    }
  }

  /** The other members that are alive, from the one after this node on. */
  private List<NodeId> successors(Cell cell) {
    List<NodeId> alive =
        overlay.nodes().stream()
            .filter(node -> node.state() == NodeView.State.ALIVE)
            .map(node -> node.incarnation().node())
            .toList();
    List<NodeId> members =
        new ArrayList<>(
            cell.members().stream().map(member -> member.incarnation().node()).toList());
    int here = members.indexOf(self);
    Collections.rotate(members, -(here + 1));
    return members.stream().filter(node -> !node.equals(self) && alive.contains(node)).toList();
  }

  private static CompletableFuture<Void> handOver(Cell cell, NodeId to) {
    return cell.transferLeadership(to)
        .thenRun(() -> log.info("cell {} handed over to {}", cell.id(), to))
        .exceptionally(
            failure -> {
              log.warn("cell {} not handed over to {}: {}", cell.id(), to, failure.toString());
              return null;
            });
  }
}
