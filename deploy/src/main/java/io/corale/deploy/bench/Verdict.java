package io.corale.deploy.bench;

import java.util.List;
import java.util.Locale;

/**
 * What was promised or aimed at, and what was reached.
 *
 * @param isPromise whether it holds on every machine; a goal depends on it
 */
record Verdict(boolean isPromise, boolean isKept, String what, String reached) {
  static Verdict promise(boolean isKept, String what, String reached) {
    return new Verdict(true, isKept, what, reached);
  }

  static Verdict goal(boolean isKept, String what, String reached) {
    return new Verdict(false, isKept, what, reached);
  }

  /** Whether no promise was broken. */
  static boolean areKept(List<Verdict> verdicts) {
    return verdicts.stream().allMatch(verdict -> verdict.isKept || !verdict.isPromise);
  }

  /** As one line for people. */
  String text() {
    return String.format(
        Locale.ROOT,
        "  %-6s %-7s %s: %s",
        isKept ? "kept" : "MISSED",
        isPromise ? "promise" : "goal",
        what,
        reached);
  }
}
