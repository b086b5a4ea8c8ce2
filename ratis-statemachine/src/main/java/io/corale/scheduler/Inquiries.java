package io.corale.scheduler;

import io.corale.model.AttemptId;
import io.corale.model.Outcome;
import io.corale.scheduler.Inventory.Finding;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * What a superpeer asks the earlier executors of its cell, and what follows from their answers
 * (rule 11): what was never sent is settled as such, what has ended is settled, all else stays
 * leased.
 *
 * <p>Each is asked by itself, one page at a time, until all of its attempts are settled or their
 * fences are over; an answer that does not come, or says that something runs, is asked for again,
 * less and less often. Bounded by the slots of the cell's accounts.
 */
final class Inquiries {
  /** With ids of the greatest length, a page takes a fifth of a frame. */
  static final int PAGE = 500;

  /** Longer than an answer takes between living nodes; it is no proof of anything. */
  static final long PATIENCE_NANOS = 2_000_000_000L;

  /** So often without an answer: it has crashed, for accounts that would rather not wait. */
  static final int CRASHED_AFTER = 2;

  static final long FIRST_PAUSE_NANOS = 1_000_000_000L;

  /** Who was cut off for some seconds must not stay unasked for much longer. */
  static final long LONGEST_SILENCE_NANOS = 4_000_000_000L;

  /** What is asked so seldom costs nothing, and is soon enough for what runs for minutes. */
  static final long LONGEST_PAUSE_NANOS = 32_000_000_000L;

  private final List<Earlier> all = new ArrayList<>();
  private final List<Command> follows = new ArrayList<>();
  private long lastNumber;
  private long cellMicros;

  /** One executor, and what is open with it. */
  private static final class Earlier {
    private final Executor executor;

    /** To be asked about in this round. */
    private final Map<AttemptId, Orphan> next = new LinkedHashMap<>();

    /** To be asked about in the next one. */
    private final Map<AttemptId, Orphan> later = new LinkedHashMap<>();

    /** The last question: an answer to it counts, however late, until the next one. */
    private Optional<Inquiry> open = Optional.empty();

    /** Whether an answer may still be in time. */
    private boolean isAwaited;

    /** When it is to be asked, or when an answer has not come. */
    private long dueNanos;

    private long pauseNanos = FIRST_PAUSE_NANOS;

    /** In a row. */
    private int failures;

    Earlier(Executor executor, long nowNanos) {
      this.executor = executor;
      this.dueNanos = nowNanos;
    }

    private void pause(long nowNanos, long longestNanos) {
      dueNanos = nowNanos + Math.min(pauseNanos, longestNanos);
      pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }

    private boolean hasFast() {
      return next.values().stream().anyMatch(Orphan::retriesFast)
          || later.values().stream().anyMatch(Orphan::retriesFast);
    }

    private boolean isDone() {
      return next.isEmpty() && later.isEmpty();
    }
  }

  /** These attempts of an earlier executor hold slots. */
  void begin(Executor earlier, List<Orphan> orphans, long nowNanos) {
    Earlier each = new Earlier(earlier, nowNanos);
    orphans.forEach(orphan -> each.next.put(orphan.attempt(), orphan));
    all.add(each);
  }

  /** As {@link #begin}, of an earlier life of this node: there is nobody to ask. */
  void isGone(Executor earlier, List<Orphan> orphans) {
    if (orphans.stream().anyMatch(Orphan::retriesFast)) {
      follows.add(new Command.Crashed(earlier));
    }
  }

  /** Another superpeer asks from now on. */
  void end() {
    all.clear();
    follows.clear();
  }

