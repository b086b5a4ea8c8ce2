package io.corale.client.cli;

import io.corale.model.Limit;
import io.corale.model.ScopeLimit;
import io.corale.wire.Common;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/**
 * What limits the scopes of an account beside how many calls run at once, as it is typed and as it
 * is shown: {@code 600/min}, {@code 10+5/PT30S}.
 */
final class Limits {
  private static final Pattern RATE = Pattern.compile("(\\d{1,7})/(s|min)");
  private static final Pattern RAMP = Pattern.compile("(\\d{1,7})\\+(\\d{1,7})/(\\S+)");
  private static final Pattern LEARNED = Pattern.compile("\\d{1,7}");

  @Option(
      names = "--rate",
      paramLabel = "[SCOPE:]N/s|N/min",
      description = {
        "At most N calls start within any second, or minute, in this scope (default: the account).",
        "May be repeated."
      })
  private List<String> rates = new ArrayList<>();

  @Option(
      names = "--ramp",
      paramLabel = "[SCOPE:]FROM+STEP/EVERY",
      description = {
        "How fast more may run at once: FROM in the beginning, then in each interval STEP more"
            + " than",
        "were used in the one before, such as 10+5/PT30S. May be repeated."
      })
  private List<String> ramps = new ArrayList<>();

  @Option(
      names = "--learn",
      paramLabel = "[SCOPE:]FROM",
      description = {
        "Find out from what the provider refuses how many may run at once, beginning with FROM: at",
        "most the limit of the scope. May be repeated."
      })
  private List<String> learned = new ArrayList<>();

  /** The same scopes with what was said of them; throws where one is meant that is not there. */
  List<ScopeLimit> with(List<ScopeLimit> scopes) {
    Map<String, List<Limit>> more = new LinkedHashMap<>();
    scopes.forEach(scope -> more.put(scope.scope(), new ArrayList<>()));
    rates.forEach(text -> add(more, "--rate", text, Limits::rate));
    ramps.forEach(text -> add(more, "--ramp", text, Limits::ramp));
    learned.forEach(text -> add(more, "--learn", text, Limits::learned));
    return scopes.stream()
        .map(each -> limited(each, more.getOrDefault(each.scope(), List.of())))
        .toList();
  }

  private static ScopeLimit limited(ScopeLimit scope, List<Limit> more) {
    for (Limit limit : more) {
      if (limit instanceof Limit.Ramp ramp && ramp.from() > scope.concurrency()) {
        throw beyond("--ramp", scope, ramp.from());
      } else if (limit instanceof Limit.Learned learned && learned.from() > scope.concurrency()) {
        throw beyond("--learn", scope, learned.from());
      }
    }
    return new ScopeLimit(scope.scope(), scope.parent(), scope.concurrency(), more);
  }

  private static IllegalArgumentException beyond(String option, ScopeLimit scope, int from) {
    return new IllegalArgumentException(
        "%s of scope '%s' begins with %d: expected at most its limit, %d"
            .formatted(option, scope.scope(), from, scope.concurrency()));
  }

  private static void add(
      Map<String, List<Limit>> more, String option, String text, Function<String, Limit> read) {
    int end = text.indexOf(':');
    String scope = end < 0 ? ScopeLimit.ROOT : text.substring(0, end);
    List<Limit> its = more.get(scope);
    try {
      if (its == null) {
        throw new IllegalArgumentException(
            "there is no scope '" + scope + "': expected one of " + more.keySet());
      }
      its.add(read.apply(text.substring(end + 1)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + " '" + text + "': " + e.getMessage(), e);
    }
  }

  private static Limit rate(String text) {
    Matcher parts = matched(RATE, text, "N/s or N/min, such as 600/min");
    Limit.Window window = parts.group(2).equals("s") ? Limit.Window.SECOND : Limit.Window.MINUTE;
    return new Limit.Rate(Integer.parseInt(parts.group(1)), window);
  }

  private static Limit ramp(String text) {
    Matcher parts = matched(RAMP, text, "FROM+STEP/EVERY, such as 10+5/PT30S");
    try {
      return new Limit.Ramp(
          Integer.parseInt(parts.group(1)),
          Integer.parseInt(parts.group(2)),
          Duration.parse(parts.group(3).toUpperCase(Locale.ROOT)));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "'" + parts.group(3) + "' is not a duration: expected ISO 8601, such as PT30S", e);
    }
  }

  private static Limit learned(String text) {
    matched(LEARNED, text, "the number to begin with, such as 4");
    return new Limit.Learned(Integer.parseInt(text));
  }

  private static Matcher matched(Pattern pattern, String text, String expected) {
    Matcher parts = pattern.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("expected " + expected);
    }
    return parts;
  }

  /** What a provider allows in a scope, in words. */
  static String words(Common.Allowance allowance) {
    Stream<String> most =
        allowance.getConcurrency() == 0
            ? Stream.empty()
            : Stream.of(allowance.getConcurrency() + " at once");
    return Stream.concat(most, allowance.getRatesList().stream().map(Limits::words))
        .collect(Collectors.joining(", "));
  }

  /** What limits a scope beside how many run at once, in words; empty where nothing does. */
  static String words(List<Common.Limit> limits) {
    return limits.stream().map(Limits::words).collect(Collectors.joining(", "));
  }

  /** One of them; of a kind that only newer nodes know, that it is there. */
  static String words(Common.Limit limit) {
    return switch (limit.getWhatCase()) {
      case RATE -> words(limit.getRate());
      case RAMP ->
          "ramp "
              + limit.getRamp().getFrom()
              + "+"
              + limit.getRamp().getStep()
              + "/"
              + Duration.ofMillis(limit.getRamp().getIntervalMillis());
      case LEARNED -> "learned from " + limit.getLearned().getFrom();
      case WHAT_NOT_SET -> "a limit of a newer kind";
    };
  }

  /** A rate in words. */
  static String words(Common.Limit.Rate rate) {
    return switch (rate.getWindow()) {
      case SECOND -> rate.getStarts() + "/s";
      case MINUTE -> rate.getStarts() + "/min";
      case WINDOW_UNSPECIFIED, UNRECOGNIZED -> rate.getStarts() + " in a newer window";
    };
  }
}
