package io.corale.model;

import java.time.Duration;
import java.util.Optional;

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

  /** The status of an outcome that has none of its own. */
  int NO_STATUS = 0;

  /**
   * The function ran to its end and reported an error.
   *
   * @param status of the HTTP response that was the answer to a request, or {@link #NO_STATUS}
   */
  record FunctionError(String detail, boolean retryable, int status) implements Outcome {
    /** An error without a status. */
    public FunctionError(String detail, boolean retryable) {
      this(detail, retryable, NO_STATUS);
    }

    @Override
    public boolean mayHaveRun() {
      return false;
    }
  }

  /**
   * The call was refused for now; flow control, not a failure.
   *
   * @param scope of the account that the provider said is full; empty where it named none
   * @param isOurs whether this node had no room for it, so that the provider knows nothing of it,
   *     and nothing is known of the provider's limits
   */
  record Throttled(Optional<String> scope, Duration retryAfter, boolean isOurs) implements Outcome {
    public Throttled {
      scope.ifPresent(name -> Names.label("scope", name));
    }

    /** The provider refused it, and named no scope. */
    public static Throttled byProvider(Duration retryAfter) {
      return new Throttled(Optional.empty(), retryAfter, false);
    }

    /** This node has no room for it. */
    public static Throttled byUs(Duration retryAfter) {
      return new Throttled(Optional.empty(), retryAfter, true);
    }

    @Override
    public boolean mayHaveRun() {
      return false;
    }
  }

  /** No end was seen in time. */
  record TimedOut(boolean mayHaveRun) implements Outcome {}

  /**
   * The provider could not be reached, or broke off.
   *
   * @param status of the HTTP response by which somebody before it said so, or {@link #NO_STATUS}
   */
  record Unavailable(String detail, boolean mayHaveRun, int status) implements Outcome {
    /** Nobody answered. */
    public Unavailable(String detail, boolean mayHaveRun) {
      this(detail, mayHaveRun, NO_STATUS);
    }
  }

  /**
   * The call could not be made ready: something that it must show is missing or wrong. Certainly
   * not started.
   *
   * @param detail what is missing, and never anything of a secret
   */
  record Unready(Lack lack, String detail, boolean retryable) implements Outcome {
    @Override
    public boolean mayHaveRun() {
      return false;
    }
  }

  /** What a call lacks that cannot be made ready. */
  enum Lack {
    /** What the owner or the operator has to put right. */
    CONFIGURATION,
    /** Somebody who was asked for a proof did not give it. */
    AUTHENTICATION,
    /** A secret that its owner has not got. */
    AUTHORIZATION
  }

  /** The send guard kept the bytes from leaving (rule 10): certainly not started. */
  record NotSent(String reason) implements Outcome {
    @Override
    public boolean mayHaveRun() {
      return false;
    }
  }
}
