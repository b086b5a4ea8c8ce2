package io.corale.scheduler;

import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;
import io.corale.model.Labels;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.model.Refusal;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Transition.RunSpec;
import java.util.Optional;

/**
 * Begins the invocations that others, or schedules, ask for (rule 21): recorded in the entry that
 * asks, with a root that waits to be interpreted.
 *
 * <p>One that is awaited is a part of the work that it came from: it has the same deadline, and its
 * rank is counted there. One that is not is work of its own.
 */
final class Runs {
  /** Deeper than people nest compositions; one that runs itself for ever ends here. */
  static final int MAX_DEPTH = 16;

  /** As many as an invocation may have branches. */
  static final int MAX_RUNS = 16_384;

  /** Who asks for what a schedule begins. */
  private static final String CALLER = "schedule";

  /** By which the invocations of a schedule are found. */
  private static final String LABEL = "schedule";

  /** For how long it is remembered how an occurrence ended: until somebody has looked. */
  private static final long RECEIPT_MICROS = 60L * 60 * 1_000_000;

  private final Records records;
  private final Branches branches;
  private final Definitions definitions;
  private final Queues queues;
  private final Flows flows;
  private final Receipts receipts;
  private final Lifecycle lifecycle;

  Runs(
      Records records,
      Branches branches,
      Definitions definitions,
      Queues queues,
      Flows flows,
      Receipts receipts,
      Lifecycle lifecycle) {
    this.records = records;
    this.branches = branches;
    this.definitions = definitions;
    this.queues = queues;
    this.flows = flows;
    this.receipts = receipts;
    this.lifecycle = lifecycle;
  }

  /** Why an invocation cannot begin this one, where {@code more} are about to begin before it. */
  Optional<Problem> problem(Invocation parent, RunSpec spec, int more) {
    if (!definitions.has(spec.composition())) {
      return configuration(spec, "composition " + spec.composition() + " is not defined here");
    }
    if (parent.submission().descent().depth() >= MAX_DEPTH) {
      return configuration(
          spec, "invocations run each other more than " + MAX_DEPTH + " levels deep");
    }
    if (parent.counts().lastRun() + more >= MAX_RUNS) {
      return configuration(
          spec, "the invocation has run " + MAX_RUNS + " others, the most there are");
    }
    return receipts.shortage(more).map(refusal -> overloaded(refusal, spec));
  }

  private static Optional<Problem> configuration(RunSpec spec, String detail) {
    return Optional.of(Problem.configuration(detail, spec.place()));
  }

  /** Trying again later may help, which the status says. */
  private static Problem overloaded(Refusal refusal, RunSpec spec) {
    return Problem.overloaded(refusal.message(), spec.place());
  }

  /** Records it; its root waits to be interpreted. */
  void begin(Pass pass, Invocation parent, Tree.NewRun run) {
    RunSpec spec = run.spec();
    Invocation invocation = Invocation.of(submission(pass, parent, run));
    InvocationId id = invocation.id();
    String whose = "run by " + parent.id() + " at " + spec.place();
    long restMicros = spec.isAwaited() ? spec.restMicros() : 0;
    begin(pass, invocation, whose, new Signal.Begun(spec.input(), restMicros));
    records.trace(
        parent.id(), pass.event(parent, TraceEvent.Kind.RAN, id + " = " + spec.composition()));
  }

  /** Records an occurrence of a schedule; its root waits to be interpreted. */
  void begin(Pass pass, Occurrences.Occurrence occurrence) {
    CompositionRef composition = occurrence.plan().composition();
    long rank = Math.min(occurrence.plan().rankMicros(), Submissions.FARTHEST_MICROS);
    String flow = Invocation.flow(CALLER, ServiceClass.STANDARD);
    Invocation invocation =
        Invocation.of(
            new Invocation.Submission(
                occurrence.id(),
                composition,
                CALLER,
                Labels.of(LABEL, composition.name()),
                Optional.empty(),
                ServiceClass.STANDARD,
                records.nextSequence(),
                pass.nowMicros(),
                occurrence.wallMillis(),
                deadline(pass.nowMicros(), ServiceClass.STANDARD, flow, rank),
                rank,
                CellClock.later(pass.nowMicros(), RECEIPT_MICROS),
                "",
                new Invocation.Descent(
                    occurrence.depth(),
                    Optional.empty(),
                    occurrence.isQuiet(),
                    definitions.wantIncidents(composition))));
    begin(pass, invocation, "by its schedule", new Signal.Begun(occurrence.input(), 0));
  }

  private void begin(Pass pass, Invocation invocation, String whose, Signal.Begun begun) {
    records.begin(invocation.with(pass.event(invocation, TraceEvent.Kind.ACCEPTED, whose)));
    branches.put(Branch.root(invocation.id(), Payload.NULL).signalled(begun));
    pass.signalled(new Branch.Key(invocation.id(), 0));
    lifecycle.started(pass, invocation);
  }

  private Invocation.Submission submission(Pass pass, Invocation parent, Tree.NewRun run) {
    Invocation.Submission above = parent.submission();
    RunSpec spec = run.spec();
    long now = pass.nowMicros();
    long age = now - above.acceptedMicros();
    long rank = Math.min(spec.rankMicros(), Submissions.FARTHEST_MICROS);
    return new Invocation.Submission(
        parent.id().run(run.number()),
        spec.composition(),
        above.caller(),
        above.labels(),
        Optional.of(parent.id()),
        above.serviceClass(),
        records.nextSequence(),
        now,
        above.acceptedWallMillis() + age / 1_000,
        spec.isAwaited()
            ? above.deadlineMicros()
            : deadline(now, above.serviceClass(), above.flow(), rank),
        spec.isAwaited() ? 0 : rank,
        CellClock.later(now, above.receiptUntilMicros() - above.acceptedMicros()),
        above.traceParent(),
        new Invocation.Descent(
            above.descent().depth() + 1,
            spec.isAwaited()
                ? Optional.of(new Branch.Key(parent.id(), run.branch()))
                : Optional.empty(),
            above.descent().isQuiet(),
            inheritsIncidents(above, spec) || definitions.wantIncidents(spec.composition())));
  }

  /** What is awaited is a part of the work, unless something may catch what goes wrong in it. */
  private static boolean inheritsIncidents(Invocation.Submission above, RunSpec spec) {
    return spec.isAwaited() && !spec.isTried() && above.descent().wantsIncidents();
  }

  private long deadline(long now, ServiceClass serviceClass, String flow, long rank) {
    long allowed = CellClock.later(now, Submissions.allowed(serviceClass, rank));
    return flows.correctedDeadline(allowed, now, flow, queues.concurrency());
  }
}
