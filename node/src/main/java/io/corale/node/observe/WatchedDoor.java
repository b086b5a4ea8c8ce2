package io.corale.node.observe;

import io.corale.wire.Common;
import io.corale.wire.Door;
import io.corale.wire.Exchange;
import io.corale.wire.netty.DoorWatch;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Counts the requests that come in by the door and their first responses, and hands them on. */
public final class WatchedDoor implements Consumer<Exchange>, DoorWatch {
  /** A refusal that takes longer has cost what others wait for. */
  private static final long LATE_NANOS = 5_000_000;

  private final Metrics metrics;
  private final Consumer<Exchange> handler;

  /**
   * @param handler answers the requests
   */
  public WatchedDoor(Metrics metrics, Consumer<Exchange> handler) {
    this.metrics = metrics;
    this.handler = handler;
  }

  @Override
  public void accept(Exchange exchange) {
    Watched watched = new Watched(exchange, metrics);
    exchange.onForget(() -> watched.end("forgotten"));
    handler.accept(watched);
  }

  @Override
  public void waited(long nanos) {
    metrics.record(Measure.DOOR_WAIT, nanos);
  }

  @Override
  public void refused(Common.Refusal.Code code, boolean byNode, long nanos) {
    String asker = byNode ? "node" : "client";
    String name = code.name().toLowerCase(Locale.ROOT);
    metrics.record(Measure.DOOR_REFUSAL, nanos, asker, name);
    if (nanos > LATE_NANOS) {
      metrics.count(Measure.DOOR_LATE_REFUSALS, asker, name);
    }
  }

  /** One exchange on its way; answered, or forgotten by who asked, whichever comes first. */
  private static final class Watched implements Exchange {
    private final Exchange inner;
    private final Metrics metrics;
    private final String kind;
    private final long begunNanos = System.nanoTime();
    private final AtomicBoolean hasResponse = new AtomicBoolean();
    private final AtomicBoolean isOver = new AtomicBoolean();

    Watched(Exchange inner, Metrics metrics) {
      this.inner = inner;
      this.metrics = metrics;
      this.kind = inner.request().getWhatCase().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Door.Request request() {
      return inner.request();
    }

    @Override
    public boolean fromNode() {
      return inner.fromNode();
    }

    @Override
    public void more(Door.Response.Builder response) {
      responded();
      inner.more(response);
    }

    @Override
    public void answer(Door.Response.Builder response) {
      responded();
      end(outcome(response));
      inner.answer(response);
    }

    @Override
    public void onForget(Runnable action) {
      inner.onForget(action);
    }

    @Override
    public void onGone(Runnable action) {
      inner.onGone(action);
    }

    private void responded() {
      if (hasResponse.compareAndSet(false, true)) {
        metrics.record(Measure.DOOR_SECONDS, System.nanoTime() - begunNanos, kind);
      }
    }

    void end(String outcome) {
      if (isOver.compareAndSet(false, true)) {
        metrics.count(Measure.DOOR_REQUESTS, kind, outcome);
      }
    }

    private static String outcome(Door.Response.Builder response) {
      return switch (response.getWhatCase()) {
        case REFUSED -> response.getRefused().getCode().name().toLowerCase(Locale.ROOT);
        case UNKNOWN -> "unknown";
        default -> "ok";
      };
    }
  }
}
