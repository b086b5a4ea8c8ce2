package io.corale.flow;

import io.corale.model.AccountId;
import io.corale.model.ScopeLimit;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One concrete deployment of a function at a provider.
 *
 * @param id its name among the function's implementations
 * @param account whose slots its calls need
 * @param scope the leaf in the account's tree of limits
 * @param timeout after which the provider has ended an attempt for certain (rule 14)
 * @param expected how long a call takes until durations have been seen
 * @param settings what only its provider understands, such as {@code path}
 * @param secrets what its calls show and the log must not have
 */
public record Implementation(
    String id,
    AccountId account,
    String scope,
    Duration timeout,
    Duration expected,
    SortedMap<String, String> settings,
    CallSecrets secrets) {
  /** What a call is expected to take where neither its author nor experience says. */
  public static final Duration DEFAULT_EXPECTED = Duration.ofSeconds(1);

  /** Of a function that is not at hand. */
  static final Implementation UNKNOWN =
      new Implementation(
          "unknown",
          new AccountId("unknown"),
          ScopeLimit.ROOT,
          DEFAULT_EXPECTED,
          DEFAULT_EXPECTED,
          new TreeMap<>(),
          CallSecrets.NONE);

  /** One whose calls show nothing that the log must not have. */
  Implementation(
      String id,
      AccountId account,
      String scope,
      Duration timeout,
      Duration expected,
      SortedMap<String, String> settings) {
    this(id, account, scope, timeout, expected, settings, CallSecrets.NONE);
  }

  public Implementation {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    if (timeout.isNegative() || timeout.isZero() || expected.isNegative()) {
      throw new IllegalArgumentException("timeout must be positive, expected not negative");
    }
  }

  /** The same with these settings. */
  Implementation with(SortedMap<String, String> others) {
    return new Implementation(id, account, scope, timeout, expected, others);
  }

  /** The timeout as the log carries it. */
  public long timeoutMicros() {
    return micros(timeout);
  }

  /** The expected duration as the log carries it. */
  public long expectedMicros() {
    return micros(expected);
  }

  /**
   * What a learned duration counts as. Nothing takes longer than its timeout, which may be shorter
   * than it was; and nothing takes no time, for a call without rank is urgent.
   */
  public long saneMicros(long learnedMicros) {
    return Math.max(1, Math.min(learnedMicros, timeoutMicros()));
  }

  static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }
}
