package io.corale.node.registry;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What was found lately. A finding older than {@link #FRESH} is read anew; while ZooKeeper is away
 * the old one serves on, so that owners already served do not depend on it. Absence is not
 * remembered: who is entered at one node is known to all at once.
 */
final class ShortMemory<K, V> {
  /** How old a finding may be while ZooKeeper is there. */
  static final Duration FRESH = Duration.ofSeconds(5);

  /** How long an old one may serve while ZooKeeper is away; longer is an outage of its own. */
  static final Duration MAX_STALE = Duration.ofHours(24);

  /** A failure is held as a value, because Caffeine logs every future that fails. */
  private record Held<V>(
      Optional<V> found, Optional<Throwable> problem, long readNanos, boolean outdated) {
    Optional<V> orThrow() {
      if (problem.isPresent()) {
        throw new CompletionException(problem.get());
      }
      return found;
    }
  }

  private final AsyncCache<K, Held<V>> findings;
  private final BooleanSupplier connected;
  private final Ticker ticker;

  ShortMemory(long maxEntries, Executor executor, BooleanSupplier connected, Ticker ticker) {
    this.findings =
        Caffeine.newBuilder()
            .maximumSize(maxEntries)
            .expireAfterWrite(MAX_STALE)
            .executor(executor)
            .ticker(ticker)
            .buildAsync();
    this.connected = connected;
    this.ticker = ticker;
  }

  /** What is known for the key, or what {@code read} finds; one read at a time for each key. */
  CompletableFuture<Optional<V>> get(K key, Supplier<CompletableFuture<Optional<V>>> read) {
    while (true) {
      CompletableFuture<Held<V>> anew = new CompletableFuture<>();
      CompletableFuture<Held<V>> known = findings.asMap().putIfAbsent(key, anew);
      if (known == null) {
        begin(key, anew, read, Optional.empty());
        return anew.thenApply(Held::orThrow);
      }
      if (!known.isDone() || serves(known.join())) {
        return known.thenApply(Held::orThrow);
      }
      if (findings.asMap().replace(key, known, anew)) {
        begin(key, anew, read, Optional.of(known.join()));
        return anew.thenApply(Held::orThrow);
      }
    }
  }

  private void begin(
      K key,
      CompletableFuture<Held<V>> anew,
      Supplier<CompletableFuture<Optional<V>>> read,
      Optional<Held<V>> old) {
    var unused =
        read.get()
            .whenComplete(
                (found, problem) -> {
                  if (problem == null) {
                    if (found.isEmpty()) {
                      findings.asMap().remove(key, anew);
                    }
                    anew.complete(new Held<>(found, Optional.empty(), ticker.read(), false));
                  } else if (old.isPresent() && cause(problem) instanceof RegistryUnavailable) {
                    anew.complete(old.get());
                  } else {
                    findings.asMap().remove(key, anew);
                    anew.complete(
                        new Held<>(
                            Optional.empty(), Optional.of(cause(problem)), ticker.read(), true));
                  }
                });
  }

  /** Who asks next gets what is read after this moment, unless ZooKeeper is away. */
  void outdate(K key) {
    findings
        .asMap()
        .computeIfPresent(
            key,
            (k, known) -> {
              if (!known.isDone()) {
                // It may have read before the change.
                return null;
              }
              Held<V> held = known.join();
              return CompletableFuture.completedFuture(
                  new Held<>(held.found(), Optional.empty(), held.readNanos(), true));
            });
  }

  private boolean serves(Held<V> held) {
    boolean fresh = !held.outdated() && ticker.read() - held.readNanos() < FRESH.toNanos();
    return fresh || !connected.getAsBoolean();
  }

  private static Throwable cause(Throwable problem) {
    return problem instanceof CompletionException && problem.getCause() != null
        ? problem.getCause()
        : problem;
  }
}
