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

  private static final int NEVER = Integer.MAX_VALUE;

  static Habits of(RandomGenerator swarm, Faults faults) {
    return new Habits(
        habit(faults, "stands still once in ", any(STANDSTILLS, swarm)),
        habit(faults, "sends late once in ", any(LATE_SENDS, swarm)),
        habit(faults, "proposes late once in ", any(LATE_PROPOSALS, swarm)));
  }

  private static int habit(Faults faults, String what, int once) {
    return faults.strikes(faults.next(), what + once) ? once : NEVER;
  }

  private static int any(List<Integer> values, RandomGenerator swarm) {
    return values.get(swarm.nextInt(values.size()));
  }
}
