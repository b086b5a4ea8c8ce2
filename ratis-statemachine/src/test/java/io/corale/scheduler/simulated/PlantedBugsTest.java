package io.corale.scheduler.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A simulation that finds nothing proves nothing: with one rule taken out it must say so, by the
 * check that guards this rule alone, within the seeds that the unit build runs on sound code.
 */
final class PlantedBugsTest {
  /** Each bug is found several times in as many seeds; this one must not hang on one of them. */
  private static final int SEEDS = 400;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
  void findsEachPlantedBug(Planted bug) {
    Optional<Long> found = Optional.empty();
    for (long seed = 1; seed <= SEEDS && found.isEmpty(); seed++) {
      found = finds(bug, seed) ? Optional.of(seed) : found;
    }

    System.out.printf("%s: %s finds %s at seed %s%n", bug.rule(), bug.foundBy(), bug, found);
    assertThat(found).as("%s within %d seeds", bug, SEEDS).isPresent();
  }

  private static boolean finds(Planted bug, long seed) {
    try {
      new SimCell(seed, World.with(bug)).run();
      return false;
    } catch (AssertionError e) {
      return e.getCause() instanceof Judge.Violation violation
          && violation.check() == bug.foundBy()
          && violation.toString().contains(bug.because());
    }
  }
}
