package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rules 3, 4, 6, 27 and 28 through deaths, deposed superpeers, and words that come late (ADR 41).
 */
final class MoveWorldTest {
  private static final int SEEDS = 1_000;
  private static final int STEPS = 600;

  @Test
  void membersComeAndGoAndACellEndsWithThree() {
    long came = 0;
    long went = 0;
    for (long seed : seeds()) {
      MoveWorld world = live(seed, PlantedMoveBug.NOTHING);
      came += world.group.came;
      went += world.group.went;
    }

    assertThat(came).as("members that came").isGreaterThan(seeds().length);
    assertThat(went).as("members that went").isGreaterThan(seeds().length);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
  void findsEachPlantedBug(PlantedMoveBug planted) {
    OptionalLong found =
        LongStream.rangeClosed(1, SEEDS).filter(seed -> finds(planted, seed)).findFirst();

    System.out.printf("27, 28: moves find %s at seed %s%n", planted, found);
    assertThat(found).as("%s within %d seeds", planted, SEEDS).isPresent();
  }

  static boolean finds(PlantedMoveBug planted, long seed) {
    try {
      live(seed, planted);
      return false;
    } catch (AssertionError e) {
      return true;
    }
  }

  private static long[] seeds() {
    Long one = Long.getLong("seed");
    return one == null ? LongStream.rangeClosed(1, SEEDS).toArray() : new long[] {one};
  }

  private static MoveWorld live(long seed, PlantedMoveBug planted) {
    MoveWorld world = new MoveWorld(new Random(seed), planted);
    try {
      for (int i = 0; i < STEPS; i++) {
        world.step();
      }
      world.settle();
      return world;
    } catch (AssertionError e) {
      world.group.story.forEach(System.out::println);
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }
}
