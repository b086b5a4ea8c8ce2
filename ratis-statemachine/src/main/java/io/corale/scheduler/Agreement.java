package io.corale.scheduler;

import io.corale.model.Limit;
import io.corale.model.Refusal;
import io.corale.model.Terms;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The terms of an owner, and what counts against them (ADR 33): beyond them a submit is refused at
 * once, with a time to come back, so that what was accepted goes on.
 *
 * <p>In logs of older formats there are none. What it is asked changes nothing, for anybody may ask
 * at any time.
 */
final class Agreement {
  /** A caller that comes back sooner costs more than it gets. */
  static final Duration SOONEST = Duration.ofMillis(100);

  /** Who comes back later finds a queue that has been empty for long. */
  static final Duration LATEST = Duration.ofSeconds(30);

  /** Where nobody knows when: nothing has started lately. */
  static final Duration SOMETIME = Duration.ofSeconds(1);

  /**
   * Who was refused comes back when a quarter of the queue has started: there is room then, and
   * there is work still.
   */
  private static final int PARTS = 4;

  private final Records records;
  private final Queues queues;
  private final Flows flows;
  private final Drain drain = new Drain();

  private Terms terms = Terms.STANDARD;

  /** Of the submits that were accepted lately. */
  private Optional<RateGauge> submits = Optional.empty();

  private boolean isInForce;

  Agreement(Records records, Queues queues, Flows flows) {
    this.records = records;
    this.queues = queues;
    this.flows = flows;
  }

  /** From now on they count; what logs of older formats lead to does not change. */
  void comesIntoForce() {
    isInForce = true;
    records.backlog().countCalls(records);
  }

  void restore(Image.Admission admission) {
    take(admission.terms());
    submits = admission.submits().map(state -> RateGauge.restore(rate(admission.terms()), state));
    drain.restore(admission.drained());
  }

  Image.Admission image() {
    return new Image.Admission(terms, submits.map(RateGauge::state), drain.image());
  }

  Terms terms() {
    return terms;
  }

  /** Takes over a later version; older ones and repeats change nothing. */
  Result agree(Terms next) {
    if (next.version() > terms.version()) {
      take(next);
    }
    return new Result.Done();
  }

  /** What was submitted in the last second counts against the new rate, if it was counted. */
  private void take(Terms next) {
    terms = next;
    flows.weigh(next);
    if (!next.limitsSubmits()) {
      submits = Optional.empty();
    } else {
      Limit.Rate rate = rate(next);
      submits =
          Optional.of(submits.map(gauge -> gauge.with(rate)).orElseGet(() -> new RateGauge(rate)));
    }
  }

  private static Limit.Rate rate(Terms terms) {
    return new Limit.Rate(terms.submitsPerSecond(), Limit.Window.SECOND);
  }

  /** A submit was accepted. */
  void submitted(long nowMicros) {
    submits.ifPresent(gauge -> gauge.started(nowMicros));
  }

  /** So many calls have started. */
  void started(long nowMicros, int count) {
    if (isInForce && count > 0) {
      drain.started(nowMicros, count);
    }
  }

  /** Why no submit is accepted at this cell time; empty where one is. */
  Optional<Refusal> refusal(long nowMicros) {
    return isInForce ? shortage(nowMicros).or(() -> quota(nowMicros)) : Optional.empty();
  }

  /**
   * The same, but for the rate of submits. Cell time stands still where nothing is proposed, so
   * that only who applies an entry can tell whether a second is over.
   */
  Optional<Refusal> shortage(long nowMicros) {
    if (!isInForce) {
      return Optional.empty();
    }
    if (queues.size() >= terms.maxQueued()) {
      return overloaded(
          "queue: " + queues.size() + " calls wait, at most " + terms.maxQueued() + " may",
          drained(nowMicros));
    }
    if (queues.sizeBytes() >= terms.maxQueuedBytes()) {
      return overloaded(
          "queue: calls of "
              + queues.sizeBytes()
              + " bytes wait, at most "
              + terms.maxQueuedBytes()
              + " may",
          drained(nowMicros));
    }
    return records.live() >= terms.maxLive()
        ? overloaded(
            "invocations: " + records.live() + " run, at most " + terms.maxLive() + " may",
            SOMETIME)
        : Optional.empty();
  }

  private Optional<Refusal> quota(long nowMicros) {
    long opensAt = submits.map(RateGauge::opensAtMicros).orElse(0L);
    return opensAt <= nowMicros
        ? Optional.empty()
        : overloaded(
            "quota: "
                + terms.submitsPerSecond()
                + " submits were accepted within a second, the most there may be",
            between(Duration.ofMillis((opensAt - nowMicros) / 1_000)));
  }

  private static Optional<Refusal> overloaded(String what, Duration retryAfter) {
    return Optional.of(Refusal.later(Refusal.Code.OVERLOADED, what, retryAfter));
  }

  /** When there will be room, as fast as the queues have drained lately. */
  private Duration drained(long nowMicros) {
    OptionalLong millis = drain.millisFor(Math.max(1, queues.size() / PARTS), nowMicros);
    return millis.isPresent() ? between(Duration.ofMillis(millis.getAsLong())) : SOMETIME;
  }

  private static Duration between(Duration retryAfter) {
    if (retryAfter.compareTo(SOONEST) < 0) {
      return SOONEST;
    }
    return retryAfter.compareTo(LATEST) > 0 ? LATEST : retryAfter;
  }
}
