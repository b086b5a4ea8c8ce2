package io.corale.node.registry;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Since when a connection that once stood is lost. Before it first stands there is no outage: who
 * begins waits for it. Thread-safe.
 */
final class Outage {
  private final LongSupplier nanos;
  private boolean lost;
  private long lostNanos;
  private boolean stood;

  /**
   * @param nanos monotonic time
   */
  Outage(LongSupplier nanos) {
    this.nanos = nanos;
  }

  synchronized void heard(boolean connected) {
    if (!connected && stood && !lost) {
      lostNanos = nanos.getAsLong();
    }
    lost = !connected && stood;
    stood |= connected;
  }

  /** How long it has been lost; empty while it stands. */
  synchronized Optional<Duration> lasting() {
    return lost ? Optional.of(Duration.ofNanos(nanos.getAsLong() - lostNanos)) : Optional.empty();
  }
}
