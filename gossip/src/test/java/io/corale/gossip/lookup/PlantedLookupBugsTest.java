package io.corale.gossip.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With one rule of the lookup taken out, the invariant that guards it must say so. */
final class PlantedLookupBugsTest {
  /** A fifth of what {@link LookupSchedulesTest} runs on sound code. */
  private static final int SCHEDULES = 2_000;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
  void findsEachPlantedBug(PlantedLookupBug bug) {
    OptionalLong found =
        LongStream.range(0, SCHEDULES).filter(seed -> finds(bug, seed)).findFirst();

    System.out.printf("%s finds %s at schedule %s%n", bug.foundBy(), bug, found);
    assertThat(found).as("%s within %d schedules", bug, SCHEDULES).isPresent();
  }

  private static boolean finds(PlantedLookupBug bug, long seed) {
    try {
      new Schedule(seed, bug).run();
      return false;
    } catch (Invariant.Violation violation) {
      return violation.of() == bug.foundBy();
    }
  }
}
