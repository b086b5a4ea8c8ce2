package io.corale.deploy.bench;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Limit;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * An account of the benchmark of limits: what its owner declares, what its provider grants, and the
 * functions that are called there.
 *
 * @param declares of the whole account
 * @param more what else is declared of it
 */
record LimitedAccount(
    String id, int declares, List<Limit> more, List<LimitedFunction> functions, Grant grants) {
  /** What the provider really takes. */
  sealed interface Grant {
    /** The most of it that was taken. */
    int highest(Intake intake);

    /** How much of it was used in this time, from 0 to 1. */
    double used(Intake intake, long fromMillis, long untilMillis);

    /** For people. */
    String text();

    /** So many at once, of all functions together. */
    record Running(int most) implements Grant {
      @Override
      public int highest(Intake intake) {
        return intake.highest();
      }

      @Override
      public double used(Intake intake, long fromMillis, long untilMillis) {
        return intake.meanRunning(fromMillis, untilMillis) / most;
      }

      @Override
      public String text() {
        return most + " at once";
      }
    }

    /** So many starts in any window, of all functions together. */
    record Starts(Limit.Rate rate) implements Grant {
      @Override
      public int highest(Intake intake) {
        return intake.highest(rate.window());
      }

      @Override
      public double used(Intake intake, long fromMillis, long untilMillis) {
        return intake.usedOf(rate, fromMillis, untilMillis);
      }

      @Override
      public String text() {
        return rate.starts() + "/" + rate.window().name().toLowerCase(Locale.ROOT);
      }
    }
  }

  /**
   * A function.
   *
   * @param scope in which it is called; empty: the account's own
   * @param limit of that scope
   * @param query how the provider runs it
   * @param inFlight how many invocations call it at any time
   */
  record LimitedFunction(
      String name, Optional<String> scope, int limit, String query, int inFlight) {
    /** A composition that calls it once. */
    String composition(String account) {
      return Chain.composition(
          name,
          1,
          "{id: http, account: %s%s, timeout: PT20S, path: '/%s?%s'}"
              .formatted(account, scope.map(named -> ", scope: " + named).orElse(""), name, query),
          false);
    }
  }

  /** Every kind of limit that a provider has, and one that is not what its owner believes. */
  static List<LimitedAccount> all() {
    String second = "latency=PT0.5S&jitter=PT1S";
    return List.of(
        new LimitedAccount(
            "whole",
            100,
            List.of(),
            List.of(
                free("whole-a", second + "&account=whole&accountLimit=100", 150),
                free("whole-b", second + "&account=whole&accountLimit=100", 50)),
            new Grant.Running(100)),
        new LimitedAccount(
            "each",
            1_000,
            List.of(),
            List.of(
                limited("each-a", 40, second + "&limit=40"),
                limited("each-b", 10, second + "&limit=10")),
            new Grant.Running(50)),
        rate("minute", new Limit.Rate(600, Limit.Window.MINUTE), "perMinute=600"),
        rate("second", new Limit.Rate(50, Limit.Window.SECOND), "perSecond=50"),
        new LimitedAccount(
            "learned",
            100,
            List.of(new Limit.Learned(10)),
            List.of(free("learned-a", second + "&account=learned&accountLimit=40", 150)),
            new Grant.Running(40)));
  }

  private static LimitedAccount rate(String id, Limit.Rate rate, String query) {
    return new LimitedAccount(
        id,
        50,
        List.of(rate),
        List.of(free(id + "-a", "latency=PT0.2S&account=" + id + "&" + query, 100)),
        new Grant.Starts(rate));
  }

  private static LimitedFunction free(String name, String query, int inFlight) {
    return new LimitedFunction(name, Optional.empty(), 0, query, inFlight);
  }

  private static LimitedFunction limited(String name, int limit, String query) {
    return new LimitedFunction(name, Optional.of(name), limit, query, 2 * limit);
  }

  /** Whether its provider grants less than its owner declares. */
  boolean isLearned() {
    return more.stream().anyMatch(Limit.Learned.class::isInstance);
  }

  /** How many of its calls may run at once, if that is what its provider grants; else 0. */
  int granted() {
    return grants instanceof Grant.Running running ? running.most() : 0;
  }

  Set<String> functionNames() {
    return functions.stream().map(LimitedFunction::name).collect(Collectors.toSet());
  }

  /** As its owner enters it. */
  Account account(String url) {
    List<ScopeLimit> scopes = new ArrayList<>();
    scopes.add(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), declares, more));
    for (LimitedFunction function : functions) {
      function
          .scope()
          .ifPresent(
              scope ->
                  scopes.add(
                      new ScopeLimit(scope, Optional.of(ScopeLimit.ROOT), function.limit())));
    }
    TreeMap<String, String> settings = new TreeMap<>();
    settings.put("url", url);
    return new Account(new AccountId(id), "http", 0, Policy.LST_BL, settings, scopes);
  }
}
