package io.corale.deploy.bench;

import io.corale.deploy.bench.LimitedAccount.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How limits of many kinds were kept and used.
 *
 * @param failures what did not complete, and what was said of it
 */
record LimitsFigures(List<Row> rows, Learning learning, List<String> failures) {
  private static final double LEAST_USED = 0.95;
  private static final double MOST_ASTRAY = 0.1;

  /**
   * An account.
   *
   * @param highest at once, or within a window of its rate
   * @param used of what its provider grants, from 0 to 1
   * @param refused how often its provider did so
   * @param refusedBefore how often before that time, while compilers and connections came late
   */
  record Row(LimitedAccount account, int highest, double used, long refused, long refusedBefore) {
    static Row of(LimitedAccount account, Intake intake, long fromMillis, long untilMillis) {
      Grant grant = account.grants();
      return new Row(
          account,
          grant.highest(intake),
          grant.used(intake, fromMillis, untilMillis),
          intake.refused(fromMillis, untilMillis),
          intake.refused(0, fromMillis));
    }

    private String text() {
      return String.format(
          Locale.ROOT,
          "  %-8s %12s %8d %8.1f %% %5d %14d",
          account.id(),
          account.grants().text(),
          highest,
          100 * used,
          refused,
          refusedBefore);
    }
  }

  /**
   * What was learned of the account that declares too much.
   *
   * @param caps how many might run at once, each second while it was measured
   */
  record Learning(int granted, List<Integer> caps) {
    private int at(double share) {
      List<Integer> sorted = caps.stream().sorted().toList();
      return sorted.isEmpty() ? 0 : sorted.get((int) (share * (sorted.size() - 1)));
    }

    private boolean isSettled() {
      return Math.abs(at(0.5) - granted) <= MOST_ASTRAY * granted;
    }
  }

  /** Whether no limit that was declared truly was exceeded, and everything completed. */
  boolean isKept() {
    return failures.isEmpty()
        && rows.stream().filter(row -> !row.account().isLearned()).allMatch(r -> r.refused() == 0);
  }

  String text() {
    List<String> lines = new ArrayList<>();
    lines.add("  account       granted  highest       used   429  in the warm-up");
    rows.forEach(row -> lines.add(row.text()));
    lines.add(
        "  learned limit: median %d, from %d to %d, where %d are granted"
            .formatted(learning.at(0.5), learning.at(0), learning.at(1), learning.granted()));
    failures.forEach(failure -> lines.add("  " + failure));
    lines.add(line("no limit that is declared truly is exceeded, none is answered 429", isKept()));
    lines.add(
        line(
            "they are used to 95 % and more",
            rows.stream()
                .filter(row -> !row.account().isLearned())
                .allMatch(row -> row.used() >= LEAST_USED)));
    lines.add(line("the learned limit is within 10 % of what is granted", learning.isSettled()));
    return String.join("\n", lines);
  }

  private static String line(String what, boolean isTrue) {
    return (isTrue ? "  OK     " : "  MISSED ") + what;
  }
}
