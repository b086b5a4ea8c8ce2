package io.corale.gossip.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.sim.Seeds;

/** Invariants I1 to I4 of the lookup, by schedules of its own. */
final class LookupSchedulesTest {
  /** A seed of the build stands for so many schedules. */
  static final int SCHEDULES = 100;

  @Seeds(100)
  void whoIsLedIsFoundFromEverywhereInOneEpochAndOnlyUpwards(long seed) {
    long mustBeServed = 0;
    for (int i = 0; i < SCHEDULES; i++) {
      long schedule = (seed - 1) * SCHEDULES + i;
      mustBeServed += run(schedule);
    }

    assertThat(mustBeServed).as("requests of which I3 says something").isGreaterThan(100);
  }

  private static long run(long number) {
    Schedule schedule = new Schedule(number, PlantedLookupBug.NOTHING);
    try {
      schedule.run();
    } catch (RuntimeException e) {
      throw new AssertionError("schedule " + number + ": " + e.getMessage(), e);
    }
    return schedule.mustBeServed;
  }
}
