package io.corale.node.outward.netty;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.corale.node.thread.Daemons;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks names up, on threads because that may block for as long as a name server keeps silent. Each
 * owner has a lane of its own, of few threads, so that nobody waits for the names of another: a
 * zone whose servers are dead holds up only those who ask for it. Thread-safe; never blocks.
 */
final class Lookups implements AutoCloseable {
  /** Each waits for a name server; there are as many only while so many names are looked up. */
  private static final int THREADS = 32;

  /** So that many owners must be in trouble before one who is not has to wait. */
  static final int MOST_OF_OWNER = 2;

  /** A superpeer may send everything that an account permits at once. */
  static final int MAX_WAITING = 8_192;

  /** On top of what the Java runtime remembers: a name that moves is followed within a minute. */
  private static final Duration FRESH = Duration.ofSeconds(10);

  /** A few hundred bytes each. */
  private static final int MAX_REMEMBERED = 10_000;

  private final Names names;
  private final ThreadPoolExecutor threads;
  private final Map<String, Lane> lanes = new HashMap<>();
  private final Cache<String, List<InetAddress>> fresh =
      Caffeine.newBuilder()
          .maximumSize(MAX_REMEMBERED)
          .expireAfterWrite(FRESH)
          .executor(Runnable::run)
          .build();
  private volatile boolean isClosed;

  /** Who knows names; may block. */
  interface Names {
    /** At least one address. */
    List<InetAddress> of(String host) throws UnknownHostException;
  }

  /** What waits of an owner, by name, and how many of its names are looked up now. */
  private static final class Lane {
    private final Map<String, List<Consumer<List<InetAddress>>>> waiting = new LinkedHashMap<>();
    private int waitingCount;
    private int running;
  }

  private record Turn(String host, List<Consumer<List<InetAddress>>> askers) {}

  Lookups(String threads, Names names) {
    this.names = names;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            // No more than an owner's share for each owner who asks.
            new LinkedBlockingQueue<>(),
            new Daemons(threads),
            new ThreadPoolExecutor.DiscardPolicy());
    this.threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Finds the addresses of a host.
   *
   * @param told the addresses, once, in the order in which they are to be tried, none if the name
   *     is not known; on this thread where nobody need be asked
   * @return false, and nothing is told, if too many names of this owner wait
   */
  boolean find(String owner, String host, Consumer<List<InetAddress>> told) {
    Optional<List<InetAddress>> known = known(host);
    if (known.isPresent()) {
      told.accept(known.get());
      return true;
    }
    return !isClosed && enqueue(owner, host, told);
  }

  private Optional<List<InetAddress>> known(String host) {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return Optional.ofNullable(NetUtil.createInetAddressFromIpAddressString(bare))
        .map(List::of)
        .or(() -> Optional.ofNullable(fresh.getIfPresent(host)));
  }

  private synchronized boolean enqueue(
      String owner, String host, Consumer<List<InetAddress>> told) {
    Lane lane = lanes.computeIfAbsent(owner, key -> new Lane());
    if (lane.waitingCount >= MAX_WAITING) {
      return false;
    }
    lane.waitingCount++;
    lane.waiting.computeIfAbsent(host, key -> new ArrayList<>()).add(told);
    if (lane.running < MOST_OF_OWNER) {
      lane.running++;
      threads.execute(() -> run(owner, lane));
    }
    return true;
  }

  /** Looks one name up, and lets the other lanes go first. */
  private void run(String owner, Lane lane) {
    Optional<Turn> turn = next(owner, lane);
    if (turn.isEmpty()) {
      return;
    }
    try {
      List<InetAddress> found = look(turn.get().host());
      turn.get().askers().forEach(asker -> asker.accept(found));
    } finally {
      threads.execute(() -> run(owner, lane));
    }
  }

  private synchronized Optional<Turn> next(String owner, Lane lane) {
    Iterator<Map.Entry<String, List<Consumer<List<InetAddress>>>>> first =
        lane.waiting.entrySet().iterator();
    if (!first.hasNext()) {
      lane.running--;
      if (lane.running == 0) {
        lanes.remove(owner);
      }
      return Optional.empty();
    }
    var next = first.next();
    first.remove();
    lane.waitingCount -= next.getValue().size();
    return Optional.of(new Turn(next.getKey(), next.getValue()));
  }

  private List<InetAddress> look(String host) {
    Optional<List<InetAddress>> known = known(host); // Since it began to wait.
    if (known.isPresent()) {
      return known.get();
    }
    try {
      List<InetAddress> found = List.copyOf(names.of(host));
      fresh.put(host, found);
      return found;
    } catch (UnknownHostException | RuntimeException e) {
      return List.of();
    }
  }

  @Override
  public void close() {
    isClosed = true;
    threads.shutdownNow();
  }
}
