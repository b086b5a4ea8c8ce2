package io.corale.node.invoke;

import io.corale.model.Outcome;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.SendGuard;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt on its way, from the request to its end.
 *
 * <pre>
 *            guard permits          outcome | overtime | close
 *   WAITING ---------------> SENT ----------------------------> ENDED
 *      |                                                          ^
 *      +---- outcome | stop, overtime, close (NotSent) -----------+
 * </pre>
 *
 * <p>Once it is not WAITING any more the guard says no, whatever the cell says: a provider that
 * comes late sends nothing (rule 10).
 *
 * <p>Provider threads, the timer and the cell meet here, so every field stands under the monitor;
 * nothing foreign is called while it is held, except the cell's guard, which has no side effects.
 */
final class Flight {
  private enum State {
    WAITING,
    SENT,
    ENDED
  }

  private final ProviderCall call;
  private final LongSupplier nanos;
  private final Consumer<Landing> onLanding;
  private final Invoker.Listener listener;
  private final long askedNanos;
  private State state = State.WAITING;
  private long beganNanos;
  private @Nullable Future<?> overtime;
  private Runnable onLeaving = () -> {};
  private boolean isWritten;

  /**
   * @param onLanding told of the end, once, before the listener is
   */
  Flight(
      ProviderCall call,
      LongSupplier nanos,
      Consumer<Landing> onLanding,
      Invoker.Listener listener) {
    this.call = call;
    this.nanos = nanos;
    this.onLanding = onLanding;
    this.listener = listener;
    this.askedNanos = nanos.getAsLong();
    this.beganNanos = askedNanos;
  }

  /** The call with a guard that also knows this flight. */
  ProviderCall guardedCall() {
    return call.guardedBy(
        new SendGuard() {
          @Override
          public boolean permits() {
            return leave();
          }

          @Override
          public boolean permitsMore() {
            return goesOn();
          }

          @Override
          public void written() {
            tellThatItIsWritten();
          }
        });
  }

  /** This is told when it leaves, and once more when its bytes have left. */
  synchronized void tellWhenItLeaves(Runnable told) {
    onLeaving = told;
  }

  /** Bounds the wait; the timer's task ends it. */
  void limit(Future<?> task) {
    boolean isOver;
    synchronized (this) {
      overtime = task;
      isOver = state == State.ENDED;
    }
    if (isOver) {
      task.cancel(false);
    }
  }

  /** The guard: permits once, and only while the cell does. */
  private boolean leave() {
    Runnable told;
    synchronized (this) {
      if (state != State.WAITING || !call.guard().permits()) {
        return false;
      }
      state = State.SENT;
      beganNanos = nanos.getAsLong();
      told = onLeaving;
    }
    told.run();
    return true;
  }

  /** What follows an answer that points elsewhere is written, too; the attempt has left before. */
  private void tellThatItIsWritten() {
    Runnable told;
    synchronized (this) {
      if (isWritten || state == State.WAITING) {
        return;
      }
      isWritten = true;
      told = onLeaving;
    }
    told.run();
  }

  /** The guard of what an attempt sends after it has left. */
  private synchronized boolean goesOn() {
    return state == State.SENT && call.guard().permitsMore();
  }

  /** Whether it has ended. */
  synchronized boolean isOver() {
    return state == State.ENDED;
  }

  /** Ends it unless it has left: then only its real end proves that it is over (rule 13). */
  void stop() {
    endUnless(State.SENT, new Outcome.NotSent("stopped before it left"));
  }

  /** Its time is over, and more; whether that ended it. */
  boolean expire() {
    return endUnless(State.SENT, new Outcome.NotSent("it did not leave in time"))
        || end(new Outcome.TimedOut(true));
  }

  /** Ends the wait without knowing the end of the function. */
  void abandon(String reason) {
    endUnless(State.SENT, new Outcome.NotSent(reason));
    end(new Outcome.Unavailable(reason, true));
  }

  /** Ends it; only the first end counts. Whether this was it. */
  boolean end(Outcome outcome) {
    return endUnless(State.ENDED, outcome);
  }

  private boolean endUnless(State exempt, Outcome outcome) {
    long nowNanos = nanos.getAsLong();
    long began;
    boolean hasLeft;
    Future<?> limit;
    synchronized (this) {
      if (state == State.ENDED || state == exempt) {
        return false;
      }
      hasLeft = state == State.SENT;
      state = State.ENDED;
      began = beganNanos;
      limit = overtime;
    }
    if (limit != null) {
      limit.cancel(false);
    }
    long nanosSince = Math.max(0, nowNanos - began);
    onLanding.accept(
        hasLeft
            ? new Landing(outcome, true, began - askedNanos, nanosSince)
            : new Landing(outcome, false, nanosSince, 0));
    listener.ended(outcome, TimeUnit.NANOSECONDS.toMicros(nanosSince));
    return true;
  }
}
