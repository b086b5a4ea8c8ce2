package io.corale.scheduler;

import io.corale.model.InvocationId;
import io.corale.model.Refusal;
import java.time.Duration;
import java.util.Optional;

/**
 * Remembers how invocations ended until their callers no longer ask again (rule 24). A full memory
 * refuses new work and forgets nothing before its time.
 */
final class Receipts {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Records records;
  private final Capacity capacity;
  private final Timers<InvocationId> expiries = new Timers<>();

  /**
   * How much a cell keeps. The same on every replica, hence no setting.
   *
   * @param live invocations that have not ended
   * @param receipts invocations that have
   * @param sizeBytes what all records weigh; large ones take as much of a heap, small ones more,
   *     and all twice that while a snapshot is loaded beside them
   */
  record Capacity(int live, int receipts, long sizeBytes) {
    static final Capacity STANDARD = new Capacity(100_000, 500_000, 256L * 1024 * 1024);
  }

  Receipts(Records records, Capacity capacity) {
    this.records = records;
    this.capacity = capacity;
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

  /** Why nothing more is kept; empty where there is room. */
  Optional<Refusal> shortageOfMemory() {
    return shortageOfMemory(0);
  }

  /** Why so many bytes more are not kept; empty where there is room. */
  Optional<Refusal> shortageOfMemory(long bytes) {
    return records.sizeBytes() + bytes >= capacity.sizeBytes()
        ? full(records.sizeBytes() + " bytes of invocations and receipts are kept")
        : Optional.empty();
  }

  private static Optional<Refusal> full(String what) {
    return Optional.of(Refusal.later(Refusal.Code.OVERLOADED, "the cell is full: " + what, RETRY));
  }

  void keep(Invocation ended) {
    Invocation.Submission submission = ended.submission();
    expiries.set(submission.receiptUntilMicros(), submission.sequence(), ended.id());
  }

  /** Forgets what nobody asks for any more. */
  void expire(long nowMicros) {
    Optional<InvocationId> due = expiries.popDue(nowMicros);
    while (due.isPresent()) {
      records.remove(records.require(due.get()));
      due = expiries.popDue(nowMicros);
    }
  }
}
