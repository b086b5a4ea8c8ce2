package io.corale.scheduler;

import io.corale.model.CompositionRef;
import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.ServiceClass;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The record of one invocation: alive until it has an ending, then a receipt (rule 24).
 *
 * @param counts what it has opened and ended
 * @param context what its branches share; gone once it has ended
 * @param kept events addressed to it that no branch has taken, oldest first; gone as well
 * @param held empty where it is not, of itself
 */
public record Invocation(
    Submission submission,
    Counts counts,
    BranchView.Context context,
    List<Mail> kept,
    Trace trace,
    Optional<Held> held,
    Optional<Ended> ended)
    implements TextHolder {
  /** What a record costs beside its texts and payloads. */
  private static final long FIXED_BYTES = 400;

  /** Most have none, and would each keep a map of their own for that. */
  private static final SortedMap<String, String> NO_LABELS = Collections.emptySortedMap();

  public Invocation {
    kept = List.copyOf(kept);
  }

  /**
   * How it was submitted.
   *
   * @param sequence its place in the order of acceptance
   * @param deadlineMicros cell time, corrected for its flow's backlog, and for the time in which it
   *     only waited to hear, or was held
   * @param rankMicros what it counts for in its flow's backlog
   * @param receiptUntilMicros cell time
   * @param descent how it came from another invocation, and what it has from there
   */
  public record Submission(
      InvocationId id,
      CompositionRef composition,
      String caller,
      SortedMap<String, String> labels,
      Optional<InvocationId> parent,
      ServiceClass serviceClass,
      long sequence,
      long acceptedMicros,
      long acceptedWallMillis,
      long deadlineMicros,
      long rankMicros,
      long receiptUntilMicros,
      String traceParent,
      Descent descent) {
    public Submission {
      labels = labels.isEmpty() ? NO_LABELS : Collections.unmodifiableSortedMap(labels);
    }

    Submission withDeadline(long micros) {
      return with(serviceClass, micros);
    }

    Submission with(ServiceClass its, long micros) {
      return new Submission(
          id,
          composition,
          caller,
          labels,
          parent,
          its,
          sequence,
          acceptedMicros,
          acceptedWallMillis,
          micros,
          rankMicros,
          receiptUntilMicros,
          traceParent,
          descent);
    }

    private long namesBytes() {
      return (long) id.value().length()
          + parent.map(above -> above.value().length()).orElse(0)
          + caller.length()
          + traceParent.length();
    }

    /** Whose backlog it counts to. */
    String flow() {
      return Invocation.flow(caller, serviceClass);
    }
  }

  /**
   * How an invocation came from another one.
   *
   * @param depth how many are above it
   * @param awaitedBy the branch that waits for its end
   * @param isQuiet whether it tells nothing of itself, for it came of what another one told
   * @param wantsIncidents whether what fails in it waits for a person where nothing catches it
   */
  public record Descent(
      int depth, Optional<Branch.Key> awaitedBy, boolean isQuiet, boolean wantsIncidents) {
    /** One of which nothing waits for a person. */
    public Descent(int depth, Optional<Branch.Key> awaitedBy, boolean isQuiet) {
      this(depth, awaitedBy, isQuiet, false);
    }

    /** Of what a caller has submitted. */
    static Descent submitted(boolean wantsIncidents) {
      return new Descent(0, Optional.empty(), false, wantsIncidents);
    }
  }

  /**
   * What an invocation has opened and ended.
   *
   * @param nextBranch the number of the next branch it opens
   * @param branches how many branch records it has
   * @param callsBefore the number after which those of its calls begin; 0 where nothing of its id
   *     is told from an earlier invocation of that id
   * @param callsOpened how many calls it has opened
   * @param callsEnded how many of them have their final outcome
   * @param lastRun the number of the last invocation that it began
   */
  public record Counts(
      int nextBranch,
      int branches,
      long callsBefore,
      long callsOpened,
      long callsEnded,
      long lastRun) {
    /** Of an invocation that has its root only. */
    private static final Counts ROOT = new Counts(1, 1, 0, 0, 0, 0);

    /** The number of the last call it opened. */
    long lastCall() {
      return callsBefore + callsOpened;
    }

    private Counts withCallsAfter(long number) {
      return new Counts(nextBranch, branches, number, callsOpened, callsEnded, lastRun);
    }

    private Counts withCallEnded() {
      return new Counts(nextBranch, branches, callsBefore, callsOpened, callsEnded + 1, lastRun);
    }

    private Counts withCallReopened() {
      return new Counts(nextBranch, branches, callsBefore, callsOpened, callsEnded - 1, lastRun);
    }

    private Counts withoutBranches() {
      return new Counts(nextBranch, 0, callsBefore, callsOpened, callsEnded, lastRun);
    }
  }

  /** How and when it ended. */
  public record Ended(Ending ending, long atMicros) {}

  static Invocation of(Submission submission) {
    return new Invocation(
        submission,
        Counts.ROOT,
        BranchView.Context.NONE,
        List.of(),
        Trace.EMPTY,
        Optional.empty(),
        Optional.empty());
  }

  /**
   * A caller's classes are flows of their own, so that what it needs at once does not wait for what
   * it can defer.
   */
  static String flow(String caller, ServiceClass serviceClass) {
    return caller + '/' + serviceClass;
  }

  /** Whose flow this is; classes have no slash in them. */
  static String callerOf(String flow) {
    int slash = flow.lastIndexOf('/');
    return slash < 0 ? flow : flow.substring(0, slash);
  }

  InvocationId id() {
    return submission.id();
  }

  boolean wantsIncidents() {
    return submission.descent().wantsIncidents();
  }

  boolean isLive() {
    return ended.isEmpty();
  }

  Invocation with(TraceEvent event) {
    return new Invocation(submission, counts, context, kept, trace.with(event), held, ended);
  }

  private Invocation with(Counts counts) {
    return new Invocation(submission, counts, context, kept, trace, held, ended);
  }

  Invocation with(BranchView.Context context) {
    return new Invocation(submission, counts, context, kept, trace, held, ended);
  }

  private Invocation with(List<Mail> kept) {
    return new Invocation(submission, counts, context, kept, trace, held, ended);
  }

  /**
   * Its calls are numbered on from its place in the order of acceptance, which is above the numbers
   * of all calls that the cell has opened, whichever format was active then: no call of an earlier
   * invocation of its id has such a name, nor have its attempts, nor was its idempotency key shown
   * to anybody.
   */
  Invocation numberingOn() {
    return with(counts.withCallsAfter(submission.sequence()));
  }

  /** With what its branches have opened; none of it has ended. */
  Invocation grown(int nextBranch, int branches, long callsOpened, long lastRun) {
    return with(
        new Counts(
            nextBranch, branches, counts.callsBefore(), callsOpened, counts.callsEnded(), lastRun));
  }

  /** It keeps this event until a branch takes it. */
  Invocation keeping(Mail mail) {
    List<Mail> more = new ArrayList<>(kept);
    more.add(mail);
    return with(more);
  }

  /** A branch has taken the event of this sequence, if none had before. */
  Invocation without(long sequence) {
    return with(kept.stream().filter(mail -> mail.sequence() != sequence).toList());
  }

  /** With this deadline, in cell time, where it had an earlier one. */
  Invocation withDeadlineFrom(long micros) {
    Submission later = submission.withDeadline(Math.max(submission.deadlineMicros(), micros));
    return new Invocation(later, counts, context, kept, trace, held, ended);
  }

  /** With this class and this deadline, in cell time. */
  Invocation prioritized(ServiceClass serviceClass, long deadlineMicros) {
    return new Invocation(
        submission.with(serviceClass, deadlineMicros), counts, context, kept, trace, held, ended);
  }

  /** It is held, or not, of itself. */
  Invocation withHeld(Optional<Held> next) {
    return new Invocation(submission, counts, context, kept, trace, next, ended);
  }

  Invocation withCallEnded() {
    return with(counts.withCallEnded());
  }

  /** One that had ended has not, after all. */
  Invocation withCallReopened() {
    return with(counts.withCallReopened());
  }

  Invocation ended(Ended how) {
    return new Invocation(
        submission,
        counts.withoutBranches(),
        BranchView.Context.NONE,
        List.of(),
        trace.compact(),
        Optional.empty(),
        Optional.of(how));
  }

  @Override
  public void texts(Consumer<Payload> found) {
    TextHolder.ifText(context.value(), found);
    if (ended.isPresent() && ended.get().ending() instanceof Ending.Completed completed) {
      TextHolder.ifText(completed.output(), found);
    }
  }

  /** With others in the place of its payloads, but for events. */
  public Invocation replacing(UnaryOperator<Payload> others) {
    BranchView.Context shared =
        new BranchView.Context(others.apply(context.value()), context.version());
    Optional<Ended> how =
        ended.map(
            end ->
                end.ending() instanceof Ending.Completed completed
                    ? new Ended(
                        new Ending.Completed(others.apply(completed.output())), end.atMicros())
                    : end);
    return new Invocation(submission, counts, shared, kept, trace, held, how);
  }

  /** What of it weighs elsewhere, once it has ended: its output where that is a text. */
  long sparedBytes() {
    return ended.isPresent() && ended.get().ending() instanceof Ending.Completed completed
        ? Texts.spared(completed.output())
        : 0;
  }

  /** What it counts for against the memory of its cell, its texts included. */
  long sizeBytes() {
    long size = FIXED_BYTES + submission.namesBytes() + trace.sizeBytes();
    for (Map.Entry<String, String> label : submission.labels().entrySet()) {
      size += label.getKey().length() + label.getValue().length();
    }
    if (context.version() > 0) {
      size += context.value().sizeBytes();
    }
    for (Mail mail : kept) {
      size += mail.event().sizeBytes();
    }
    size += held.map(Held::sizeBytes).orElse(0L);
    return ended.isPresent() ? size + sizeBytes(ended.get().ending()) : size;
  }

  private static long sizeBytes(Ending ending) {
    if (ending instanceof Ending.Completed completed) {
      return completed.output().sizeBytes();
    }
    return ending instanceof Ending.Faulted faulted
        ? faulted.problem().sizeBytes()
        : ((Ending.Cancelled) ending).reason().length();
  }
}
