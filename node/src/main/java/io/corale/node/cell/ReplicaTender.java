package io.corale.node.cell;

import io.corale.gossip.NodeView;
import io.corale.wire.Door;
import java.util.concurrent.CompletableFuture;

/**
 * Asks another node what it has of a replica, and to prepare for its return, by {@code Cells.tend}
 * on that node.
 *
 * <p>Threading: any thread; must not block. The future completes within a few seconds, and fails
 * where there was no answer. May be asked twice: what is wished is done once.
 */
@FunctionalInterface
public interface ReplicaTender {
  /** Asks this node, as the overlay knows it. */
  CompletableFuture<Door.ReplicaReport> tend(NodeView node, Door.TendReplica request);
}
