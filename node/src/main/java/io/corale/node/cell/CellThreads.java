package io.corale.node.cell;

import io.corale.model.OwnerId;
import io.corale.node.thread.Daemons;
import io.corale.node.thread.FairPool;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that all cells of a node share; those that work for long take turns between owners.
 *
 * @param keeper creates, opens and deletes replicas, one after the other
 * @param turns on which cells do what they have to do
 * @param evaluations interprets branches
 * @param snapshots writes snapshots, and compares states
 * @param diskWatch looks how full the disk is: one that hangs holds nobody but this one; whoever
 *     asks meanwhile is not heard
 */
record CellThreads(
    ThreadPoolExecutor keeper,
    TurnThreads turns,
    FairPool<OwnerId> evaluations,
    FairPool<OwnerId> snapshots,
    Executor diskWatch)
    implements AutoCloseable {
  /** Interpreting is a few microseconds of work; more threads than cores only take turns. */
  static final int EVALUATORS = Math.max(2, Runtime.getRuntime().availableProcessors());

  /** Beyond it, cells ask again a moment later. */
  private static final int MAX_EVALUATIONS = 10_000;

  /** Snapshots are disk work: two at a time keep a disk busy. */
  private static final int SNAPSHOT_WRITERS = 2;

  /** Replicas that wait to be created, opened or deleted; a birth is a few milliseconds. */
  private static final int MAX_KEEPING = 10_000;

  private static final long STOP_SECONDS = 10;

  static CellThreads start(FairPool.Waits<OwnerId> evaluationWaits) {
    return new CellThreads(
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(MAX_KEEPING),
            new Daemons("cells")),
        TurnThreads.start(),
        evaluators(evaluationWaits),
        FairPool.start("snapshot", SNAPSHOT_WRITERS, MAX_KEEPING),
        new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.MINUTES,
            new SynchronousQueue<>(),
            new Daemons("disk"),
            new ThreadPoolExecutor.DiscardPolicy()));
  }

  /** The pool on which branches are interpreted, those of all cells. */
  static FairPool<OwnerId> evaluators(FairPool.Waits<OwnerId> waits) {
    return FairPool.start("evaluate", EVALUATORS, MAX_EVALUATIONS, waits);
  }

  /** Lets those end that have begun, for a while. */
  @Override
  public void close() {
    keeper.shutdown();
    try {
      if (!keeper.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        keeper.shutdownNow();
      }
    } catch (InterruptedException e) {
      keeper.shutdownNow();
      Thread.currentThread().interrupt();
    }
    evaluations.close();
    snapshots.close();
    turns.close(); // Last: what ends before tells cells that it has.
  }
}
