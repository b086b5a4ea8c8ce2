package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With one of rules 1 to 3 taken out, the simulation of births must say so. */
final class PlantedBirthBugsTest {
  /** As many as {@link BirthsTest} runs on sound code. */
  private static final int SEEDS = 200;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
  void findsEachPlantedBug(PlantedBirthBug bug) {
    OptionalLong found =
        LongStream.rangeClosed(1, SEEDS).filter(seed -> finds(bug, seed)).findFirst();

    System.out.printf("%d: births find %s at seed %s%n", bug.rule(), bug, found);
    assertThat(found).as("%s within %d seeds", bug, SEEDS).isPresent();
  }

  private static boolean finds(PlantedBirthBug bug, long seed) {
    try {
      BirthsTest.live(seed, bug);
      return false;
    } catch (AssertionError e) {
      return true;
    }
  }
}
