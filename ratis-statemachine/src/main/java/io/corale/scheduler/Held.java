package io.corale.scheduler;

/**
 * That nothing starts of something until somebody lets it go on (ADR 32).
 *
 * @param sinceMicros cell time
 * @param by who asked for it
 * @param reason for a person; may be empty
 */
public record Held(long sinceMicros, String by, String reason) {
  /** What one weighs beside its words. */
  private static final long FIXED_BYTES = 40;

  /** Who, and why. */
  String words() {
    return reason.isEmpty() ? "by " + by : "by " + by + ": " + reason;
  }

  long sizeBytes() {
    return FIXED_BYTES + by.length() + reason.length();
  }
}
