package io.corale.scheduler;

import io.corale.model.InvocationId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The application of one entry: when it is, and what it has asked of the world so far. */
final class Pass {
  private final long index;
  private final long nowMicros;
  private final boolean isNewSecond;
  private final long seenIndex;
  private final boolean keepsWaits;
  private final List<Effect> effects = new ArrayList<>();
  private final Set<Branch.Key> signalled = new LinkedHashSet<>();
  private final Deque<Lifecycle.Told> told = new ArrayDeque<>();

  Pass(long index, CellClock clock, long seenIndex, boolean keepsWaits) {
    this.index = index;
    this.nowMicros = clock.nowMicros();
    this.isNewSecond = clock.isNewSecond();
    this.seenIndex = seenIndex;
    this.keepsWaits = keepsWaits;
  }

  long index() {
    return index;
  }

  long nowMicros() {
    return nowMicros;
  }

  /** Whether no entry before this one was of its second. */
  boolean isNewSecond() {
    return isNewSecond;
  }

  /** What entries up to this one start is not bounded by rule 12. */
  long seenIndex() {
    return seenIndex;
  }

  /** Since when a call waits that is queued now; 0 where that is not to be remembered. */
  long queuedMicros() {
    return keepsWaits ? nowMicros : 0;
  }

  void emit(Effect effect) {
    effects.add(effect);
  }

  /** What happened to an invocation is to be announced. */
  void tell(Lifecycle.Told news) {
    told.add(news);
  }

  /** What is to be announced next, taken out. */
  Optional<Lifecycle.Told> nextTold() {
    return Optional.ofNullable(told.poll());
  }

  List<Effect> effects() {
    return effects;
  }

  /** A branch whose pending signal must be interpreted, unless this command consumes it. */
  void signalled(Branch.Key branch) {
    signalled.add(branch);
  }

  /** Asks for the interpretation of every signal that the command left pending (rule 19). */
  void emitContinues(Records records) {
    for (Branch.Key key : signalled) {
      Branch branch = records.branch(key);
      if (branch != null) {
        continueOf(records, branch, nowMicros).ifPresent(effects::add);
      }
    }
    signalled.clear();
  }

  /** Empty also where the failure that is pending waits for a person (ADR 39). */
  static Optional<Effect> continueOf(Records records, Branch branch, long nowMicros) {
    if (records.waitsForPerson(branch.key())) {
      return Optional.empty();
    }
    return branch
        .pending()
        .map(signal -> new Effect.Continue(view(records, branch, nowMicros), signal));
  }

  static BranchView view(Records records, Branch branch, long nowMicros) {
    InvocationId id = branch.key().invocation();
    Invocation invocation = records.require(id);
    Invocation.Submission submission = invocation.submission();
    return new BranchView(
        id,
        submission.composition(),
        branch.number(),
        branch.step(),
        branch.state(),
        invocation.context(),
        new BranchView.Moment(
            submission.acceptedWallMillis(), nowMicros - submission.acceptedMicros()),
        deadlineRankMicros(records, invocation));
  }

  /** What is awaited has the deadline of what awaits it, as long as that is remembered. */
  private static long deadlineRankMicros(Records records, Invocation invocation) {
    Invocation first = invocation;
    Invocation next = invocation;
    while (next != null) {
      first = next;
      next =
          first
              .submission()
              .descent()
              .awaitedBy()
              .map(awaiting -> records.invocation(awaiting.invocation()))
              .orElse(null);
    }
    return Math.max(1, first.submission().rankMicros());
  }

  /** An event that names no call. */
  TraceEvent event(Invocation invocation, TraceEvent.Kind kind, String detail) {
    return event(invocation, kind, 0, 0, "", detail);
  }

  /** An event of a call or attempt whose names the trace knows already. */
  TraceEvent event(
      Invocation invocation,
      TraceEvent.Kind kind,
      long call,
      int attempt,
      String executor,
      String detail) {
    return new TraceEvent(
        kind, index, age(invocation), call, attempt, "", "", "", executor, detail);
  }

  /** The first event of a call, which names it. */
  TraceEvent queued(Invocation invocation, Call call) {
    return new TraceEvent(
        TraceEvent.Kind.QUEUED,
        index,
        age(invocation),
        call.id().number(),
        0,
        call.spec().function(),
        call.spec().implementation(),
        call.spec().place(),
        "",
        "");
  }

  private long age(Invocation invocation) {
    return nowMicros - invocation.submission().acceptedMicros();
  }
}