  /** The slot of this attempt was settled. */
  void settled(AttemptId attempt) {
    for (Iterator<Earlier> each = all.iterator(); each.hasNext(); ) {
      Earlier earlier = each.next();
      earlier.next.remove(attempt);
      earlier.later.remove(attempt);
      if (earlier.isDone()) {
        each.remove();
      }
    }
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Cell time; slots whose fences are over are free. */
  void stands(long cellTimeMicros) {
    cellMicros = cellTimeMicros;
  }

  /** When somebody is to be asked. */
  OptionalLong atNanos() {
    return all.stream().mapToLong(earlier -> earlier.dueNanos).min();
  }

  /** What is to be asked now. */
  List<Inquiry> due(Executor me, long nowNanos) {
    List<Inquiry> due = new ArrayList<>();
    for (Iterator<Earlier> each = all.iterator(); each.hasNext(); ) {
      Earlier earlier = each.next();
      if (earlier.dueNanos - nowNanos > 0) {
        continue;
      }
      if (earlier.isAwaited) {
        fail(earlier, nowNanos);
        continue;
      }
      choose(earlier);
      if (earlier.isDone()) {
        each.remove();
      } else {
        due.add(ask(earlier, me, nowNanos));
      }
    }
    return due;
  }

  private void choose(Earlier earlier) {
    earlier.next.values().removeIf(orphan -> orphan.fenceMicros() <= cellMicros);
    earlier.later.values().removeIf(orphan -> orphan.fenceMicros() <= cellMicros);
    if (earlier.next.isEmpty()) {
      earlier.next.putAll(earlier.later);
      earlier.later.clear();
    }
  }

  private Inquiry ask(Earlier earlier, Executor me, long nowNanos) {
    List<Orphan> page = earlier.next.values().stream().limit(PAGE).toList();
    Inquiry inquiry = new Inquiry(++lastNumber, earlier.executor, me, page);
    earlier.open = Optional.of(inquiry);
    earlier.isAwaited = true;
    earlier.dueNanos = nowNanos + PATIENCE_NANOS;
    return inquiry;
  }

  /** No answer has come, or will come. */
  void failed(long number, long nowNanos) {
    find(number).filter(earlier -> earlier.isAwaited).ifPresent(earlier -> fail(earlier, nowNanos));
  }

  private void fail(Earlier earlier, long nowNanos) {
    earlier.isAwaited = false;
    earlier.pause(nowNanos, LONGEST_SILENCE_NANOS);
    earlier.failures++;
    if (earlier.failures == CRASHED_AFTER) {
      crashed(earlier);
    }
  }

  private void crashed(Earlier earlier) {
    if (earlier.hasFast()) {
      follows.add(new Command.Crashed(earlier.executor));
      earlier.next.values().removeIf(Orphan::retriesFast);
      earlier.later.values().removeIf(Orphan::retriesFast);
    }
  }

  /**
   * What is to be proposed by now, once.
   *
   * @param isSayable what can be; the rest waits
   */
  List<Command> follows(Predicate<Command> isSayable) {
    List<Command> drained = follows.stream().filter(isSayable).toList();
    follows.removeAll(drained);
    return drained;
  }

  /** An answer; it changes nothing where nobody waits for it any more. */
  void answered(long number, Inventory inventory, long nowNanos) {
    Optional<Earlier> asked = find(number);
    if (asked.isEmpty()) {
      return;
    }
    Earlier earlier = asked.get();
    List<Orphan> page = earlier.open.map(Inquiry::orphans).orElse(List.of());
    earlier.open = Optional.empty();
    earlier.isAwaited = false;
    earlier.failures = 0;
    if (!(inventory instanceof Inventory.Taken taken)) {
      crashed(earlier);
      all.remove(earlier);
      return;
    }
    for (int i = 0; i < page.size(); i++) {
      Finding finding =
          i < taken.findings().size() ? taken.findings().get(i) : new Finding.Running();
      follow(earlier, page.get(i), finding).ifPresent(follows::add);
    }
    if (earlier.isDone()) {
      all.remove(earlier);
    } else if (earlier.next.isEmpty()) {
      earlier.pause(nowNanos, LONGEST_PAUSE_NANOS);
    } else {
      earlier.dueNanos = nowNanos;
    }
  }

  private Optional<Earlier> find(long number) {
    return all.stream()
        .filter(earlier -> earlier.open.filter(open -> open.number() == number).isPresent())
        .findFirst();
  }

  /** What runs is asked about again; what is proposed stays so until it is in the log. */
  private static Optional<Command.Settle> follow(Earlier earlier, Orphan orphan, Finding finding) {
    if (earlier.next.remove(orphan.attempt()) == null) {
      return Optional.empty();
    }
    if (finding instanceof Finding.Running) {
      earlier.later.put(orphan.attempt(), orphan);
    }
    if (finding instanceof Finding.Unsent) {
      return Optional.of(unsent(earlier.executor, orphan));
    }
    return finding instanceof Finding.Ended ended
            && ended.settle().attempt().equals(orphan.attempt())
        ? Optional.of(ended.settle())
        : Optional.empty();
  }

  /** What is proposed for an attempt that never left. */
  static Command.Settle unsent(Executor earlier, Orphan orphan) {
    Outcome outcome = new Outcome.NotSent("it had not left " + earlier);
    return new Command.Settle(orphan.attempt(), outcome, 0, 0, Optional.empty());
  }
}
