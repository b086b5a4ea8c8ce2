package io.corale.gossip.lookup;

import java.util.ArrayList;
import java.util.List;

/** Schedules of the lookup by the million. Called by {@code deploy/bench/run lookup}. */
public final class LookupBench {
  private static final long PROGRESS = 10_000;
  private static final int MOST_FAILURES = 20;

  private final long[] hops = new long[5];
  private final List<String> failures = new ArrayList<>();
  private long requests;
  private long mustBeServed;

  private LookupBench() {}

  /** Begins. */
  public static void main(String[] arguments) {
    long schedules = 10_000;
    long first = 0;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--schedules" -> schedules = number(arguments, ++i);
        case "--first" -> first = number(arguments, ++i);
        default -> fail("unknown argument '" + arguments[i] + "'");
      }
    }
    System.exit(new LookupBench().run(first, schedules) ? 0 : 1);
  }

  private static long number(String[] arguments, int at) {
    if (at < arguments.length && arguments[at].matches("[0-9]{1,15}")) {
      return Long.parseLong(arguments[at]);
    }
    fail(arguments[at - 1] + " wants a number");
    return 0;
  }

  private static void fail(String why) {
    System.err.println("bench lookup: " + why);
    System.exit(2);
  }

  private boolean run(long first, long schedules) {
    long began = System.nanoTime();
    for (long done = 0; done < schedules && failures.size() < MOST_FAILURES; done++) {
      run(first + done);
      if ((done + 1) % PROGRESS == 0) {
        System.out.printf(
            "%,d schedules, %d s, %d failed%n", done + 1, seconds(began), failures.size());
      }
    }
    System.out.printf(
        "schedules %d to %d: %,d requests, I3 says of %,d that they must be served; %d s%n",
        first, first + schedules - 1, requests, mustBeServed, seconds(began));
    System.out.printf(
        "served after asking 0, 1, 2, 3, more nodes: %,d %,d %,d %,d %,d%n",
        hops[0], hops[1], hops[2], hops[3], hops[4]);
    System.out.println(failures.isEmpty() ? "I1 to I4 hold" : "BROKEN:");
    failures.forEach(System.out::println);
    return failures.isEmpty();
  }

  private static long seconds(long began) {
    return (System.nanoTime() - began) / 1_000_000_000L;
  }

  private void run(long seed) {
    Schedule schedule = new Schedule(seed, PlantedLookupBug.NOTHING);
    try {
      schedule.run();
    } catch (RuntimeException e) {
      failures.add("schedule " + seed + ": " + e);
      System.out.println(failures.get(failures.size() - 1));
    }
    requests += schedule.requests;
    mustBeServed += schedule.mustBeServed;
    for (int i = 0; i < hops.length; i++) {
      hops[i] += schedule.hops[i];
    }
  }
}
