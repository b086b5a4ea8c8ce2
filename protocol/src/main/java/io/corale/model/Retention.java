package io.corale.model;

import java.time.Duration;

/**
 * How long the ended invocations of an owner stay readable beyond their receipts (rule 24): until
 * the first of these limits is reached, the oldest end first. What has a receipt stays in any case.
 *
 * @param age since the end of an invocation
 * @param count of invocations
 * @param sizeBytes of all that is remembered of them
 */
public record Retention(Duration age, int count, long sizeBytes) {
  /** Longer than anybody looks back in a scheduler; who has to, exports. */
  public static final Duration MAX_AGE = Duration.ofDays(365);

  /** As many as a cell has receipts. */
  public static final int MAX_COUNT = 500_000;

  /** Half of what the records of a cell may take. */
  public static final long MAX_SIZE_BYTES = 128L * 1024 * 1024;

  /** A week: what happened at the weekend is there on Friday. */
  public static final Duration DEFAULT_AGE = Duration.ofDays(7);

  /** More than anybody reads. */
  public static final int DEFAULT_COUNT = 10_000;

  /** An eighth of what the records of a cell may take: snapshots stay small. */
  public static final long DEFAULT_SIZE_BYTES = 32L * 1024 * 1024;

  /** Nothing is readable beyond its receipt. */
  public static final Retention NONE = new Retention(Duration.ZERO, 0, 0);

  /** Throws {@link IllegalArgumentException} where a limit is negative or above its maximum. */
  public Retention {
    if (age.isNegative() || age.compareTo(MAX_AGE) > 0) {
      throw new IllegalArgumentException("age must be from PT0S to " + MAX_AGE + ", was " + age);
    }
    if (count < 0 || count > MAX_COUNT) {
      throw new IllegalArgumentException("count must be from 0 to " + MAX_COUNT + ", was " + count);
    }
    if (sizeBytes < 0 || sizeBytes > MAX_SIZE_BYTES) {
      throw new IllegalArgumentException(
          "bytes must be from 0 to " + MAX_SIZE_BYTES + ", was " + sizeBytes);
    }
  }

  /** Whether nothing is kept. */
  public boolean isNone() {
    return age.isZero() || count == 0 || sizeBytes == 0;
  }
}
