package io.corale.node.step;

import io.corale.model.AttemptId;
import io.corale.model.CellId;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.node.provider.CallForm;
import io.corale.node.provider.Hold;
import io.corale.node.thread.Aside;
import io.corale.node.thread.Patient;
import io.corale.wire.Freight;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The large answers of this node's attempts, which count as freight until the log has them.
 * Thread-safe; never blocks.
 */
public final class Holds {
  /**
   * An answer whose cell never tells what became of it counts no longer: no superpeer, and no node
   * that hands over, keeps one for more than ten minutes.
   */
  static final Duration MOST = Duration.ofMinutes(11);

  private final Freight freight;
  private final ScheduledExecutorService timer;
  private final Aside aside;
  private final Map<Key, Hold> kept = new ConcurrentHashMap<>();

  private record Key(CellId cell, AttemptId attempt) {}

  /**
   * @param timer its tasks are short
   * @param aside where large answers are read
   */
  public Holds(Freight freight, ScheduledExecutorService timer, Aside aside) {
    this.freight = freight;
    this.timer = timer;
    this.aside = aside;
  }

  /** The room of an attempt that is about to be sent. */
  Hold begin(OwnerId owner, CallForm form) {
    return new Hold(freight, owner, (bytes, task) -> readers(owner, form, bytes).execute(task));
  }

  /** Functions answer with what is looked through; what others say is taken apart. */
  private Executor readers(OwnerId owner, CallForm form, long bytes) {
    return form == CallForm.FUNCTION
        ? aside.readers(owner)
        : new Patient(aside.makers(owner, bytes), timer);
  }

  /** The attempt has ended so; a large result counts on. */
  void ended(CellId cell, AttemptId attempt, Hold hold, Outcome outcome) {
    if (!(outcome instanceof Outcome.Success success) || success.result().fitsInline()) {
      hold.release();
      return;
    }
    hold.settle(success.result().sizeBytes());
    Key key = new Key(cell, attempt);
    Hold earlier = kept.put(key, hold);
    if (earlier != null) {
      earlier.release();
    }
    try {
      timer.schedule(() -> release(key, hold), MOST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      release(key, hold); // The node is stopping.
    }
  }

  private void release(Key key, Hold hold) {
    if (kept.remove(key, hold)) {
      hold.release();
    }
  }

  /** Nothing of this cell is held here any more. */
  void closed(CellId cell) {
    kept.forEach(
        (key, hold) -> {
          if (key.cell.equals(cell)) {
            release(key, hold);
          }
        });
  }

  /** The log has the outcome of this attempt, or nobody has. */
  void settled(CellId cell, AttemptId attempt) {
    if (kept.isEmpty()) {
      return;
    }
    Hold hold = kept.remove(new Key(cell, attempt));
    if (hold != null) {
      hold.release();
    }
  }
}
