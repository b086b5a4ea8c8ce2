package io.corale.model;

/**
 * One function call of an invocation; its text form is the idempotency key of all its attempts.
 *
 * @param number rising by one with each call of the invocation in the order in which the log opens
 *     them, from above all numbers that calls of earlier invocations of its id had
 */
public record CallId(InvocationId invocation, long number) implements Comparable<CallId> {
  public CallId {
    if (number < 1) {
      throw new IllegalArgumentException("call number must be at least 1, was " + number);
    }
  }

  @Override
  public int compareTo(CallId other) {
    int byInvocation = invocation.compareTo(other.invocation);
    return byInvocation != 0 ? byInvocation : Long.compare(number, other.number);
  }

  /** The {@code Idempotency-Key}: {@code <invocation>/<call>}. */
  @Override
  public String toString() {
    return invocation + "/" + number;
  }
}
