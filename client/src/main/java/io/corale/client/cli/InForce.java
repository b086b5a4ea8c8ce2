package io.corale.client.cli;

import io.corale.wire.Door;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What holds in the scopes of an account at this moment, in words. */
final class InForce {
  private static final String NOW = "in force";

  private InForce() {}

  /**
   * Whether less is allowed by now than still runs in a scope, or was started in a window, or may
   * have been: what was started before a rate was there is not known.
   */
  static boolean isPending(Door.AccountInForce account) {
    return account.getScopesList().stream().anyMatch(InForce::isPending);
  }

  /** The same of one scope. */
  static boolean isPending(Door.ScopeInForce scope) {
    return taken(scope) > scope.getLimit()
        || scope.getRatesList().stream().anyMatch(InForce::isPending);
  }

  private static boolean isPending(Door.ScopeInForce.RateUse use) {
    return use.getIsAssumed() || use.getStarts() > use.getRate().getStarts();
  }

  /** How many run in a scope whose limit is lower by now; 0: no more than it allows. */
  static int overhang(Door.ScopeInForce scope) {
    return taken(scope) > scope.getLimit() ? taken(scope) : 0;
  }

  private static int taken(Door.ScopeInForce scope) {
    return scope.getRunning() + scope.getLeased();
  }

  /**
   * Of all scopes: that their limits are in force, or which are not yet, with what is; and where
   * that is less than was declared because the provider allows no more.
   */
  static List<String> words(Door.AccountInForce account) {
    List<String> words = new ArrayList<>();
    if (!isPending(account)) {
      words.add(NOW);
    }
    for (Door.ScopeInForce scope : account.getScopesList()) {
      boolean isDiscovered = scope.getSource() == Door.ScopeInForce.Source.DISCOVERED;
      if (isPending(scope) || isDiscovered) {
        words.add("scope " + scope.getScope() + ": " + words(scope));
      }
    }
    return words;
  }

  /** Of one scope: what is in force, by what, and whether anything keeps it shut for a while. */
  static String words(Door.ScopeInForce scope) {
    if (taken(scope) > scope.getLimit()) {
      return "PENDING(" + taken(scope) + " in force)";
    }
    return scope.getRatesList().stream()
        .filter(InForce::isPending)
        .findFirst()
        .map(InForce::pending)
        .orElseGet(() -> scope.getConcurrency() + source(scope));
  }

  private static String pending(Door.ScopeInForce.RateUse use) {
    return use.getIsAssumed()
        ? "PENDING(starts before " + Limits.words(use.getRate()) + " are not known)"
        : "PENDING(" + words(use) + " in force)";
  }

  private static String source(Door.ScopeInForce scope) {
    return switch (scope.getSource()) {
      case RAMP, LEARNED, DISCOVERED -> " " + scope.getSource().name().toLowerCase(Locale.ROOT);
      case DECLARED, SOURCE_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }

  /** What is used of its rates, such as {@code 17 of 100/s}. */
  static String rates(Door.ScopeInForce scope) {
    return scope.getRatesList().stream()
        .map(use -> use.getStarts() + " of " + Limits.words(use.getRate()))
        .collect(Collectors.joining(", "));
  }

  private static String words(Door.ScopeInForce.RateUse use) {
    return Limits.words(use.getRate().toBuilder().setStarts(use.getStarts()).build());
  }
}
