package io.corale.model;

import java.time.Duration;

/**
 * A definite no: the request was not carried out and will not be.
 *
 * @param code what kind of no
 * @param message which field, what was expected, what to do
 * @param retryAfter when the same request may succeed; zero where it never will by itself
 */
public record Refusal(Code code, String message, Duration retryAfter) {
  /** The kinds of refusal; names are part of the wire format. */
  public enum Code {
    INVALID,
    UNAUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    CONFLICT,
    TOO_LARGE,
    EXPIRED,
    OVERLOADED,
    UNAVAILABLE,
    UNSUPPORTED,
    INCOMPATIBLE
  }

  /** A refusal that waiting does not cure. */
  public static Refusal of(Code code, String message) {
    return new Refusal(code, message, Duration.ZERO);
  }

  /** A refusal of this moment. */
  public static Refusal later(Code code, String message, Duration retryAfter) {
    return new Refusal(code, message, retryAfter);
  }

  @Override
  public String toString() {
    return code + ": " + message;
  }
}
