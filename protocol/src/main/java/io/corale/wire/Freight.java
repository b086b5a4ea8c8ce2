package io.corale.wire;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * How many bytes of large things a process holds at once: whoever reads one asks for its bytes
 * before, and gives them back when it holds them no more. Small things need no word.
 *
 * <p>New work may have all but a reserve, so that what ends work that runs always finds room. Who
 * waits is served in the order of coming; where many share it none of them has more than half, and
 * whoever has that waits in nobody's way.
 *
 * <p>Thread-safe; never blocks. Futures complete on the thread that gives bytes back: what depends
 * on them must be short.
 */
public final class Freight {
  /** What is not larger is small: it fits into one log entry with others. */
  public static final int SMALL_BYTES = 32 * 1024;

  private final long capacityBytes;
  private final long reservedBytes;

  // Guarded by this: event loops, pools and cells meet here.
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private final Map<Object, Long> shares = new HashMap<>();
  private long usedBytes;
  private long refused;

  /** Somebody whose bytes have no room yet. */
  private record Waiter(long bytes, Optional<Object> sharer, CompletableFuture<Load> granted) {}

  /** Somebody who has room now, and is to be told. */
  private record Served(CompletableFuture<Load> granted, Load load) {}

  /**
   * @param capacityBytes of all that is held at once; who adds what is there already may exceed it
   * @param reservedBytes of them, which new work may not have
   */
  public Freight(long capacityBytes, long reservedBytes) {
    if (reservedBytes < 0 || capacityBytes <= reservedBytes) {
      throw new IllegalArgumentException(
          "freight of " + capacityBytes + " bytes cannot reserve " + reservedBytes);
    }
    this.capacityBytes = capacityBytes;
    this.reservedBytes = reservedBytes;
  }

  /** One that never refuses, for who has nobody to protect. */
  public static Freight unbounded() {
    return new Freight(Long.MAX_VALUE / 2, 0);
  }

  /** Bytes that somebody holds until he gives them back. Thread-safe. */
  public static final class Load {
    private final Freight freight;
    private final Optional<Object> sharer;
    private long bytes;

    private Load(Freight freight, Optional<Object> sharer, long bytes) {
      this.freight = freight;
      this.sharer = sharer;
      this.bytes = bytes;
    }

    /** Gives back all but so many; more than it has it never becomes. */
    public void shrinkTo(long kept) {
      freight.shrink(this, kept);
    }

    /** Gives all back; a second time nothing happens. */
    public void release() {
      freight.shrink(this, 0);
    }
  }

  /** Bytes for new work, if there is room for it now. */
  public synchronized Optional<Load> takeForNewWork(long bytes) {
    return take(bytes, capacityBytes - reservedBytes);
  }

  /** Bytes for what ends work that runs, if there is room for it now. */
  public synchronized Optional<Load> take(long bytes) {
    return take(bytes, capacityBytes);
  }

  private Optional<Load> take(long bytes, long mostBytes) {
    if (first().isPresent() || usedBytes + bytes > mostBytes) {
      refused++;
      return Optional.empty();
    }
    return Optional.of(add(bytes));
  }

  /** Counts what is held already, whether there is room or not. */
  public Load add(long bytes) {
    return add(bytes, Optional.empty());
  }

  /** The same in the share of one of many. */
  public Load add(long bytes, Object sharer) {
    return add(bytes, Optional.of(sharer));
  }

  private synchronized Load add(long bytes, Optional<Object> sharer) {
    usedBytes += bytes;
    sharer.ifPresent(who -> shares.merge(who, bytes, Long::sum));
    return new Load(this, sharer, bytes);
  }

  /**
   * Bytes, as soon as there is room; who cancels the future waits no more. More than all there are
   * are given to who has them alone.
   */
  public CompletableFuture<Load> await(long bytes) {
    return await(bytes, Optional.empty());
  }

  /** The same for one of many, who has no more than half; but more, where he has nothing else. */
  public CompletableFuture<Load> await(long bytes, Object sharer) {
    return await(bytes, Optional.of(sharer));
  }

  private CompletableFuture<Load> await(long bytes, Optional<Object> sharer) {
    CompletableFuture<Load> granted = new CompletableFuture<>();
    Waiter waiter = new Waiter(bytes, sharer, granted);
    synchronized (this) {
      if (first().isEmpty() && isWithinShare(waiter) && fits(bytes)) {
        granted.complete(add(bytes, sharer));
        return granted;
      }
      waiters.add(waiter);
    }
    granted.whenComplete(
        (load, failure) -> {
          if (failure != null) {
            leave(granted);
          }
        });
    return granted;
  }

  /** Whose turn it is. */
  private Optional<Waiter> first() {
    return waiters.stream().filter(this::isWithinShare).findFirst();
  }

  private boolean isWithinShare(Waiter waiter) {
    long has = waiter.sharer.map(who -> shares.getOrDefault(who, 0L)).orElse(0L);
    return has == 0 || has + waiter.bytes <= capacityBytes / 2;
  }

  private boolean fits(long bytes) {
    return usedBytes == 0 || usedBytes + bytes <= capacityBytes;
  }

  private void leave(CompletableFuture<Load> granted) {
    synchronized (this) {
      if (waiters.removeIf(waiter -> waiter.granted == granted)) {
        refused++;
      }
    }
    serve(); // Whoever waited behind may fit.
  }

  private void shrink(Load load, long kept) {
    synchronized (this) {
      if (load.bytes <= kept) {
        return;
      }
      long back = load.bytes - kept;
      usedBytes -= back;
      load.sharer.ifPresent(
          who -> shares.computeIfPresent(who, (same, has) -> has == back ? null : has - back));
      load.bytes = kept;
    }
    serve();
  }

  private void serve() {
    for (Optional<Served> next = next(); next.isPresent(); next = next()) {
      if (!next.get().granted.complete(next.get().load)) {
        next.get().load.release(); // It was cancelled meanwhile.
      }
    }
  }

  /** Counts it before anybody else looks: two who give back at once must not grant the same. */
  private synchronized Optional<Served> next() {
    Optional<Waiter> first = first().filter(waiter -> fits(waiter.bytes));
    first.ifPresent(waiters::remove);
    return first.map(waiter -> new Served(waiter.granted, add(waiter.bytes, waiter.sharer)));
  }

  /** What it holds, and whom it has turned away. */
  public synchronized Reading reading() {
    return new Reading(capacityBytes, usedBytes, waiters.size(), refused);
  }

  /**
   * What can be seen of it.
   *
   * @param waiting how many wait for room
   * @param refused how many found none and were turned away, or waited no more, since it began
   */
  public record Reading(long capacityBytes, long usedBytes, int waiting, long refused) {}
}
