package io.corale.scheduler;

import io.corale.model.Refusal;
import io.corale.model.ServiceClass;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Accepts invocations: each id once (rule 22), while there is room for its receipt (rule 24), and
 * for what will come of it (rule 33).
 */
final class Submissions {
  /** Any larger rank or deadline counts as this, so that no sum of times overflows. */
  static final long FARTHEST_MICROS = 365L * 24 * 60 * 60 * 1_000_000;

  /** Rule 24's day, and an hour for clocks that differ. */
  static final long LONGEST_RECEIPT_MICROS = 25L * 60 * 60 * 1_000_000;

  /** What a deadline allows beyond the work itself: a queue that is not empty. */
  static final long SLACK_MICROS = 1_000_000;

  /** Labels are for finding, not for carrying. */
  static final int MAX_LABEL_CHARS = 4_096;

  /** The fence of what holds an id may be far, or its proof of an end near. */
  private static final Duration HELD_RETRY = Duration.ofSeconds(1);

  private final Records records;
  private final Definitions definitions;
  private final Queues queues;
  private final Flows flows;
  private final Agreement agreement;
  private final Receipts receipts;
  private final Uploads uploads;
  private final Transitions transitions;
  private final Lifecycle lifecycle;
  private final boolean capsDeadlines;

  Submissions(
      Records records,
      Definitions definitions,
      Queues queues,
      Flows flows,
      Agreement agreement,
      Receipts receipts,
      Uploads uploads,
      Transitions transitions,
      Lifecycle lifecycle,
      Rules rules) {
    this.records = records;
    this.definitions = definitions;
    this.queues = queues;
    this.flows = flows;
    this.agreement = agreement;
    this.receipts = receipts;
    this.uploads = uploads;
    this.transitions = transitions;
    this.lifecycle = lifecycle;
    this.capsDeadlines = rules.capsDeadlines();
  }

  Result submit(Pass pass, Command.Submit submit) {
    Invocation known = records.invocation(submit.invocation());
    if (known != null && records.isKnown(known.id())) {
      return new Result.Known(
          known.submission().composition(), known.ended().map(Invocation.Ended::ending));
    }
    Optional<Refusal> refusal = refusal(submit, pass.nowMicros());
    if (refusal.isPresent()) {
      return new Result.Refused(refusal.get());
    }
    accept(pass, submit);
    return new Result.Accepted();
  }

  private Optional<Refusal> refusal(Command.Submit submit, long nowMicros) {
    if (!definitions.has(submit.composition())) {
      return no(
          Refusal.Code.NOT_FOUND, "composition " + submit.composition() + " is not defined here");
    }
    if (submit.receiptMicros() <= 0) {
      return no(Refusal.Code.EXPIRED, "the time in which this id could be retried has passed");
    }
    if (submit.receiptMicros() > LONGEST_RECEIPT_MICROS) {
      return no(Refusal.Code.INVALID, "a receipt lives for at most a day");
    }
    if (submit.deadlineMicros() < 0 || submit.rankMicros() < 0) {
      return no(Refusal.Code.INVALID, "deadline and rank are never negative");
    }
    if (submit.input().sizeBytes() > records.mostPayloadBytes()) {
      return no(
          Refusal.Code.TOO_LARGE,
          "input of "
              + submit.input().sizeBytes()
              + " bytes, at most "
              + records.mostPayloadBytes()
              + " are taken");
    }
    if (chars(submit.labels()) > MAX_LABEL_CHARS) {
      return no(Refusal.Code.TOO_LARGE, "labels of more than " + MAX_LABEL_CHARS + " characters");
    }
    if (records.isHeld(submit.invocation())) {
      return Optional.of(
          Refusal.later(
              Refusal.Code.OVERLOADED,
              "an attempt of an earlier invocation of this id may run still",
              HELD_RETRY));
    }
    return agreement.refusal(nowMicros).or(receipts::shortage).or(uploads::shortage);
  }

  private static long chars(Map<String, String> labels) {
    long chars = 0;
    for (Map.Entry<String, String> label : labels.entrySet()) {
      chars += label.getKey().length() + label.getValue().length();
    }
    return chars;
  }

  private static Optional<Refusal> no(Refusal.Code code, String message) {
    return Optional.of(Refusal.of(code, message));
  }

  private void accept(Pass pass, Command.Submit submit) {
    Invocation.Submission submission = submission(pass, submit);
    Invocation invocation = Invocation.of(submission);
    records.begin(invocation.with(pass.event(invocation, TraceEvent.Kind.ACCEPTED, "")));
    agreement.submitted(pass.nowMicros());
    lifecycle.started(pass, invocation);
    transitions.begin(
        pass,
        records.require(submit.invocation()),
        Branch.root(submit.invocation(), submit.input()),
        submit.transition());
  }

  private Invocation.Submission submission(Pass pass, Command.Submit submit) {
    long rank = Math.min(submit.rankMicros(), FARTHEST_MICROS);
    String flow = Invocation.flow(submit.caller(), submit.serviceClass());
    return new Invocation.Submission(
        submit.invocation(),
        submit.composition(),
        submit.caller(),
        submit.labels(),
        submit.parent(),
        submit.serviceClass(),
        records.nextSequence(),
        pass.nowMicros(),
        submit.acceptedWallMillis(),
        flows.correctedDeadline(
            deadline(pass.nowMicros(), submit, rank), pass.nowMicros(), flow, queues.concurrency()),
        rank,
        CellClock.later(pass.nowMicros(), submit.receiptMicros()),
        submit.traceParent(),
        Invocation.Descent.submitted(
            submit.wantsIncidents() || definitions.wantIncidents(submit.composition())));
  }

  /** Rule 17: what the caller asked for, at most what its class allows. */
  private long deadline(long nowMicros, Command.Submit submit, long rankMicros) {
    long allowed = allowed(submit.serviceClass(), rankMicros);
    long asked =
        submit.deadlineMicros() == 0 ? allowed : Math.min(submit.deadlineMicros(), FARTHEST_MICROS);
    return CellClock.later(nowMicros, capsDeadlines ? Math.min(allowed, asked) : asked);
  }

  /** Within what time work of a class is to end. */
  static long allowed(ServiceClass serviceClass, long rankMicros) {
    return serviceClass.stretch() * rankMicros + SLACK_MICROS;
  }
}
