package io.corale.scheduler.simulated;

import io.corale.sim.Chance;
import io.corale.sim.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** When functions do not answer: in some seeds, for some seconds, some of them, each in its way. */
final class SimOutages {
  /** In one seed of so many there are outages. */
  private static final int OUT_IN = 2;

  private static final int LEAST = 6;
  private static final int MOST = 12;

  /** Of the time of troubles, the part in which most is asked for. */
  private static final double BUSY = 0.7;

  /** Shorter than what a call survives that is tried again and again. */
  private static final int LONGEST_MILLIS = 5_000;

  private static final List<String> FUNCTIONS = List.of("a", "b", "c", "d");

  private final VirtualTime time;
  private final List<Outage> outages = new ArrayList<>();

  /** What comes of attempts that reach a function which does not answer. */
  enum Kind {
    /** They do not reach it. */
    UNREACHABLE,
    /** They may have. */
    RESET,
    /** They have, for all that anybody knows. */
    HANGING
  }

  private record Outage(String function, Kind kind, long fromNanos, long untilNanos) {}

  SimOutages(Chance chances, VirtualTime time, boolean isHostile, Duration within) {
    RandomGenerator chance = chances.of("outages");
    RandomGenerator kinds = chances.of("kinds of outages");
    boolean isOneFunction = kinds.nextInt(3) > 0; // Few fail often enough where all do by turns.
    String one = FUNCTIONS.get(kinds.nextInt(FUNCTIONS.size()));
    this.time = time;
    boolean areThere = chance.nextInt(OUT_IN) == 0 && isHostile;
    int busyMillis = (int) (BUSY * within.toMillis());
    for (int i = areThere ? LEAST + chance.nextInt(MOST - LEAST + 1) : 0; i > 0; i--) {
      String any = FUNCTIONS.get(chance.nextInt(FUNCTIONS.size()));
      String function = isOneFunction ? one : any;
      long from = Duration.ofMillis(chance.nextInt(busyMillis)).toNanos();
      long lasts = Duration.ofMillis(500 + chance.nextInt(LONGEST_MILLIS)).toNanos();
      outages.add(new Outage(function, some(kinds), from, from + lasts));
    }
  }

  /** Few hang, for each time that takes as long as a function may run. */
  private static Kind some(RandomGenerator kinds) {
    int kind = kinds.nextInt(8);
    return kind < 5 ? Kind.UNREACHABLE : kind < 7 ? Kind.RESET : Kind.HANGING;
  }

  /** Whether this function does not answer at this moment, and how. */
  Optional<Kind> of(String function) {
    long now = time.nowNanos();
    return outages.stream()
        .filter(outage -> outage.function().equals(function))
        .filter(outage -> outage.fromNanos() <= now && now < outage.untilNanos())
        .map(Outage::kind)
        .findFirst();
  }
}
