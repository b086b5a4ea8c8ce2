package io.corale.deploy.bench;

import java.time.Duration;
import java.util.Locale;

/**
 * What came of a {@link ClusterRun}.
 *
 * @param many chains, as many in flight as asked
 * @param one chains of one step, one in flight
 * @param entries of the log while the many were measured
 * @param entryBytes what one of them takes on disk, on average
 * @param processorTime of all nodes meanwhile
 * @param runtime what of that their Java runtimes took
 */
record ClusterFigures(
    ClusterRun.Load load,
    ClosedLoop many,
    ClosedLoop one,
    long entries,
    long entryBytes,
    Duration elapsed,
    Duration processorTime,
    RuntimeTime runtime) {
  static ClusterFigures of(
      ClusterRun.Load load,
      ClosedLoop many,
      ClosedLoop one,
      long entries,
      long entryBytes,
      Duration elapsed,
      Duration processorTime,
      RuntimeTime runtime)
      throws NoFigures {
    if (entries < 1 || entryBytes < 1 || processorTime.isZero()) {
      throw new NoFigures(
          "%d entries of %d bytes in %s of processor time are no figures"
              .formatted(entries, entryBytes, processorTime));
    }
    return new ClusterFigures(
        load, many, one, entries, entryBytes, elapsed, processorTime, runtime);
  }

  /** At any time. */
  int failed() {
    return many.failures().count() + one.failures().count();
  }

  double entriesPerSecond() {
    return perSecond(entries);
  }

  /** A chain of k steps is k + 1 commands. */
  private long commands() {
    return many.count() * (load.steps() + 1L);
  }

  private long steps() {
    return many.count() * (long) load.steps();
  }

  double commandsPerEntry() {
    return commands() / (double) entries;
  }

  private double perSecond(long count) {
    return count * 1e9 / elapsed.toNanos();
  }

  String text() {
    return String.format(
        Locale.ROOT,
        "cluster: chains of %d steps, payloads of %d bytes, %d in flight:%n"
            + "  %.0f invocations/s, %.0f steps/s, %.0f commands/s, %.0f steps per CPU-second%n"
            + "  of the CPU time: %s%n"
            + "  %.0f entries/s of %.1f commands and %d bytes%n"
            + "  an invocation: %s; %s%n"
            + "  one step, one in flight: %s; %s",
        load.steps(),
        load.payloadBytes(),
        load.inFlight(),
        perSecond(many.count()),
        perSecond(steps()),
        perSecond(commands()),
        steps() * 1e9 / processorTime.toNanos(),
        runtime.text(processorTime),
        entriesPerSecond(),
        commandsPerEntry(),
        entryBytes,
        many.latency().text(),
        many.failures().text(),
        one.latency().text(),
        one.failures().text());
  }
}
