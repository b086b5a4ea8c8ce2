package io.corale.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Finds what keeps the calls of a scope waiting: each shut scope on its path, and why it is. */
final class Obstacles {
  private final ToIntFunction<String> leased;
  private final long nowMicros;
  private final List<Obstacle> obstacles = new ArrayList<>();

  private Obstacles(ToIntFunction<String> leased, long nowMicros) {
    this.leased = leased;
    this.nowMicros = nowMicros;
  }

  /**
   * What does so, from the scope outwards; empty where a call in it would start at once.
   *
   * @param leased how many of the slots of a scope are
   */
  static List<Obstacle> of(Scope<?> leaf, ToIntFunction<String> leased, long nowMicros) {
    Obstacles found = new Obstacles(leased, nowMicros);
    Scope<?> at = leaf;
    while (at != null) {
      found.look(at);
      at = at.parent().orElse(null);
    }
    return List.copyOf(found.obstacles);
  }

  private void look(Scope<?> scope) {
    int before = obstacles.size();
    if (scope.taken() >= scope.limit()) {
      obstacles.add(new Obstacle.Full(scope.name(), scope.taken(), leased(scope), scope.limit()));
    }
    scope.gauges().ifPresent(gauges -> look(scope, gauges));
    int most = Scope.mostUnseen(scope.cap());
    if (obstacles.size() == before && scope.unseen() >= most) {
      obstacles.add(new Obstacle.Unseen(scope.name(), scope.unseen(), most));
    }
  }

  /** By what its gauges count, not by what the scope has noted of them: so it sees a wrong note. */
  private void look(Scope<?> scope, Gauges gauges) {
    gauges
        .ramp()
        .filter(ramp -> isReached(scope, ramp.cap()))
        .ifPresent(
            ramp ->
                obstacles.add(
                    new Obstacle.Ramping(
                        scope.name(),
                        scope.taken(),
                        leased(scope),
                        ramp.cap(),
                        from(ramp.boundaryMicros()))));
    gauges
        .learned()
        .filter(learned -> isReached(scope, learned.cap()))
        .ifPresent(
            learned ->
                obstacles.add(
                    new Obstacle.Learned(
                        scope.name(),
                        scope.taken(),
                        leased(scope),
                        learned.cap(),
                        from(learned.nextGrowthMicros()))));
    for (RateGauge rate : gauges.rates()) {
      InForce.RateUse use = rate.use(nowMicros);
      if (use.starts() >= rate.rate().starts()) {
        obstacles.add(
            new Obstacle.RateUsed(
                scope.name(),
                rate.rate(),
                use.starts(),
                use.isAssumed(),
                from(rate.opensAtMicros())));
      }
    }
    long untilMicros = gauges.throttling().shutUntilMicros();
    if (untilMicros > nowMicros) {
      obstacles.add(new Obstacle.Throttled(scope.name(), from(untilMicros)));
    }
  }

  private static boolean isReached(Scope<?> scope, int cap) {
    return cap < scope.limit() && scope.taken() >= cap;
  }

  private int leased(Scope<?> scope) {
    return leased.applyAsInt(scope.name());
  }

  private long from(long micros) {
    return Math.max(0, micros - nowMicros);
  }
}
