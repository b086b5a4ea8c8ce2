package io.corale.scheduler;

import io.corale.model.AccountId;
import io.corale.model.CompositionRef;
import io.corale.model.Event;
import io.corale.model.Payload;
import io.corale.model.Problem;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one evaluation of the interpreter wants done with an invocation: primitive, deterministic
 * steps, applied all or nothing, and only if nothing that it read has changed (rule 18).
 *
 * <p>Branch numbers from 0 name existing branches (0 is the root); -1, -2 ... name the branches
 * that this transition's own {@link Step.Open} steps open, in their order.
 *
 * @param guards the branches that were read or are written, each at the step at which it was seen
 * @param contextVersion at which the invocation's context was read or is replaced; empty where it
 *     is neither
 * @param uncaught where it ends its branch for a failure that nothing catches
 */
public record Transition(
    List<Guard> guards,
    OptionalLong contextVersion,
    List<Step> steps,
    Optional<Uncaught> uncaught) {
  /** What one gathers before its last step: what is said, remembered, asked for and shared. */
  public static final int MAX_GATHERED_BYTES = 80 * 1024;

  /** The names in it, and what its last step takes beside an output. */
  private static final int NAMES_BYTES = 8 * 1024;

  /**
   * With the output that its last step may have, for which nothing that was gathered can make room
   * any more. With the result of a call it stays well below the largest command.
   */
  public static final int MAX_BYTES = MAX_GATHERED_BYTES + Payload.MAX_INLINE_BYTES + NAMES_BYTES;

  /** What its texts may have together, each counted once: two of the largest (rule 33). */
  public static final int MAX_TEXT_BYTES = 2 * Payload.MAX_BYTES;

  public Transition {
    guards = List.copyOf(guards);
    steps = List.copyOf(steps);
  }

  /** One that is no failure, or a failure that is caught. */
  public Transition(List<Guard> guards, OptionalLong contextVersion, List<Step> steps) {
    this(guards, contextVersion, steps, Optional.empty());
  }

  /** A transition that neither reads nor replaces the context. */
  public Transition(List<Guard> guards, List<Step> steps) {
    this(guards, OptionalLong.empty(), steps);
  }

  /** The same where nothing catches the failure that it is about. */
  public Transition uncaught(Uncaught what) {
    return new Transition(guards, contextVersion, steps, Optional.of(what));
  }

  /** Whether it ends its branch for a failure that nothing catches. */
  public boolean isUncaught() {
    return uncaught.isPresent();
  }

  /** Whether it says anything that is of no use but to incidents. */
  boolean tellsOfIncidents() {
    return isUncaught() || steps.stream().anyMatch(Transition::tellsOfIncidents);
  }

  private static boolean tellsOfIncidents(Step step) {
    return step instanceof Step.Run run && run.run().isTried();
  }

  /** The same without that, for logs that have no words for it. */
  Transition plain() {
    return tellsOfIncidents()
        ? new Transition(guards, contextVersion, steps.stream().map(Transition::plain).toList())
        : this;
  }

  private static Step plain(Step step) {
    return step instanceof Step.Run run && run.run().isTried()
        ? new Step.Run(run.branch(), run.run().untried())
        : step;
  }

  /** That a branch lives and is at this step. */
  public record Guard(int branch, long step) {}

  /** One primitive. Every step raises the step count of the branch it touches. */
  public sealed interface Step {
    /** Hands itself to the case of its kind. */
    <R, X extends Exception> R to(StepHandler<R, X> handler) throws X;

    /** Replaces what the interpreter remembers at a branch: position, frames and data. */
    record Remember(int branch, Payload state) implements Step {
      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }

    /** Queues a function call; the branch then waits for its outcome. */
    record Call(int branch, CallSpec call) implements Step {
      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }

    /**
     * Opens a child of {@code parent}; the parent waits until all its open children have ended and
     * then has the signal {@link Signal.Joined} with their outputs in the order of opening.
     */
    record Open(int parent) implements Step {
      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }

    /**
     * Lets the children that a branch has open compete: the first that ends, ends all others, and
     * the signal {@link Signal.Joined} has its output only.
     */
    record Race(int parent) implements Step {
      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }

    /**
     * Opens a child for each item of a list, in its order and at most {@code parallelism} of them
     * at a time: whenever one ends, the next opens in the same entry (rule 20). A child remembers
     * {@code seed} and has the signal {@link Signal.Item}; the parent joins all, as after {@link
     * Open}.
     */
    record Spread(int parent, Payload seed, List<Payload> items, int parallelism) implements Step {
      /** Ten thousand items of a list, with room; more is a job for a queue of invocations. */
      public static final int MAX_ITEMS = 12_000;

      public Spread {
        items = List.copyOf(items);
        if (parallelism < 1) {
          throw new IllegalArgumentException("parallelism must be positive, was " + parallelism);
        }
      }

      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }

    /** Ends a branch with its output; ending the root completes the invocation. */
    record End(int branch, Payload output) implements Step {
      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }

    /**
     * Ends a branch with a problem: the other children of its parent end with it, and the parent
     * has the signal {@link Signal.Failed}. Failing the root faults the invocation.
     */
    record Fail(int branch, Problem problem) implements Step {
      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }

    /** Completes the whole invocation from any of its branches. */
    record Complete(Payload output) implements Step {
      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }

    /** Faults the whole invocation. */
    record Fault(Problem problem) implements Step {
      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }

    /**
     * Sets a timer of a branch, replacing the one of the same number. When it is due, what the
     * branch waits for ends, its timers of greater numbers, which were set further in, are called
     * off, and it has the signal {@link Signal.Elapsed}. A branch may wait for nothing else.
     *
     * @param timer from 0
     * @param micros from the cell time of the entry
     */
    record Arm(int branch, int timer, long micros) implements Step {
      public Arm {
        if (timer < 0 || micros < 0) {
          throw new IllegalArgumentException("timer and micros must not be negative");
        }
      }

      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }

    /** Calls a timer off; nothing happens where it is not set. */
    record Disarm(int branch, int timer) implements Step {
      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }

    /** Gives a branch the signal {@link Signal.Resumed} at once, so that others get their turn. */
    record Yield(int branch) implements Step {
      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }

    /**
     * Begins another invocation of the same owner (rule 21). The branch then waits for its end, and
     * has the signal {@link Signal.Returned} or {@link Signal.Failed}; where it is not awaited, or
     * cannot begin, it has that at once.
     */
    record Run(int branch, RunSpec run) implements Step {
      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }

    /**
     * Opens an ear of a branch: from now on, events that fit one of the subscriptions wait for it.
     * Without any it is closed, with all that waits for it; one that is open does not open again.
     *
     * @param ear from 0; a timer of a smaller number closes it when it is due
     */
    record Listen(int branch, int ear, List<Subscription> subscriptions) implements Step {
      public Listen {
        subscriptions = List.copyOf(subscriptions);
        if (ear < 0) {
          throw new IllegalArgumentException("an ear's number is never negative, was " + ear);
        }
      }

      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }

    /**
     * Waits until one of its open ears hears something, then the branch has the signal {@link
     * Signal.Heard}; at once where an event waits.
     *
     * @param passes whether the event that the branch heard last was not for it after all: what is
     *     addressed to the invocation is then kept on, else it is taken
     */
    record Hear(int branch, int ear, boolean passes) implements Step {
      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }

    /** Announces an event to all who listen in the cell, once the other steps are carried out. */
    record Emit(Event event) implements Step {
      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }

    /** Replaces the context, which all branches of the invocation share. */
    record Export(Payload context) implements Step {
      @Override
      public <R, X extends Exception> R to(StepHandler<R, X> handler) throws X {
        return handler.on(this);
      }
    }
  }

  /**
   * A function call as the log carries it: integers computed by the superpeer, no expression (rule
   * 17).
   *
   * @param function its name in the composition's {@code use.functions}
   * @param implementation the chosen one of its implementations
   * @param account the account whose slots it needs
   * @param scope the leaf scope in the account's tree
   * @param timeoutMicros after which the provider has ended an attempt for certain (rule 14)
   * @param rankMicros expected time from the start of this call to the end of the invocation
   * @param estimateMicros expected duration of this call alone
   * @param place JSON pointer of the task
   */
  public record CallSpec(
      String function,
      String implementation,
      AccountId account,
      String scope,
      Payload arguments,
      long timeoutMicros,
      long rankMicros,
      long estimateMicros,
      Retry retry,
      String place) {
    public CallSpec {
      if (timeoutMicros < 1 || rankMicros < 0 || estimateMicros < 0) {
        throw new IllegalArgumentException(
            "timeout must be positive, rank and estimate not negative");
      }
    }
  }

  /**
   * Another invocation as the log carries it.
   *
   * @param isAwaited whether its end is waited for, and it ends with what waits for it
   * @param rankMicros expected duration of the whole of it
   * @param restMicros expected time from its end to the end of the invocation that awaits it
   * @param place JSON pointer of the task
   * @param isTried whether something around the task may catch what goes wrong in it (ADR 39)
   */
  public record RunSpec(
      CompositionRef composition,
      Payload input,
      boolean isAwaited,
      long rankMicros,
      long restMicros,
      String place,
      boolean isTried) {
    public RunSpec {
      if (rankMicros < 0 || restMicros < 0) {
        throw new IllegalArgumentException("rank and rest are never negative");
      }
    }

    /** One that nothing is tried around. */
    public RunSpec(
        CompositionRef composition,
        Payload input,
        boolean isAwaited,
        long rankMicros,
        long restMicros,
        String place) {
      this(composition, input, isAwaited, rankMicros, restMicros, place, false);
    }

    RunSpec untried() {
      return new RunSpec(composition, input, isAwaited, rankMicros, restMicros, place);
    }
  }

  /**
   * How often a call is tried and how long it pauses between: the delay doubles from {@code first}
   * to {@code most}, lengthened by up to its half by the recorded jitter.
   */
  public record Retry(int attempts, long firstDelayMicros, long mostDelayMicros) {
    /** Enough for an hour at one-minute delays; more is an incident, not a retry. */
    public static final int MAX_ATTEMPTS = 64;

    /** One try only. */
    public static final Retry NEVER = new Retry(1, 0, 0);

    public Retry {
      if (attempts < 1 || attempts > MAX_ATTEMPTS) {
        throw new IllegalArgumentException(
            "attempts must be from 1 to " + MAX_ATTEMPTS + ", was " + attempts);
      }
      if (firstDelayMicros < 0 || mostDelayMicros < firstDelayMicros) {
        throw new IllegalArgumentException("delays must be 0 <= first <= most");
      }
    }
  }
}
