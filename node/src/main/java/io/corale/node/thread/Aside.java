package io.corale.node.thread;

import io.corale.model.OwnerId;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Where what is large is worked on, aside from the threads of cells and of connections, which
 * others wait for.
 */
public interface Aside {
  /** As a tree of objects it takes some ten times as much for a moment: one or two at once. */
  int LARGE_BYTES = 1024 * 1024;

  /** Where something of this owner is looked through; takes all there is. */
  Executor readers(OwnerId owner);

  /**
   * Where a tree of objects is made of so many bytes of this owner; refuses by {@link
   * RejectedExecutionException} where too much waits.
   */
  Executor makers(OwnerId owner, long bytes);

  /**
   * On the threads of the evaluation.
   *
   * @param narrows lets few of the large ones be made at once
   * @param timer its tasks are short
   */
  static Aside of(FairPool<OwnerId> pool, Narrows narrows, ScheduledExecutorService timer) {
    return new Aside() {
      @Override
      public Executor readers(OwnerId owner) {
        return new Patient(pool.of(owner), timer);
      }

      @Override
      public Executor makers(OwnerId owner, long bytes) {
        Executor threads = pool.of(owner);
        return bytes > LARGE_BYTES ? task -> narrows.pass(owner, threads, task) : threads;
      }
    };
  }
}
