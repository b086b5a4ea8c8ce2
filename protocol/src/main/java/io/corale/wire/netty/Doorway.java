package io.corale.wire.netty;

import io.corale.model.Refusal;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import io.corale.wire.Exchange;
import io.corale.wire.Freight;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all connections of one door share: who handles their exchanges, whether new ones are taken,
 * how much is open.
 *
 * <p>Threading: called from event loops; the handler runs on the threads, which must be bounded.
 */
public final class Doorway {
  private static final Logger log = LoggerFactory.getLogger(Doorway.class);

  /** How soon a shed request may succeed elsewhere or here. */
  private static final Duration SHED = Duration.ofMillis(200);

  /** About what a large request takes until it is answered. */
  private static final Duration NO_ROOM = Duration.ofSeconds(1);

  private final String name;
  private final int maxConnections;
  private final Function<Object, Executor> threads;
  private final Consumer<Exchange> handler;
  private final Freight taken;
  private final Freight given;
  private final CompletableFuture<Void> emptied = new CompletableFuture<>();
  private final RefusalShares refusals = new RefusalShares();
  private volatile DoorWatch watch = DoorWatch.NONE;

  // Guarded by this: event loops of several connections meet here.
  private boolean takesNew = true;
  private int connections;
  private int open;
  private long shedRequests;
  private long shedConnections;

  /** One whose large frames find room without end, and who serves what comes first. */
  public Doorway(String name, int maxConnections, Executor executor, Consumer<Exchange> handler) {
    this(name, maxConnections, line -> executor, handler, Freight.unbounded(), Freight.unbounded());
  }

  /**
   * @param name of the node, for the words of refusals
   * @param threads for each line of requests; bounded: their rejection is this door's overload. All
   *     requests of one line are of one connection, and of one owner if a node asks for many
   * @param taken where large requests find room until they are answered
   * @param given where large answers find room while they are written
   */
  public Doorway(
      String name,
      int maxConnections,
      Function<Object, Executor> threads,
      Consumer<Exchange> handler,
      Freight taken,
      Freight given) {
    this.name = name;
    this.maxConnections = maxConnections;
    this.threads = threads;
    this.handler = handler;
    this.taken = taken;
    this.given = given;
  }

  /** Where large requests find room until they are answered. */
  Freight taken() {
    return taken;
  }

  /** Where large answers find room while they are written. */
  Freight given() {
    return given;
  }

  /** How many refusals its connections may cause. */
  RefusalShares refusals() {
    return refusals;
  }

  /** How often a connection was not read for a while, as it had caused too many refusals. */
  public long slowedConnections() {
    return refusals.slowed();
  }

  /** From now on this one sees how long requests take. */
  public void watchBy(DoorWatch chosen) {
    watch = chosen;
  }

  /** A refusal of this exchange was written. */
  void refused(OpenExchange exchange, Door.Response response, long nowNanos) {
    watch.refused(
        response.getRefused().getCode(), exchange.fromNode(), nowNanos - exchange.takenNanos());
  }

  /** What is said of a large request that was not read. */
  Door.Response.Builder turnedAway(FrameDecoder.TurnedAway away) {
    int size = away.heading().sizeBytes();
    if (away.why().isForNow()) {
      shed();
      return refused(
          Refusal.later(
              Refusal.Code.OVERLOADED,
              "node: " + name + " has no room for another request of " + size + " bytes",
              NO_ROOM));
    }
    return refused(
        Refusal.of(
            Refusal.Code.TOO_LARGE,
            "a request of kind "
                + away.heading().what()
                + " has at most "
                + away.why().mostBytes()
                + " bytes"
                + away.why().where()
                + ", this one "
                + size));
  }

  /**
   * From now on new requests are refused; completes when the answers to the open ones have left.
   */
  public synchronized CompletableFuture<Void> leave() {
    takesNew = false;
    completeIfEmpty();
    return emptied;
  }

  /** Requests taken and not yet answered. */
  public synchronized int open() {
    return open;
  }

  /** Requests that were turned away because it was full or leaving. */
  public synchronized long shedRequests() {
    return shedRequests;
  }

  /** Connections that were turned away because it was full. */
  public synchronized long shedConnections() {
    return shedConnections;
  }

  synchronized boolean connected() {
    if (connections >= maxConnections) {
      shedConnections++;
      return false;
    }
    connections++;
    return true;
  }

  synchronized void disconnected() {
    connections--;
  }

  /** Runs the handler, or answers why not. */
  void serve(OpenExchange exchange) {
    if (!take()) {
      exchange.answer(
          refused(Refusal.of(Refusal.Code.UNAVAILABLE, name + " is leaving: ask another node")));
      return;
    }
    exchange.onGone(this::released);
    long askedNanos = System.nanoTime();
    try {
      threads.apply(exchange.line()).execute(() -> handle(exchange, askedNanos));
    } catch (RejectedExecutionException e) {
      shed();
      exchange.answer(
          refused(
              Refusal.later(
                  Refusal.Code.OVERLOADED,
                  "node: " + name + " has too many requests waiting",
                  SHED)));
    }
  }

  private void handle(OpenExchange exchange, long askedNanos) {
    watch.waited(System.nanoTime() - askedNanos);
    if (exchange.isClosed()) {
      return; // Nobody waits any more, and nothing was begun.
    }
    try {
      handler.accept(exchange);
    } catch (RuntimeException e) {
      log.error("{}: a request of kind {} broke", name, exchange.request().getWhatCase(), e);
      exchange.answer(
          Door.Response.newBuilder()
              .setUnknown(
                  Door.Unknown.newBuilder()
                      .setMessage(name + " broke while it handled this; its log says why")));
    }
  }

  private synchronized boolean take() {
    if (takesNew) {
      open++;
    } else {
      shedRequests++;
    }
    return takesNew;
  }

  private synchronized void shed() {
    shedRequests++;
  }

  private synchronized void released() {
    open--;
    completeIfEmpty();
  }

  private void completeIfEmpty() {
    if (!takesNew && open == 0) {
      emptied.complete(null);
    }
  }

  static Door.Response.Builder refused(Refusal refusal) {
    return Door.Response.newBuilder().setRefused(Encode.refusal(refusal));
  }
}
