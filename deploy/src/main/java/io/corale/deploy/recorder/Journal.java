package io.corale.deploy.recorder;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.LongSupplier;

/**
 * Counts executions and writes each event down before anybody is told of it. Confined to the one
 * event loop of its server.
 */
final class Journal implements AutoCloseable {
  /** Some 300 bytes each: what {@code GET /_record} shows. The file holds all. */
  private static final int MAX_EVENTS = 100_000;

  /** Some 200 bytes each. A longer run resets now and then, and reads the file. */
  private static final int MAX_KEYS = 400_000;

  private static final int MAX_FUNCTIONS = 1_000;
  private static final int MAX_ACCOUNTS = 1_000;

  private final OutputStream out;
  private final LongSupplier nanos;
  private final Clock clock;
  private final long originNanos;
  private final Deque<Event> events = new ArrayDeque<>();
  private final Tallies tallies = new Tallies();
  private final Map<String, Usage> accounts = new HashMap<>();
  private final Pulse pulse;

  /**
   * @param out unbuffered: a line that was written stays, whatever happens to the process
   * @param nanos monotonic
   */
  Journal(OutputStream out, LongSupplier nanos, Clock clock) {
    this.out = out;
    this.nanos = nanos;
    this.clock = clock;
    this.originNanos = nanos.getAsLong();
    this.pulse = new Pulse(nanos);
  }

  /** The event loop is at work; to be said every {@link Pulse#BEAT}. */
  void beat() {
    pulse.beat();
  }

  /**
   * An execution, from its start to its end.
   *
   * @param quota what it takes from
   */
  record Execution(String function, String key, int attempt, long notAfterMillis, Quota quota) {
    Execution(String function, String key, int attempt, long notAfterMillis) {
      this(function, key, attempt, notAfterMillis, Quota.NONE);
    }

    /** Accounts and functions of one name are not the same. */
    private String payer() {
      return quota.account().isEmpty() ? "function " + function : "account " + quota.account();
    }
  }

  /** Whether its memory has room for one more start. */
  boolean hasRoom(Execution execution) {
    return tallies.total().keys() < MAX_KEYS
        && (tallies.functions() < MAX_FUNCTIONS || tallies.knows(execution.function()))
        && (!execution.quota().isLimited()
            || accounts.size() < MAX_ACCOUNTS
            || accounts.containsKey(execution.payer()));
  }

  /** Why it must not start now, with so many of its function at once; empty if it may. */
  Optional<String> refusal(Execution execution, int limit) {
    if (tallies.of(execution.function()).running() >= limit) {
      return Optional.of(limit + " run already");
    }
    return usage(execution).flatMap(usage -> usage.refusal(execution.quota(), nanos.getAsLong()));
  }

  private Optional<Usage> usage(Execution execution) {
    return execution.quota().isLimited()
        ? Optional.of(accounts.computeIfAbsent(execution.payer(), payer -> new Usage()))
        : Optional.empty();
  }

  void started(Execution execution) {
    note(Event.Kind.START, execution, 1, "");
    usage(execution).ifPresent(usage -> usage.started(execution.quota(), nanos.getAsLong()));
  }

  void ended(Execution execution, String how) {
    note(Event.Kind.END, execution, -1, how);
    usage(execution).ifPresent(Usage::ended);
  }

  void refused(Execution execution, String why) {
    note(Event.Kind.REFUSED, execution, 0, why);
  }

  void reset() {
    events.clear();
    add(
        new Event(
            Event.Kind.RESET,
            "",
            "",
            0,
            0,
            tallies.total().running(),
            micros(),
            clock.millis(),
            0,
            0,
            ""));
  }

  private void note(Event.Kind what, Execution execution, int change, String detail) {
    long wallMillis = clock.millis();
    long lateMillis =
        execution.notAfterMillis() == 0 ? 0 : Math.max(0, wallMillis - execution.notAfterMillis());
    add(
        new Event(
            what,
            execution.function(),
            execution.key(),
            execution.attempt(),
            tallies.of(execution.function()).running() + change,
            tallies.total().running() + change,
            micros(),
            wallMillis,
            execution.notAfterMillis(),
            pulse.heldUpMillis(lateMillis),
            detail));
  }

  private long micros() {
    return (nanos.getAsLong() - originNanos) / 1_000;
  }

  private void add(Event event) {
    try {
      out.write(event.line().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // A judge that forgets is worse than none.
      throw new UncheckedIOException("the record cannot be written", e);
    }
    tallies.add(event);
    events.addLast(event);
    if (events.size() > MAX_EVENTS) {
      events.removeFirst();
    }
  }

  /** The latest events as NDJSON. */
  String ndjson() {
    StringBuilder text = new StringBuilder();
    events.forEach(event -> text.append(event.line()));
    return text.toString();
  }

  SortedMap<String, Stats> stats() {
    return tallies.stats();
  }

  Stats total() {
    return tallies.total().stats();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
