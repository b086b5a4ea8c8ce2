package io.corale.scheduler;

import io.corale.model.Outcome;
import io.corale.scheduler.Transition.Step;
import java.util.List;

/**
 * One entry of a cell's log: the commands that a superpeer packed together.
 *
 * @param proposer who packed it
 * @param sequence its number among the entries that the proposer sent in its term, from 0; by it
 *     the proposer recognises its own entry when it is applied
 * @param elapsedMicros monotonic time since the proposer's previous entry of the same term that may
 *     be in the log; 0 in a term's first (rule 7)
 * @param proposerApplied the index that the proposer had applied when it packed the entry (rule 12)
 * @param boundsTail whether the entries that the proposer had not applied by then are bounded in
 *     what they start (rule 12); not in what older builds wrote, whose logs must go on as they went
 * @param keepsWaits whether the calls that it queues remember since when they wait; older builds
 *     would forget that
 * @param commands in the order in which they are applied
 */
public record Entry(
    Executor proposer,
    long sequence,
    long elapsedMicros,
    long proposerApplied,
    boolean boundsTail,
    boolean keepsWaits,
    List<Command> commands) {
  /** Chains, forks and joins. */
  public static final int FIRST_FORMAT = 1;

  /** And timers, races, lists, failures of branches, and a context. */
  private static final int SECOND_FORMAT = 2;

  /**
   * And secrets, calls that lack one, invocations that run others, schedules, the status of a
   * response that is an error, which may be one that points elsewhere, and events: announced,
   * emitted and listened for.
   */
  private static final int THIRD_FORMAT = 3;

  /** And a bound for what starts in entries that their proposer has not seen applied. */
  private static final int FOURTH_FORMAT = 4;

  /**
   * And checks of the replicas, with what came of them; accounts that retry fast, with the
   * executors that have crashed; how long calls wait; and the activation of formats.
   */
  private static final int FIFTH_FORMAT = 5;

  /** And how long ended invocations stay readable beyond their receipts. */
  private static final int SIXTH_FORMAT = 6;

  /** And payloads that are too large for an entry: their parts, and references to them. */
  private static final int SEVENTH_FORMAT = 7;

  /** And accounts whose scopes are limited by more than how many run at once. */
  private static final int EIGHTH_FORMAT = 8;

  /** And what is held, and other priorities of what runs. */
  private static final int NINTH_FORMAT = 9;

  /** And what an owner takes on, implementations that are left alone, and bounds of retries. */
  private static final int TENTH_FORMAT = 10;

  /** And failures that wait for a person, and what that person says. */
  private static final int ELEVENTH_FORMAT = 11;

  /** And who the members of the cell are. */
  private static final int TWELFTH_FORMAT = 12;

  /** What this build knows. */
  public static final int NEWEST_FORMAT = TWELFTH_FORMAT;

  /**
   * What may stand in a log in which nothing was activated: every build writes it that may share a
   * cell with this one (rule 36).
   */
  public static final int BASE_FORMAT = FOURTH_FORMAT;

  /** From which on ids are held by slots, and what is forgotten is bounded (rule 24). */
  static final int HISTORY_FORMAT = SIXTH_FORMAT;

  /** From which on commands refer to texts, and replicas keep those (rule 33). */
  public static final int TEXTS_FORMAT = SEVENTH_FORMAT;

  /** From which on scopes have such limits, and shut when their provider has no room (rule 16). */
  public static final int LIMITS_FORMAT = EIGHTH_FORMAT;

  /** From which on owners hold what is to start, and change the priority of what runs (ADR 32). */
  public static final int CONTROL_FORMAT = NINTH_FORMAT;

  /**
   * From which on owners agree to terms, submits beyond them are refused, and flows count what has
   * open calls (ADR 33); what does not answer is left alone, and where much fails few calls are
   * tried again (ADR 34).
   */
  public static final int TERMS_FORMAT = TENTH_FORMAT;

  /** From which on calls that failed for good may wait for a person (ADR 39). */
  public static final int INCIDENTS_FORMAT = ELEVENTH_FORMAT;

  /** From which on the log says who the members of the cell are (ADR 41). */
  public static final int MEMBERS_FORMAT = TWELFTH_FORMAT;

  /** From which on entries say that calls remember since when they wait. */
  static final int WAITS_FORMAT = FIFTH_FORMAT;

  public Entry {
    commands = List.copyOf(commands);
    if (sequence < 0 || elapsedMicros < 0) {
      throw new IllegalArgumentException("sequence and elapsed time are never negative");
    }
  }

  /** One as builds before the fifth format packed it. */
  public Entry(
      Executor proposer,
      long sequence,
      long elapsedMicros,
      long proposerApplied,
      boolean boundsTail,
      List<Command> commands) {
    this(proposer, sequence, elapsedMicros, proposerApplied, boundsTail, false, commands);
  }

  /**
   * The first format of the log in which this can be said. A build that knows only older ones would
   * pass over a part of it, so it must not read it at all (rule 36).
   */
  public int format() {
    int its = commands.stream().mapToInt(Entry::format).max().orElse(FIRST_FORMAT);
    int bounded = boundsTail ? Math.max(its, FOURTH_FORMAT) : its;
    return keepsWaits ? Math.max(bounded, WAITS_FORMAT) : bounded;
  }

  /** As {@link #format()}, of one command. */
  public static int format(Command command) {
    if (command instanceof Command.ActivateVersion activate) {
      // Who cannot read what it activates must not read on behind it.
      return Math.max(FIFTH_FORMAT, activate.format());
    }
    if (command instanceof Command.Relocation) {
      return MEMBERS_FORMAT;
    }
    if (isOfIncidents(command)) {
      return INCIDENTS_FORMAT;
    }
    if (command instanceof Command.Agree) {
      return TERMS_FORMAT;
    }
    if (command instanceof Command.Control) {
      return CONTROL_FORMAT;
    }
    if (command instanceof Command.Part || CommandTexts.areReferredToIn(command)) {
      return TEXTS_FORMAT;
    }
    if (command instanceof Command.Configure configure && configure.account().hasMoreLimits()) {
      return LIMITS_FORMAT;
    }
    if (command instanceof Command.Settle settle) {
      int rest = settle.transition().map(Entry::format).orElse(FIRST_FORMAT);
      return Math.max(rest, format(settle.outcome()));
    }
    if (command instanceof Command.Submit submit) {
      return format(submit.transition());
    }
    if (command instanceof Command.Advance advance) {
      return format(advance.transition());
    }
    if (command instanceof Command.Retain) {
      return SIXTH_FORMAT;
    }
    if (command instanceof Command.Check
        || command instanceof Command.Verdict
        || command instanceof Command.Crashed
        || (command instanceof Command.Configure configure && configure.account().retriesFast())) {
      return FIFTH_FORMAT;
    }
    boolean isOfThird =
        (command instanceof Command.Define define && define.tellsIn().isPresent())
            || command instanceof Command.Entrust
            || command instanceof Command.Schedule
            || command instanceof Command.Aim
            || command instanceof Command.Halt
            || command instanceof Command.Compared
            || command instanceof Command.Announce;
    return isOfThird ? THIRD_FORMAT : FIRST_FORMAT;
  }

  private static boolean isOfIncidents(Command command) {
    if (command instanceof Command.Settle settle) {
      return settle.transition().map(Transition::tellsOfIncidents).orElse(false);
    }
    if (command instanceof Command.Advance advance) {
      return advance.transition().tellsOfIncidents();
    }
    if (command instanceof Command.Submit submit) {
      return submit.wantsIncidents() || submit.transition().tellsOfIncidents();
    }
    return command instanceof Command.Resolve
        || (command instanceof Command.Define define && define.wantsIncidents());
  }

  private static int format(Outcome outcome) {
    boolean hasStatus =
        (outcome instanceof Outcome.FunctionError error && error.status() != Outcome.NO_STATUS)
            || (outcome instanceof Outcome.Unavailable gone && gone.status() != Outcome.NO_STATUS);
    return hasStatus || outcome instanceof Outcome.Unready ? THIRD_FORMAT : FIRST_FORMAT;
  }

  private static int format(Transition transition) {
    int steps = transition.steps().stream().mapToInt(Entry::format).max().orElse(FIRST_FORMAT);
    return transition.contextVersion().isEmpty() ? steps : Math.max(steps, SECOND_FORMAT);
  }

  private static int format(Step step) {
    boolean failsByRedirect =
        (step instanceof Step.Fault fault && fault.problem().isRedirect())
            || (step instanceof Step.Fail fail && fail.problem().isRedirect());
    if (failsByRedirect || isOfThirdFormat(step)) {
      return THIRD_FORMAT;
    }
    boolean isOfFirst =
        step instanceof Step.Remember
            || step instanceof Step.Call
            || step instanceof Step.Open
            || step instanceof Step.End
            || step instanceof Step.Fault;
    return isOfFirst ? FIRST_FORMAT : SECOND_FORMAT;
  }

  private static boolean isOfThirdFormat(Step step) {
    return step instanceof Step.Run
        || step instanceof Step.Listen
        || step instanceof Step.Hear
        || step instanceof Step.Emit;
  }
}
