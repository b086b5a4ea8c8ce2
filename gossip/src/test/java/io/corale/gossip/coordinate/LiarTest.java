package io.corale.gossip.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.NodeId;
import io.corale.sim.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Who lies about where it is, or holds up its answers, does not move the others. */
class LiarTest {
  private static final int NODES = 50;

  /** It says that it is far away, for certain, and answers at once. */
  private record Far(Coordinate says) implements CoordinateWorld.Liar {
    @Override
    public double roundTripMillis(double honest) {
      return honest;
    }
  }

  /** It says where it is, and holds up each answer. */
  private record Slow(Coordinate says) implements CoordinateWorld.Liar {
    @Override
    public double roundTripMillis(double honest) {
      return 900;
    }
  }

  /** It is somewhere else each time, and holds up some. */
  private record Erratic(RandomGenerator chance) implements CoordinateWorld.Liar {
    @Override
    public Coordinate says() {
      return far(chance);
    }

    @Override
    public double roundTripMillis(double honest) {
      return honest + chance.nextDouble(1_000);
    }
  }

  @Seeds(10)
  void oneThatSaysItIsFarAwayMovesNobody(long seed) {
    RandomGenerator chance = CoordinateWorld.chance(seed);
    requireUnmoved(settled(chance), new Far(far(chance)));
  }

  @Seeds(10)
  void oneThatHoldsUpItsAnswersMovesNobody(long seed) {
    CoordinateWorld world = settled(CoordinateWorld.chance(seed));
    requireUnmoved(world, new Slow(world.nodes.get(NODES - 1).own()));
  }

  @Seeds(10)
  void oneThatIsNeverWhereItWasMovesNobody(long seed) {
    RandomGenerator chance = CoordinateWorld.chance(seed);
    requireUnmoved(settled(chance), new Erratic(chance));
  }

  /**
   * Measured over 10 seeds while one lies: estimates between the others change by 1.8 ms in the
   * median and 33 ms at most; without a liar jitter changes them by 1.4 and 14. Without the bound
   * on outliers, as in Serf, one liar changes them by 71 and 875, and jitter by 1.6 and 44.
   */
  private static void requireUnmoved(CoordinateWorld world, CoordinateWorld.Liar liar) {
    int honest = NODES - 1;
    double[][] before = estimates(world, honest);
    List<Double> moved = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      world.run(10, liar);
      double[][] now = estimates(world, honest);
      for (int j = 0; j < honest; j++) {
        for (int k = 0; k < j; k++) {
          moved.add(Math.abs(now[j][k] - before[j][k]));
        }
      }
    }
    moved.sort(null);

    assertThat(moved.get(moved.size() / 2)).isLessThan(2.5);
    assertThat(moved.get(moved.size() - 1)).isLessThan(50);
  }

  /** One sample of one peer, to a node that fits perfectly: what it may be off, not what it is. */
  @Test
  void oneLieMovesASettledNodeByLessThanTwoMilliseconds() {
    CoordinateWorld world =
        new CoordinateWorld(CoordinateWorld.chance(1), CoordinateWorld.grid(5), millis -> millis);
    world.run(1_000);
    for (Vivaldi node : world.nodes) {
      Coordinate before = node.own();

      node.measured(new NodeId("liar"), far(world.chance), 5);

      assertThat(node.own().displacementMillis(before)).isLessThan(2);
      assertThat(node.own().error()).isLessThan(0.15);
    }
  }

  private static CoordinateWorld settled(RandomGenerator chance) {
    CoordinateWorld world =
        new CoordinateWorld(
            chance, CoordinateWorld.zones(chance, NODES), CoordinateWorld.busy(chance));
    world.run(500);
    return world;
  }

  /** As far as can be said, in some direction, and sure of it. */
  private static Coordinate far(RandomGenerator chance) {
    double[] position = new double[Coordinate.DIMENSIONS];
    Arrays.setAll(position, i -> chance.nextBoolean() ? 900 : -900);
    return Coordinate.of(position, 0, 0, 0);
  }

  private static double[][] estimates(CoordinateWorld world, int count) {
    double[][] estimates = new double[count][count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        estimates[i][j] = world.estimate(i, j);
      }
    }
    return estimates;
  }
}
