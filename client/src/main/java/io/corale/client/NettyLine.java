package io.corale.client;

import io.corale.wire.Door;
import io.corale.wire.netty.Connections;
import io.corale.wire.netty.Introduction;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The line over TCP: one connection to each node in use, two threads in all. */
@SuppressWarnings("FutureReturnValueIgnored") // Timers are not cancelled, loops end by themselves.
final class NettyLine implements Line {
  private static final int THREADS = 2;
  private static final int CLOSE_SECONDS = 2;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          THREADS, new DefaultThreadFactory("corale-client", true), NioIoHandler.newFactory());
  private final Connections connections;
  private final Set<Pending> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean isClosed;

  NettyLine(Introduction introduction) {
    connections = new Connections(loops, introduction);
  }

  @Override
  public CompletableFuture<Door.Response> ask(
      String address, Door.Request request, Consumer<Door.Response> more) {
    return connections.ask(address, request, more);
  }

  @Override
  public void after(Duration delay, Runnable action) {
    Pending pending = new Pending(action);
    waiting.add(pending);
    try {
      loops.schedule(() -> run(pending), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      run(pending);
    }
    if (isClosed) {
      run(pending);
    }
  }

  private void run(Pending pending) {
    if (waiting.remove(pending)) {
      pending.action.run();
    }
  }

  /** One by identity, though the same action may wait twice. */
  private static final class Pending {
    private final Runnable action;

    Pending(Runnable action) {
      this.action = action;
    }
  }

  @Override
  public boolean isOpen() {
    return !isClosed;
  }

  @Override
  public long nowNanos() {
    return System.nanoTime();
  }

  @Override
  public void close() {
    isClosed = true;
    connections.close();
    waiting.forEach(this::run);
    loops.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
