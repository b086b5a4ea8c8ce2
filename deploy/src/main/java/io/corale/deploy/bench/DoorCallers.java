package io.corale.deploy.bench;

import io.corale.model.Payload;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import io.corale.wire.netty.Connections;
import io.corale.wire.netty.Introduction;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Callers of one owner at the doors themselves, over many connections: what they are told is not
 * mended by a client's patience, so that every refusal is seen. Thread-safe; never blocks.
 */
final class DoorCallers implements AutoCloseable {
  /** Below what a door holds open of a connection, so that it is not that which refuses. */
  private static final int MOST_OPEN = 4_000;

  /** Receipts live a minute longer: the fewer there are of those, the sooner memory is steady. */
  private static final Duration RETRY = Duration.ofSeconds(20);

  private final String owner;
  private final String token;
  private final EventLoopGroup loops;
  private final List<Line> lines;
  private final AtomicInteger turn = new AtomicInteger();

  /** One connection. */
  private record Line(String door, Connections connections, Semaphore room) {}

  /**
   * @param doors where to connect to; one that stands there twice has two connections
   * @param threads that serve them
   */
  DoorCallers(List<String> doors, String owner, String token, int threads) {
    this.owner = owner;
    this.token = token;
    this.loops =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("callers", true), NioIoHandler.newFactory());
    Introduction introduction = Introduction.ofClient("bench", "development");
    this.lines =
        doors.stream()
            .map(
                door ->
                    new Line(door, new Connections(loops, introduction), new Semaphore(MOST_OPEN)))
            .toList();
  }

  /**
   * Asks over the next connection that has room for one more; empty where none has.
   *
   * @param awaitsEnd whether its acceptance is told by {@code more}, and then its end
   */
  Optional<CompletableFuture<Door.Response>> submit(
      String composition,
      String id,
      boolean awaitsEnd,
      Duration patience,
      Consumer<Door.Response> more) {
    Door.Submit.Builder submit =
        Door.Submit.newBuilder()
            .setInvocation(id)
            .setComposition(composition)
            .setInput(Encode.payload(Payload.NULL))
            .setRetryUntilMillis(System.currentTimeMillis() + RETRY.toMillis())
            .setAwaitEnd(awaitsEnd);
    return ask(
        Door.Request.newBuilder().setEnvelope(envelope(patience)).setSubmit(submit).build(), more);
  }

  /** Asks how one ended; empty as above. */
  Optional<CompletableFuture<Door.Response>> await(String id, Duration patience) {
    Door.Await.Builder await = Door.Await.newBuilder().setInvocation(id);
    return ask(
        Door.Request.newBuilder().setEnvelope(envelope(patience)).setAwait(await).build(),
        response -> {});
  }

  private Door.Envelope envelope(Duration patience) {
    return Door.Envelope.newBuilder()
        .setOwner(owner)
        .setCredential(token)
        .setDeadlineMillis(patience.toMillis())
        .build();
  }

  private Optional<CompletableFuture<Door.Response>> ask(
      Door.Request request, Consumer<Door.Response> more) {
    int first = Math.floorMod(turn.getAndIncrement(), lines.size());
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get((first + i) % lines.size());
      if (line.room.tryAcquire()) {
        return Optional.of(
            line.connections
                .ask(line.door, request, more)
                .whenComplete((response, failure) -> line.room.release()));
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    lines.forEach(line -> line.connections.close());
    var unused = loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }
}
