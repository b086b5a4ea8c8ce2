package io.corale.node.cell;

import io.corale.model.Incarnation;
import io.corale.node.disk.FreeSpace;
import io.corale.scheduler.ratis.SnapshotThresholds;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Who this node is among those that hold cells.
 *
 * @param doorAddress {@code host:port} where it takes requests; stands in birth records
 * @param checkEvery at each multiple of so many entries a superpeer has the replicas compared
 * @param replaceAfter a member that has been silent for so long is replaced
 * @param space of the disk with the cells
 * @param chance spreads retries and makes nonces
 */
public record CellSettings(
    Incarnation self,
    String doorAddress,
    RaftSettings raft,
    SnapshotThresholds snapshots,
    int checkEvery,
    Duration replaceAfter,
    FreeSpace space,
    RandomGenerator chance) {}
