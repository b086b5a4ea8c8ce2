package io.corale.wire.netty;

import io.corale.model.Refusal;
import io.corale.wire.Door;
import io.corale.wire.Freight;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one speaker, one to each address, opened when first asked and again after they
 * broke.
 *
 * <p>Threading: all methods from any thread, none blocks. A request is sent at most once: whether
 * to ask again is the caller's to decide.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Dependents of futures whose ends are all handled.
public final class Connections implements AutoCloseable {
  /** More addresses than a network of ours has nodes is a leak. */
  private static final int MAX_ADDRESSES = 4_096;

  /** By then every attempt to connect has succeeded or failed. */
  private static final Duration DECIDED =
      DoorLimits.CONNECT.plus(DoorLimits.HANDSHAKE).plusSeconds(1);

  private final EventLoopGroup loops;
  private final Introduction introduction;
  private final Freight freight;
  private final ConcurrentMap<String, CompletableFuture<Connection>> byAddress =
      new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** Those of who has nobody to protect; the event loops stay the caller's to close. */
  public Connections(EventLoopGroup loops, Introduction introduction) {
    this(loops, introduction, Freight.unbounded());
  }

  /**
   * The event loops stay the caller's to close.
   *
   * @param freight where large answers find room while they are read
   */
  public Connections(EventLoopGroup loops, Introduction introduction, Freight freight) {
    this.loops = loops;
    this.introduction = introduction;
    this.freight = freight;
  }

  /** Asks the node at {@code host:port}; see {@link #ask(String, Door.Request, Consumer)}. */
  public CompletableFuture<Door.Response> ask(String address, Door.Request request) {
    return ask(address, request, response -> {});
  }

  /**
   * As {@link Connection#ask(Door.Request, Consumer)}; time spent on connecting is taken off the
   * deadline, and a connection that cannot be opened is a {@code Refused}.
   */
  public CompletableFuture<Door.Response> ask(
      String address, Door.Request request, Consumer<Door.Response> more) {
    CompletableFuture<Connection> connection = connection(address);
    if (isOpen(connection)) {
      return connection.join().ask(request, more);
    }
    long askedNanos = System.nanoTime();
    Duration wait = Duration.ofMillis(request.getEnvelope().getDeadlineMillis());
    CompletableFuture<Door.Response> answer = new CompletableFuture<>();
    AtomicBoolean decided = new AtomicBoolean();
    long patienceMillis = Math.min(wait.toMillis(), DECIDED.toMillis());
    CompletableFuture.delayedExecutor(patienceMillis, TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              if (decided.compareAndSet(false, true)) {
                answer.complete(unreached(address + " took no connection within " + wait));
              }
            });
    connection.whenComplete(
        (opened, failure) -> {
          if (!decided.compareAndSet(false, true) || answer.isDone()) {
            return;
          }
          if (opened == null) {
            answer.complete(Doorway.refused(why(failure)).build());
          } else {
            relay(opened.ask(shortened(request, askedNanos), more), answer);
          }
        });
    return answer;
  }

  private static void relay(
      CompletableFuture<Door.Response> from, CompletableFuture<Door.Response> to) {
    from.whenComplete(
        (response, failure) -> {
          if (failure == null) {
            to.complete(response);
          }
        });
    to.whenComplete(
        (response, failure) -> {
          if (to.isCancelled()) {
            from.cancel(false);
          }
        });
  }

  private static Door.Request shortened(Door.Request request, long sinceNanos) {
    long elapsedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNanos);
    long left = Math.max(1, request.getEnvelope().getDeadlineMillis() - elapsedMillis);
    return request.toBuilder()
        .setEnvelope(request.getEnvelope().toBuilder().setDeadlineMillis(left))
        .build();
  }

  private CompletableFuture<Connection> connection(String address) {
    CompletableFuture<Connection> known = byAddress.get(address);
    if (known != null && (!known.isDone() || isOpen(known))) {
      return known;
    }
    if (closed || byAddress.size() >= MAX_ADDRESSES) {
      return failed(closed ? "these connections are closed" : "too many addresses in use");
    }
    CompletableFuture<Connection> fresh = new CompletableFuture<>();
    CompletableFuture<Connection> winner =
        byAddress.merge(address, fresh, (old, mine) -> old.isDone() && !isOpen(old) ? mine : old);
    if (winner == fresh) {
      open(address, fresh);
    }
    return winner;
  }

  private void open(String address, CompletableFuture<Connection> fresh) {
    try {
      Connection.open(loops, Addresses.parse(address), introduction, freight)
          .whenComplete(
              (connection, failure) -> {
                if (connection == null) {
                  byAddress.remove(address, fresh);
                  fresh.completeExceptionally(failure);
                  return;
                }
                connection.onClose(() -> byAddress.remove(address, fresh));
                fresh.complete(connection);
                if (closed) {
                  connection.close();
                }
              });
    } catch (IllegalArgumentException | IllegalStateException e) {
      byAddress.remove(address, fresh);
      fresh.completeExceptionally(
          new ConnectFailedException(
              Refusal.of(Refusal.Code.UNAVAILABLE, String.valueOf(e.getMessage()))));
    }
  }

  private static boolean isOpen(CompletableFuture<Connection> connection) {
    return connection.isDone()
        && !connection.isCompletedExceptionally()
        && connection.join().isOpen();
  }

  private static CompletableFuture<Connection> failed(String why) {
    return CompletableFuture.failedFuture(
        new ConnectFailedException(Refusal.of(Refusal.Code.UNAVAILABLE, why)));
  }

  private static Refusal why(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof ConnectFailedException refused
        ? refused.refusal()
        : Refusal.of(Refusal.Code.UNAVAILABLE, String.valueOf(cause));
  }

  private static Door.Response unreached(String message) {
    return Doorway.refused(Refusal.of(Refusal.Code.UNAVAILABLE, message)).build();
  }

  /** Whether nothing is asked here any more. */
  public boolean isClosed() {
    return closed;
  }

  /** What is open ends as {@code Unknown}; nothing is opened any more. */
  @Override
  public void close() {
    closed = true;
    for (CompletableFuture<Connection> connection : byAddress.values()) {
      connection.thenAccept(Connection::close);
    }
  }
}
