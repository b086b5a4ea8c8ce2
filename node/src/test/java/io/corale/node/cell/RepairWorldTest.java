package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.node.cell.RepairWorld.Planted;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rule 6 through deaths, deposed superpeers, and words that come late (ADR 22). */
final class RepairWorldTest {
  private static final int SEEDS = 1_000;
  private static final int STEPS = 600;

  @Test
  void whatIsLostComesBackAndNoEmptyReplicaEverCounts() {
    long returned = 0;
    for (long seed : seeds()) {
      returned += live(seed, Planted.NOTHING);
    }

    assertThat(returned).as("replicas that came back").isGreaterThan(seeds().length);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
  void findsEachPlantedBug(Planted planted) {
    OptionalLong found =
        LongStream.rangeClosed(1, SEEDS).filter(seed -> finds(planted, seed)).findFirst();

    System.out.printf("6: repairs find %s at seed %s%n", planted, found);
    assertThat(found).as("%s within %d seeds", planted, SEEDS).isPresent();
  }

  private static boolean finds(Planted planted, long seed) {
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

  /** In every third world an administrator removes a member in the middle. */
  private static int live(long seed, Planted planted) {
    RepairWorld world = new RepairWorld(new Random(seed), planted);
    try {
      for (int i = 0; i < STEPS; i++) {
        world.step();
        if (seed % 3 == 0 && i > STEPS / 2) {
          world.removeByHand();
        }
      }
      world.settle();
      return world.returned;
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }
}
