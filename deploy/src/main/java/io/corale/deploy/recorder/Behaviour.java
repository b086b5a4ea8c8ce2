package io.corale.deploy.recorder;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a function behaves, as the query of its URL declares. Chance comes from the key and the
 * attempt, so that a run can be repeated.
 *
 * @param latency how long it works
 * @param jitter up to so much longer
 * @param failurePercent of attempts end in an error
 * @param lostPercent of attempts do their work, but their reply is lost with the connection
 * @param hangPercent of attempts say nothing until the provider ends them at {@code timeout}
 * @param limit above so many at once it refuses
 * @param timeout after which the provider ends an attempt that still works
 * @param quota what it shares with other functions
 */
record Behaviour(
    Duration latency,
    Duration jitter,
    int failurePercent,
    int lostPercent,
    int hangPercent,
    int limit,
    Duration timeout,
    Quota quota) {
  private static final List<String> KNOWN =
      List.of(
          "account",
          "accountLimit",
          "failures",
          "hang",
          "jitter",
          "latency",
          "limit",
          "lost",
          "perMinute",
          "perSecond",
          "timeout");

  private static final String NAME = "[A-Za-z0-9._-]{0,64}";

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /** No provider lets a function run longer than a quarter of an hour or so. */
  private static final Duration MOST = Duration.ofMinutes(15);

  /** The end that an attempt comes to. */
  enum Fate {
    ANSWERS,
    FAILS,
    LOSES_ITS_REPLY,
    HANGS,
    TIMES_OUT
  }

  /** Reads a query; throws {@link IllegalArgumentException} naming what cannot be understood. */
  static Behaviour of(QueryStringDecoder url) {
    Map<String, String> query = new TreeMap<>();
    url.parameters().forEach((key, values) -> query.put(key, values.get(values.size() - 1)));
    for (String key : query.keySet()) {
      if (!KNOWN.contains(key)) {
        throw new IllegalArgumentException(
            "'" + key + "' is not known; expected one of " + new TreeSet<>(KNOWN));
      }
    }
    Behaviour behaviour =
        new Behaviour(
            duration(query, "latency", Duration.ZERO),
            duration(query, "jitter", Duration.ZERO),
            number(query, "failures", 0, 100),
            number(query, "lost", 0, 100),
            number(query, "hang", 0, 100),
            number(query, "limit", Integer.MAX_VALUE, Integer.MAX_VALUE),
            duration(query, "timeout", DEFAULT_TIMEOUT),
            quota(query));
    if (behaviour.failurePercent + behaviour.lostPercent + behaviour.hangPercent > 100) {
      throw new IllegalArgumentException("failures, lost and hang are more than 100 per cent");
    }
    return behaviour;
  }

  private static Quota quota(Map<String, String> query) {
    String account = query.getOrDefault("account", "");
    if (!account.matches(NAME)) {
      throw new IllegalArgumentException(
          "'account' must match " + NAME + ", was '" + account + "'");
    }
    return new Quota(
        account,
        number(query, "accountLimit", Quota.UNLIMITED, Quota.UNLIMITED),
        number(query, "perSecond", Quota.UNLIMITED, Quota.MOST_STARTS),
        number(query, "perMinute", Quota.UNLIMITED, Quota.MOST_STARTS));
  }

  private static Duration duration(Map<String, String> query, String key, Duration absent) {
    String text = query.get(key);
    if (text == null) {
      return absent;
    }
    try {
      Duration duration = Duration.parse(text);
      if (!duration.isNegative() && duration.compareTo(MOST) <= 0) {
        return duration;
      }
    } catch (DateTimeParseException e) {
      // Told below, like every other text that does not fit.
    }
    throw new IllegalArgumentException(
        "'" + key + "' must be a duration from PT0S to " + MOST + ", was '" + text + "'");
  }

  private static int number(Map<String, String> query, String key, int absent, int most) {
    String text = query.get(key);
    if (text == null) {
      return absent;
    }
    if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > most) {
      throw new IllegalArgumentException(
          "'" + key + "' must be from 0 to " + most + ", was '" + text + "'");
    }
    return Integer.parseInt(text);
  }

  /** How long this attempt takes until it ends. */
  Duration duration(String key, int attempt) {
    boolean isEnded =
        switch (fate(key, attempt)) {
          case HANGS, TIMES_OUT -> true;
          case ANSWERS, FAILS, LOSES_ITS_REPLY -> false;
        };
    return isEnded ? timeout : work(key, attempt);
  }

  /** What this attempt comes to. */
  Fate fate(String key, int attempt) {
    int drawn = chance(key, attempt).nextInt(100);
    if (drawn >= failurePercent + lostPercent
        && drawn < failurePercent + lostPercent + hangPercent) {
      return Fate.HANGS;
    }
    if (work(key, attempt).compareTo(timeout) > 0) {
      return Fate.TIMES_OUT;
    }
    if (drawn < failurePercent) {
      return Fate.FAILS;
    }
    return drawn < failurePercent + lostPercent ? Fate.LOSES_ITS_REPLY : Fate.ANSWERS;
  }

  private Duration work(String key, int attempt) {
    long jitterNanos = jitter.toNanos();
    return jitterNanos == 0
        ? latency
        : latency.plusNanos(chance(key, attempt).split().nextLong(jitterNanos + 1));
  }

  private static SplittableRandom chance(String key, int attempt) {
    long seed = 0xcbf29ce484222325L;
    String text = key + "#" + attempt;
    for (int i = 0; i < text.length(); i++) {
      seed = (seed ^ text.charAt(i)) * 0x100000001b3L;
    }
    return new SplittableRandom(seed);
  }
}
