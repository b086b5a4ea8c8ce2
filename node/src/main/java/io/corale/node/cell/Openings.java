package io.corale.node.cell;

import io.corale.node.registry.BornMember;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.statemachine.StateMachine;

/**
 * Opens the replicas of this node on its Raft server, one opening of each at a time; what is on
 * disk is looked at first, each time, and only what is sound comes to Ratis (rule 6).
 *
 * <p>Asked on the thread on which replicas are created, opened and deleted.
 */
final class Openings {
  /** Each reads a whole log; more would only take turns at the disk. */
  private static final int MOST_LOOKS = 4;

  private final RaftHost host;
  private final ReplicaDisk disk;
  private final Map<RaftGroupId, AwakeCell> underWay;

  /** Whose turn it is to look. */
  private final Semaphore turns = new Semaphore(MOST_LOOKS);

  private Openings(RaftHost host, ReplicaDisk disk, Map<RaftGroupId, AwakeCell> underWay) {
    this.host = host;
    this.disk = disk;
    this.underWay = underWay;
  }

  /**
   * Starts the Raft server, which opens nothing by itself.
   *
   * @throws IOException if the directory or the port cannot be used
   */
  static Openings start(RaftSettings settings, ReplicaDisk disk) throws IOException {
    Map<RaftGroupId, AwakeCell> underWay = new ConcurrentHashMap<>();
    RaftHost host = RaftHost.start(settings, group -> machineOf(group, underWay));
    return new Openings(host, disk, underWay);
  }

  private static StateMachine machineOf(RaftGroupId group, Map<RaftGroupId, AwakeCell> underWay) {
    AwakeCell cell = underWay.get(group);
    if (cell == null) {
      throw new IllegalStateException("group " + group.getUuid() + " is opened behind our back");
    }
    return cell.opened();
  }

  /** The server on which they are opened. */
  RaftHost host() {
    return host;
  }

  boolean isUnderWay(AwakeCell cell) {
    return underWay.containsKey(cell.raftGroup());
  }

  /** Creates a replica of a group of these members, where none is here. */
  CompletableFuture<Void> create(AwakeCell cell, List<BornMember> members) {
    return open(cell, () -> host.create(cell.raftGroup(), members));
  }

  /**
   * Opens a replica from its files. Fails with {@link LostReplica} if they have lost anything, and
   * with another failure if they could not be looked at.
   *
   * @param began is told when its turn has come to be looked at
   */
  CompletableFuture<Void> recover(AwakeCell cell, Runnable began) {
    return open(cell, () -> host.recover(cell.raftGroup(), new Look(cell, began)));
  }

  /** Before a replica is opened, on a thread that may wait. */
  private final class Look implements RaftHost.Inspection {
    private final AwakeCell cell;
    private final Runnable began;

    Look(AwakeCell cell, Runnable began) {
      this.cell = cell;
      this.began = began;
    }

    @Override
    public void begin() {
      turns.acquireUninterruptibly();
      began.run();
    }

    @Override
    public void requireSound() throws IOException {
      condemnDiverged(cell);
      disk.requireSound(cell.file());
    }

    @Override
    public void close() {
      turns.release();
    }
  }

  /** Whose state is not that of most others must not vote under it again, whoever opens it. */
  void condemnDiverged(AwakeCell cell) throws IOException {
    if (cell.hasDiverged()) {
      disk.condemn(cell.raftGroup());
    }
  }

  private CompletableFuture<Void> open(AwakeCell cell, Supplier<CompletableFuture<Void>> opener) {
    underWay.put(cell.raftGroup(), cell);
    return opener
        .get()
        .whenComplete(
            (done, failure) -> {
              underWay.remove(cell.raftGroup());
              if (failure == null) {
                cell.configured();
              } else {
                cell.abandoned(cause(failure));
              }
            });
  }

  /** What has failed, without what futures put around it. */
  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
