package io.corale.wire.netty;

import io.corale.model.Refusal;
import io.corale.wire.Door;
import io.corale.wire.Exchange;
import io.corale.wire.Freight;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One request that a connection waits to answer. */
final class OpenExchange implements Exchange {
  private final long id;
  private final Guest guest;
  private final long takenNanos;
  private final long deadlineNanos;
  private final ServingHandler connection;

  // Guarded by this: answers come from any thread, forgetting from the event loop.
  private final List<Runnable> onForget = new ArrayList<>(1);
  private final List<Runnable> onGone = new ArrayList<>(1);
  private State state = State.OPEN;
  private boolean isGone;
  private Door.Request request;
  private Optional<Freight.Load> load = Optional.empty();

  /** How much of its answer waits to be written; the connection's. */
  private int waiting;

  private enum State {
    OPEN,
    ANSWERED,
    FORGOTTEN
  }

  /**
   * @param takenNanos when the request had been decoded, by the clock of the event loop
   */
  OpenExchange(
      Door.Request request,
      Guest guest,
      long takenNanos,
      long deadlineNanos,
      ServingHandler connection) {
    this.id = request.getEnvelope().getRequestId();
    this.request = request;
    this.guest = guest;
    this.takenNanos = takenNanos;
    this.deadlineNanos = deadlineNanos;
    this.connection = connection;
  }

  @Override
  public synchronized Door.Request request() {
    return request;
  }

  /** Its request is large and has this room, until it has been answered. */
  synchronized void holds(Freight.Load room) {
    load = Optional.of(room);
    onGone.add(room::release);
  }

  /**
   * Who was told something has been heard: what he said is not kept while he waits for more, or
   * leaves unread what he was told.
   */
  private synchronized void dropLarge() {
    load.ifPresent(
        room -> {
          request = Door.Request.newBuilder().setEnvelope(request.getEnvelope()).build();
          room.release();
        });
    load = Optional.empty();
  }

  /** On the connection's event loop. */
  void waits(int more) {
    waiting += more;
  }

  boolean hasWaiting() {
    return waiting > 0;
  }

  @Override
  public boolean fromNode() {
    return guest.isNode();
  }

  @Override
  public void more(Door.Response.Builder response) {
    if (!isClosed()) {
      dropLarge();
      connection.send(this, bounded(response.setRequestId(id()).setMore(true)));
    }
  }

  @Override
  public void answer(Door.Response.Builder response) {
    if (close(State.ANSWERED)) {
      dropLarge();
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

  @Override
  public void onGone(Runnable action) {
    synchronized (this) {
      if (!isGone) {
        onGone.add(action);
        return;
      }
    }
    action.run();
  }

  /** Nothing of this exchange is held any more. */
  void gone() {
    List<Runnable> actions;
    synchronized (this) {
      actions = List.copyOf(onGone);
      onGone.clear();
      isGone = true;
    }
    actions.forEach(Runnable::run);
  }

  synchronized boolean isClosed() {
    return state != State.OPEN;
  }

  long id() {
    return id;
  }

  /** Requests of an owner that another node brings. */
  private record Brought(ServingHandler by, String owner) {}

  /** In which line it waits: who has many requests waiting is to hold up nobody else. */
  Object line() {
    return guest.isNode()
        ? new Brought(connection, request().getEnvelope().getOwner())
        : connection;
  }

  long takenNanos() {
    return takenNanos;
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

  private Door.Response bounded(Door.Response.Builder response) {
    Door.Response built = response.build();
    int size = built.getSerializedSize();
    int most = ProtocolRange.mostBytes(guest.protocol());
    if (size < most - 16) { // 16: the frame's own tag and length
      return built;
    }
    String message =
        "the answer has "
            + size
            + " bytes, a frame of protocol "
            + guest.protocol()
            + " holds "
            + most
            + ": ask for less at once, or by a newer build";
    return Doorway.refused(Refusal.of(Refusal.Code.TOO_LARGE, message))
        .setRequestId(built.getRequestId())
        .setMore(built.getMore())
        .build();
  }
}
