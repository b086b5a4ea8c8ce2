package io.corale.node.provider.sim;

import io.corale.model.AttemptId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a simulated function behaves, as its account and its implementation declare; the
 * implementation's word counts more. Pure: the chance of an attempt comes from its id, so that a
 * run can be repeated.
 *
 * <table>
 * <caption>Settings</caption>
 * <tr><td>{@code latency}</td><td>a duration such as {@code PT0.1S} (default 0), or {@code
 * argument}: the number in the argument {@code latencyMillis}</td></tr>
 * <tr><td>{@code jitter}</td><td>a duration; up to so much is added</td></tr>
 * <tr><td>{@code failures}</td><td>per cent of attempts that end in a retryable error</td></tr>
 * <tr><td>{@code price}</td><td>micro-dollars a call, for the optimizer of a later release</td></tr>
 * <tr><td>{@code result}</td><td>{@code echo} (default: the arguments) or {@code empty}</td></tr>
 * <tr><td>{@code standIn}</td><td>{@code true}: the account stands in for one of another provider,
 * and what implementations say to that one is passed over (default {@code false})</td></tr>
 * </table>
 */
record SimBehaviour(SortedMap<String, String> settings) {
  /** No simulated call is longer; an hour has passed for every purpose of a test. */
  private static final Duration MOST_LATENCY = Duration.ofHours(1);

  private static final String STAND_IN = "standIn";

  private static final Set<String> KNOWN =
      new TreeSet<>(List.of("failures", "jitter", "latency", "price", "result", STAND_IN));

  private static final Pattern LATENCY_ARGUMENT =
      Pattern.compile("\"latencyMillis\"\\s*:\\s*([0-9]{1,9})");

  /** What the account says, overridden by what the implementation says. */
  static SimBehaviour of(SortedMap<String, String> account, SortedMap<String, String> target) {
    SortedMap<String, String> both = new TreeMap<>(account);
    both.putAll(target);
    if (account.getOrDefault(STAND_IN, "false").equals("true")) {
      both.keySet().removeIf(key -> !KNOWN.contains(key) && !account.containsKey(key));
    }
    return new SimBehaviour(both);
  }

  /** What is wrong with the settings, each with what was expected. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    for (String key : settings.keySet()) {
      if (!KNOWN.contains(key)) {
        faults.add("setting '" + key + "' is not known to provider sim; expected one of " + KNOWN);
      }
    }
    if (!settings.getOrDefault("latency", "").equals("argument")) {
      check("latency", faults);
    }
    check("jitter", faults);
    number("failures", 100, faults);
    number("price", Integer.MAX_VALUE, faults);
    either("result", List.of("echo", "empty"), faults);
    either(STAND_IN, List.of("true", "false"), faults);
    return faults;
  }

  private void either(String key, List<String> words, List<String> faults) {
    String value = settings.get(key);
    if (value != null && !words.contains(value)) {
      faults.add(
          "setting '" + key + "' must be " + String.join(" or ", words) + ", was '" + value + "'");
    }
  }

  private void check(String key, List<String> faults) {
    String value = settings.get(key);
    if (value == null) {
      return;
    }
    try {
      Duration duration = Duration.parse(value);
      if (duration.isNegative() || duration.compareTo(MOST_LATENCY) > 0) {
        faults.add("setting '" + key + "' must be from PT0S to " + MOST_LATENCY + ", was " + value);
      }
    } catch (DateTimeParseException e) {
      faults.add("setting '" + key + "' must be a duration such as PT0.1S, was '" + value + "'");
    }
  }

  private void number(String key, int most, List<String> faults) {
    String value = settings.get(key);
    if (value != null && (!value.matches("[0-9]{1,9}") || Integer.parseInt(value) > most)) {
      faults.add("setting '" + key + "' must be from 0 to " + most + ", was '" + value + "'");
    }
  }

  /** How long this attempt takes. */
  Duration latency(AttemptId attempt, Payload arguments) {
    Duration base =
        settings.getOrDefault("latency", "PT0S").equals("argument")
            ? Duration.ofMillis(argument(arguments).orElse(0))
            : duration("latency");
    long jitterMicros = duration("jitter").toNanos() / 1_000;
    return jitterMicros == 0
        ? base
        : base.plusNanos(1_000 * chance(attempt).nextLong(jitterMicros + 1));
  }

  private Duration duration(String key) {
    return Duration.parse(settings.getOrDefault(key, "PT0S"));
  }

  private static OptionalLong argument(Payload arguments) {
    Matcher matcher = LATENCY_ARGUMENT.matcher(arguments.json());
    return matcher.find()
        ? OptionalLong.of(Math.min(MOST_LATENCY.toMillis(), Long.parseLong(matcher.group(1))))
        : OptionalLong.empty();
  }

  /** What comes of this attempt. */
  Outcome outcome(AttemptId attempt, Payload arguments) {
    int failures = Integer.parseInt(settings.getOrDefault("failures", "0"));
    // Drawn after the jitter, from the same chance, so that both are the attempt's own.
    if (failures > 0 && chance(attempt).split().nextInt(100) < failures) {
      return new Outcome.FunctionError(
          String.format(Locale.ROOT, "simulated failure (%d %% of attempts)", failures), true);
    }
    return new Outcome.Success(
        settings.getOrDefault("result", "echo").equals("echo") ? arguments : Payload.ofJson("{}"));
  }

  private static RandomGenerator.SplittableGenerator chance(AttemptId attempt) {
    long seed = 0xcbf29ce484222325L;
    String id = attempt.toString();
    for (int i = 0; i < id.length(); i++) {
      seed = (seed ^ id.charAt(i)) * 0x100000001b3L;
    }
    return RandomGeneratorFactory.<RandomGenerator.SplittableGenerator>of("L64X128MixRandom")
        .create(seed);
  }
}
