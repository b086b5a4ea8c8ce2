package io.corale.scheduler;

/**
 * That nothing starts of something until somebody lets it go on (ADR 32).
 *
 * @param sinceMicros cell time
 * @param reason for a person; may be empty
 */
public record Held(long sinceMicros, String reason) {
  /** What one weighs beside its reason. */
  private static final long FIXED_BYTES = 40;

  long sizeBytes() {
    return FIXED_BYTES + reason.length();
  }
}
