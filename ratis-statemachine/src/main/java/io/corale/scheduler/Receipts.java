package io.corale.scheduler;

import io.corale.model.InvocationId;
import io.corale.model.Refusal;
import io.corale.model.Retention;
import java.time.Duration;
import java.util.Optional;

/**
 * Remembers how invocations ended until their callers no longer ask again (rule 24), and for as
 * long after that as their owner wants to read of them. A full memory refuses new work and forgets
 * no receipt before its time. What is merely readable is in nobody's way: it does not count when
 * there is something new to be taken, and goes first when the memory is full.
 */
final class Receipts {
  /**
   * How much of history goes twice in each entry, where no memory is missing: more than entries
   * end, and no more than a replica does in a millisecond or two, when somebody wants much less of
   * it.
   */
  static final int MOST_TRIMMED = 1_000;

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Records records;
  private final Capacity capacity;
  private final Timers<InvocationId> expiries = new Timers<>();
  private Retention retention;
  private int mostTrimmed = Integer.MAX_VALUE;

  /**
   * How much a cell keeps. The same on every replica, hence no setting.
   *
   * @param live invocations that have not ended
   * @param receipts invocations that have
   * @param sizeBytes what all records weigh; large ones take as much of a heap, small ones more,
   *     and all twice that while a snapshot is loaded beside them
   * @param textBytes what texts take, those of records once each and those on their way; half of it
   *     may be taken by new work, and none begins while more than three quarters are, so that what
   *     runs can go on
   * @param retries that may begin at an account in one lump (ADR 34)
   * @param incidents that wait for a person (ADR 39)
   */
  record Capacity(
      int live, int receipts, long sizeBytes, long textBytes, int retries, int incidents) {
    /** Sixteen of the largest, or four thousand that are just too large for an entry. */
    private static final long TEXT_BYTES = 128L * 1024 * 1024;

    /** More than anybody looks after one by one. */
    static final int MOST_INCIDENTS = 10_000;

    static final Capacity STANDARD = new Capacity(100_000, 500_000, 256L * 1024 * 1024);

    Capacity(int live, int receipts, long sizeBytes) {
      this(live, receipts, sizeBytes, TEXT_BYTES);
    }

    Capacity(int live, int receipts, long sizeBytes, long textBytes) {
      this(live, receipts, sizeBytes, textBytes, RetryBudget.MOST);
    }

    Capacity(int live, int receipts, long sizeBytes, long textBytes, int retries) {
      this(live, receipts, sizeBytes, textBytes, retries, MOST_INCIDENTS);
    }
  }

  Receipts(Records records, Capacity capacity, Retention retention) {
    this.records = records;
    this.capacity = capacity;
    this.retention = retention;
  }

  Retention retention() {
    return retention;
  }

  Result retain(Retention retention) {
    this.retention = retention.isNone() ? Retention.NONE : retention;
    return new Result.Done();
  }

  /** Why nothing new is taken now; empty where there is room. */
  Optional<Refusal> shortage() {
    return shortage(0);
  }

  /** The same, where so many more are as good as taken. */
  Optional<Refusal> shortage(int more) {
    if (records.live() + more >= capacity.live()) {
      return full(records.live() + " invocations are running");
    }
    if (records.receipts() >= capacity.receipts()) {
      return full(records.receipts() + " receipts are kept");
    }
    return shortageOfMemory();
  }

  /** How many failures may wait for a person. */
  int mostIncidents() {
    return capacity.incidents();
  }

  /** Why nothing more is kept; empty where there is room. */
  Optional<Refusal> shortageOfMemory() {
    return shortageOfMemory(0);
  }

  /** Why so many bytes more are not kept; empty where there is room. */
  Optional<Refusal> shortageOfMemory(long bytes) {
    long needed = records.sizeBytes() - records.history().recordBytes();
    return needed + bytes >= capacity.sizeBytes()
        ? full(needed + " bytes of invocations and receipts are kept")
        : Optional.empty();
  }

  /**
   * Why nothing is kept that may wait for ever: the last quarter is for what runs, and for what is
   * new. Empty where there is room.
   */
  Optional<Refusal> shortageForWhatWaits() {
    return shortageOfMemory(capacity.sizeBytes() / 4);
  }

  private static Optional<Refusal> full(String what) {
    return Optional.of(Refusal.later(Refusal.Code.OVERLOADED, "the cell is full: " + what, RETRY));
  }

  /** From now on history goes in bounded steps; logs of older formats have none. */
  void trimInSteps() {
    mostTrimmed = MOST_TRIMMED;
  }

  /** Restores one that has ended: what its replica had made, or is about to make, history, is. */
  void restore(Invocation ended, long nowMicros) {
    if (ended.submission().receiptUntilMicros() <= nowMicros) {
      records.becomesHistory(ended);
    } else {
      keep(ended);
    }
  }

  void keep(Invocation ended) {
    Invocation.Submission submission = ended.submission();
    expiries.set(submission.receiptUntilMicros(), submission.sequence(), ended.id());
  }

  /** What nobody asks for any more becomes history, as much of it as is wanted. */
  void expire(long nowMicros) {
    Optional<InvocationId> due = expiries.popDue(nowMicros);
    while (due.isPresent()) {
      records.becomesHistory(records.require(due.get()));
      due = expiries.popDue(nowMicros);
    }
    trim(nowMicros);
  }

  /** Forgets what is beyond its limits, or in the way. */
  void trim(long nowMicros) {
    int left = mostTrimmed;
    Optional<Invocation> oldest = oldest();
    while (oldest.isPresent()
        && (isMemoryFull() || (left > 0 && isBeyondLimits(oldest.get(), nowMicros)))) {
      records.remove(oldest.get());
      left--;
      oldest = oldest();
    }
  }

  private Optional<Invocation> oldest() {
    return records.history().oldest().map(records::require);
  }

  private boolean isMemoryFull() {
    return records.sizeBytes() >= capacity.sizeBytes();
  }

  private boolean isBeyondLimits(Invocation oldest, long nowMicros) {
    long ageMicros = nowMicros - oldest.ended().orElseThrow().atMicros();
    return ageMicros >= retention.age().toNanos() / 1_000
        || records.history().size() > retention.count()
        || records.history().sizeBytes() > retention.sizeBytes();
  }
}
