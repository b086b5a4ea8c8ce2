package io.corale.wire.netty;

import io.corale.model.Refusal;
import io.corale.wire.Door;
import io.corale.wire.Exchange;
import java.util.ArrayList;
import java.util.List;

/** One request that a connection waits to answer. */
final class OpenExchange implements Exchange {
  private final Door.Request request;
  private final boolean fromNode;
  private final long deadlineNanos;
  private final ServingHandler connection;

  // Guarded by this: answers come from any thread, forgetting from the event loop.
  private final List<Runnable> onForget = new ArrayList<>(1);
  private final List<Runnable> onGone = new ArrayList<>(1);
  private State state = State.OPEN;

  private enum State {
    OPEN,
    ANSWERED,
    FORGOTTEN
  }

  OpenExchange(
      Door.Request request, boolean fromNode, long deadlineNanos, ServingHandler connection) {
    this.request = request;
    this.fromNode = fromNode;
    this.deadlineNanos = deadlineNanos;
    this.connection = connection;
  }

  @Override
  public Door.Request request() {
    return request;
  }

  @Override
  public boolean fromNode() {
    return fromNode;
  }

  @Override
  public void more(Door.Response.Builder response) {
    if (!isClosed()) {
      connection.send(this, bounded(response.setRequestId(id()).setMore(true)));
    }
  }

  @Override
  public void answer(Door.Response.Builder response) {
    if (close(State.ANSWERED)) {
      connection.send(this, bounded(response.setRequestId(id()).setMore(false)));
    }
  }

  @Override
  public void onForget(Runnable action) {
    synchronized (this) {
      if (state == State.OPEN) {
        onForget.add(action);
      }
      if (state != State.FORGOTTEN) {
        return;
      }
    }
    action.run();
  }

  /** The asker went away, or its deadline passed. */
  void forget() {
    List<Runnable> actions;
    synchronized (this) {
      actions = List.copyOf(onForget);
    }
    if (close(State.FORGOTTEN)) {
      actions.forEach(Runnable::run);
    }
    gone();
  }

  /** Runs {@code action} once, when the answer has left or nobody waits for one. */
  synchronized void onGone(Runnable action) {
    onGone.add(action);
  }

  /** Nothing of this exchange is held any more. */
  void gone() {
    List<Runnable> actions;
    synchronized (this) {
      actions = List.copyOf(onGone);
      onGone.clear();
    }
    actions.forEach(Runnable::run);
  }

  synchronized boolean isClosed() {
    return state != State.OPEN;
  }

  long id() {
    return request.getEnvelope().getRequestId();
  }

  boolean isDue(long nowNanos) {
    return nowNanos - deadlineNanos >= 0;
  }

  private synchronized boolean close(State last) {
    if (state != State.OPEN) {
      return false;
    }
    state = last;
    onForget.clear();
    return true;
  }

  private static Door.Response bounded(Door.Response.Builder response) {
    Door.Response built = response.build();
    int size = built.getSerializedSize();
    if (size < DoorLimits.MAX_FRAME_BYTES - 16) { // 16: the frame's own tag and length
      return built;
    }
    return Doorway.refused(
            Refusal.of(
                Refusal.Code.TOO_LARGE,
                "the answer has "
                    + size
                    + " bytes, a frame holds "
                    + DoorLimits.MAX_FRAME_BYTES
                    + ": ask for less at once"))
        .setRequestId(built.getRequestId())
        .setMore(built.getMore())
        .build();
  }
}
