package io.corale.node.cell;

import io.corale.model.InvocationId;
import io.corale.node.cell.Cell.Ended;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Who waits at a superpeer for the end of which invocation. Confined to the cell's thread. */
final class Waiters {
  /** A hundred bytes each; more callers than a node has connections for. */
  static final int MAX_WAITERS = 100_000;

  private final Map<InvocationId, Map<Long, CompletableFuture<Optional<Ended>>>> waiting =
      new LinkedHashMap<>();
  private long nextNumber;
  private int size;

  /** Lets somebody wait, under this number; empty when too many do. */
  OptionalLong add(InvocationId invocation, CompletableFuture<Optional<Ended>> waiter) {
    if (size >= MAX_WAITERS) {
      return OptionalLong.empty();
    }
    long number = nextNumber++;
    waiting.computeIfAbsent(invocation, i -> new LinkedHashMap<>()).put(number, waiter);
    size++;
    return OptionalLong.of(number);
  }

  /** Forgets somebody who does not wait any more. */
  void remove(InvocationId invocation, long number) {
    Map<Long, CompletableFuture<Optional<Ended>>> all = waiting.get(invocation);
    if (all != null && all.remove(number) != null) {
      size--;
      if (all.isEmpty()) {
        waiting.remove(invocation);
      }
    }
  }

  /** Tells all who wait for this invocation. */
  void announce(InvocationId invocation, Ended ended) {
    Map<Long, CompletableFuture<Optional<Ended>>> all = waiting.remove(invocation);
    if (all != null) {
      size -= all.size();
      all.values().forEach(waiter -> waiter.complete(Optional.of(ended)));
    }
  }

  /** Sends everybody away. */
  void dismiss() {
    var all = new LinkedHashMap<>(waiting);
    waiting.clear();
    size = 0;
    all.values().forEach(some -> some.values().forEach(w -> w.complete(Optional.empty())));
  }
}
