package io.corale.scheduler.simulated;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How often the processes of a seed dawdle: once in so many times. Swarm testing: in one seed
 * hardly ever, in another all the time.
 *
 * @param standsStillIn with all that it has in hand, when it gets something to do
 * @param sendsLateIn with an attempt in hand, between the superpeer and the provider
 * @param proposesLateIn with an entry in hand, between the superpeer and the log
 */
record Habits(int standsStillIn, int sendsLateIn, int proposesLateIn) {
  private static final List<Integer> STANDSTILLS = List.of(2_000, 400, 80);
  private static final List<Integer> LATE_SENDS = List.of(200, 25, 6);
  private static final List<Integer> LATE_PROPOSALS = List.of(300, 60, 12);

  static Habits of(RandomGenerator swarm) {
    return new Habits(any(STANDSTILLS, swarm), any(LATE_SENDS, swarm), any(LATE_PROPOSALS, swarm));
  }

  private static int any(List<Integer> values, RandomGenerator swarm) {
    return values.get(swarm.nextInt(values.size()));
  }
}
