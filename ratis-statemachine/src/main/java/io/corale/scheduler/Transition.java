package io.corale.scheduler;

import io.corale.model.AccountId;
import io.corale.model.Payload;
import io.corale.model.Problem;
import java.util.List;

/**
 * What one evaluation of the interpreter wants done with an invocation: primitive, deterministic
 * steps, applied all or nothing, and only if nothing that it read has changed (rule 18).
 *
 * <p>Branch numbers from 0 name existing branches (0 is the root); -1, -2 ... name the branches
 * that this transition's own {@link Step.Open} steps open, in their order.
 *
 * @param guards the branches that were read or are written, each at the step at which it was seen
 */
public record Transition(List<Guard> guards, List<Step> steps) {
  /** Keeps one command well below the largest entry, beside other commands. */
  public static final int MAX_BYTES = 80 * 1024;

  public Transition {
    guards = List.copyOf(guards);
    steps = List.copyOf(steps);
  }

  /** That a branch lives and is at this step. */
  public record Guard(int branch, long step) {}

  /** One primitive. Every step raises the step count of the branch it touches. */
  public sealed interface Step {
    /** Replaces what the interpreter remembers at a branch: position, frames and data. */
    record Remember(int branch, Payload state) implements Step {}

    /** Queues a function call; the branch then waits for its outcome. */
    record Call(int branch, CallSpec call) implements Step {}

    /**
     * Opens a child of {@code parent}; the parent waits until all its open children have ended and
     * then has the signal {@link Signal.Joined} with their outputs in the order of opening.
     */
    record Open(int parent) implements Step {}

    /** Ends a branch with its output; ending the root completes the invocation. */
    record End(int branch, Payload output) implements Step {}

    /** Faults the whole invocation. */
    record Fault(Problem problem) implements Step {}
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
