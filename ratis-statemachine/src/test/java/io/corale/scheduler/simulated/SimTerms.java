package io.corale.scheduler.simulated;

import io.corale.model.InvocationId;
import io.corale.model.Terms;
import io.corale.scheduler.Command;
import io.corale.sim.Chance;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Who agrees with a cell on how much it takes on: in some seeds on little, and on other weights of
 * callers, and now and then on something else. When all troubles are over it is much again.
 */
final class SimTerms {
  /** In one seed of so many somebody does. */
  private static final int AGREED_IN = 3;

  /** Of which some have several times the weight of others. */
  private static final List<String> CALLERS = List.of("ada", "bob", "eve");

  private final SimCell cell;
  private final RandomGenerator chance;
  private final boolean areThere;
  private long version;

  /**
   * @param mayRefuse whether callers give up some time, so that what is refused for long is no harm
   */
  SimTerms(SimCell cell, Chance chances, boolean mayRefuse) {
    this.cell = cell;
    this.chance = chances.of("terms");
    this.areThere = chance.nextInt(AGREED_IN) == 0 && mayRefuse;
  }

  /** Who asks for an invocation; where nothing is agreed to, always the same. */
  String callerOf(InvocationId id) {
    return areThere ? CALLERS.get(Math.floorMod(id.value().hashCode(), CALLERS.size())) : "caller";
  }

  /** All can read it by now: what is agreed to within this time. */
  void plan(Duration within, SimCallers callers) {
    if (!areThere) {
      return;
    }
    int millis = (int) Math.max(1, within.toMillis());
    for (int i = 2 + chance.nextInt(5); i > 0; i--) {
      Terms next = some();
      cell.time()
          .after(
              Duration.ofMillis(chance.nextInt(millis)),
              () -> callers.control(new Command.Agree(next)));
    }
    Terms last = Terms.STANDARD.withVersion(++version);
    cell.time().after(Duration.ofMillis(millis), () -> callers.control(new Command.Agree(last)));
  }

  private Terms some() {
    SortedMap<String, Integer> weights = new TreeMap<>();
    for (String caller : CALLERS) {
      boolean isPlain = chance.nextBoolean();
      weights.put(caller, isPlain ? Terms.PLAIN_WEIGHT : 1 + chance.nextInt(Terms.MOST_WEIGHT));
    }
    return new Terms(
        ++version,
        1 + chance.nextInt(6),
        Terms.MOST_QUEUED_BYTES,
        chance.nextBoolean() ? Terms.MOST_LIVE : 2 + chance.nextInt(8),
        chance.nextInt(3) == 0 ? 1 + chance.nextInt(3) : Terms.ANY_RATE,
        weights);
  }
}
