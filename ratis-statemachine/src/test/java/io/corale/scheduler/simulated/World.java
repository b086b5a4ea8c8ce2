package io.corale.scheduler.simulated;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * In which world a seed runs.
 *
 * @param wallErrorMillis by which the wall clocks of the peers differ
 * @param spared the troubles that do not come, by their numbers
 */
record World(
    boolean isHostile,
    Planted bug,
    Set<Check> listensTo,
    long wallErrorMillis,
    Set<Integer> spared) {
  World {
    listensTo = Collections.unmodifiableSet(EnumSet.copyOf(listensTo));
    spared = Collections.unmodifiableSet(new LinkedHashSet<>(spared));
  }

  /** All troubles at once, everything watched. */
  static World hostile() {
    return new World(true, Planted.NOTHING, EnumSet.allOf(Check.class), 0, Set.of());
  }

  /** All troubles and a bug, which one check alone must find. */
  static World with(Planted bug) {
    return new World(true, bug, EnumSet.of(bug.foundBy()), 0, Set.of());
  }

  /** One superpeer, quick and honest parties. */
  static World calm() {
    return new World(false, Planted.NOTHING, EnumSet.allOf(Check.class), 0, Set.of());
  }

  /** The same world, its wall clocks wrong by this much; where they are, nobody's time ends. */
  World withWallError(long millis) {
    return new World(isHostile, bug, listensTo, millis, spared);
  }

  /** The same world without some of its troubles. */
  World sparing(Set<Integer> troubles) {
    return new World(isHostile, bug, listensTo, wallErrorMillis, troubles);
  }

  /** Whether a memory may be full: there, callers must give up some time. */
  boolean mayRefuse() {
    return isHostile && wallErrorMillis == 0;
  }

  /** Within which a timer goes off, where nothing keeps the superpeer from it. */
  long mostLateMicros() {
    return isHostile ? Long.MAX_VALUE : 100_000;
  }

  /** How long it is before all is healed: some receipts have expired. */
  Duration trouble() {
    return isHostile ? Duration.ofSeconds(36) : Duration.ofSeconds(4);
  }

  /** Over how long callers ask for something new. */
  int askMillis() {
    return isHostile ? 20_000 : 3_000;
  }
}
