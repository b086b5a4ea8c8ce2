package io.corale.model;

import java.time.Duration;

/** What came of one attempt, as the executor that sent it knows. */
public sealed interface Outcome {
  /** Whether the function may be running, or may still start, at the provider (rule 13). */
  boolean mayHaveRun();

  /** The function returned a result. */
  record Success(Payload result) implements Outcome {
    @Override
    public boolean mayHaveRun() {
      return false;
    }
  }

  /** The function ran to its end and reported an error. */
  record FunctionError(String detail, boolean retryable) implements Outcome {
    @Override
    public boolean mayHaveRun() {
      return false;
    }
  }

  /** The provider refused the call for now; flow control, not a failure. */
  record Throttled(String scope, Duration retryAfter) implements Outcome {
    @Override
    public boolean mayHaveRun() {
      return false;
    }
  }

  /** No end was seen in time. */
  record TimedOut(boolean mayHaveRun) implements Outcome {}

  /** The provider could not be reached, or broke off. */
  record Unavailable(String detail, boolean mayHaveRun) implements Outcome {}

  /** The send guard kept the bytes from leaving (rule 10): certainly not started. */
  record NotSent(String reason) implements Outcome {
    @Override
    public boolean mayHaveRun() {
      return false;
    }
  }
}
