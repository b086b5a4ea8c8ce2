package io.corale.scheduler;

import io.corale.scheduler.DistantCell.Figures;
import io.corale.scheduler.DistantCell.Load;
import io.corale.scheduler.DistantCell.Place;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * {@code deploy/bench/run window}: what the rule by which entries leave is worth, near and far, in
 * virtual time: the real proposals, and a log that is nothing but costs and distance.
 */
public final class WindowBench {
  private static final long SEED = 1;

  /** As a cluster was measured beside three builds. */
  private static final double BUSY = 2.4;

  private static final int[] COMMIT_MILLIS = {2, 10, 15, 25, 50, 100};

  private WindowBench() {}

  /** Takes no arguments. */
  public static void main(String[] ignored) {
    Map<String, Window> rules = new LinkedHashMap<>();
    rules.put("four", new Window(4, 4, 0));
    rules.put("two, then full ones", new Window(2, 4, Duration.ofHours(1).toNanos()));
    rules.put("the window", Window.STANDARD);
    System.out.println(
        "| place | commit | rule | one step, 1 in flight: p50 | 8 in flight: p50 | p99 | 256 chains"
            + " of 5: steps/s | p50 | commands an entry |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    for (int millis : COMMIT_MILLIS) {
      Duration commit = Duration.ofMillis(millis);
      rules.forEach((rule, window) -> row("apart", rule, window, Place.apart(commit)));
      if (millis == COMMIT_MILLIS[0]) {
        Place together = Place.together(commit);
        rules.forEach((rule, window) -> row("two cores", rule, window, together));
        rules.forEach((rule, window) -> row("busy ones", rule, window, together.slower(BUSY)));
      }
    }
  }

  private static void row(String where, String rule, Window window, Place place) {
    Figures one = DistantCell.run(window, place, new Load(1, 1), SEED);
    Figures eight = DistantCell.run(window, place, new Load(8, 1), SEED);
    Figures many = DistantCell.run(window, place, new Load(256, 5), SEED);
    System.out.printf(
        Locale.ROOT,
        "| %s | %d ms | %s | %.1f ms | %.1f ms | %.1f ms | %,.0f | %.0f ms | %.0f |%n",
        where,
        place.commitNanos() / 1_000_000,
        rule,
        millis(one.p50()),
        millis(eight.p50()),
        millis(eight.p99()),
        many.stepsPerSecond(),
        millis(many.p50()),
        many.commandsPerEntry());
  }

  private static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }
}
