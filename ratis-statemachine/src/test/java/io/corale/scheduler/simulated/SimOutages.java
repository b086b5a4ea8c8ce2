package io.corale.scheduler.simulated;

import io.corale.sim.Chance;
import io.corale.sim.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** When functions cannot be reached at all: in some seeds, for some seconds, some of them. */
final class SimOutages {
  /** In one seed of so many there are outages. */
  private static final int OUT_IN = 4;

  private static final int LEAST = 6;
  private static final int MOST = 12;

  /** Of the time of troubles, the part in which most is asked for. */
  private static final double BUSY = 0.7;

  /** Shorter than what a call survives that is tried again and again. */
  private static final int LONGEST_MILLIS = 5_000;

  private static final List<String> FUNCTIONS = List.of("a", "b", "c", "d");

  private final VirtualTime time;
  private final List<Outage> outages = new ArrayList<>();

  private record Outage(String function, long fromNanos, long untilNanos) {}

  SimOutages(Chance chances, VirtualTime time, boolean isHostile, Duration within) {
    RandomGenerator chance = chances.of("outages");
    this.time = time;
    boolean areThere = chance.nextInt(OUT_IN) == 0 && isHostile;
    int busyMillis = (int) (BUSY * within.toMillis());
    for (int i = areThere ? LEAST + chance.nextInt(MOST - LEAST + 1) : 0; i > 0; i--) {
      String function = FUNCTIONS.get(chance.nextInt(FUNCTIONS.size()));
      long from = Duration.ofMillis(chance.nextInt(busyMillis)).toNanos();
      long lasts = Duration.ofMillis(500 + chance.nextInt(LONGEST_MILLIS)).toNanos();
      outages.add(new Outage(function, from, from + lasts));
    }
  }

  /** Whether this function cannot be reached at this moment. */
  boolean isOut(String function) {
    long now = time.nowNanos();
    return outages.stream()
        .filter(outage -> outage.function().equals(function))
        .anyMatch(outage -> outage.fromNanos() <= now && now < outage.untilNanos());
  }
}
