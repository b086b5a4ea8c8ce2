package io.corale.gossip.coordinate;

import io.corale.model.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Nodes that probe each other in one thread, with round trips drawn about a matrix. In a round each
 * measures one other, and hears where that is as the wire tells it.
 */
final class CoordinateWorld {
  final RandomGenerator chance;
  final double[][] truth;
  final List<Vivaldi> nodes = new ArrayList<>();
  private final DoubleUnaryOperator jitter;

  /** What the last node says and does, if it lies. */
  interface Liar {
    Coordinate says();

    double roundTripMillis(double honest);
  }

  /**
   * @param truth round trips in milliseconds
   * @param jitter what is measured instead of one of them
   */
  CoordinateWorld(RandomGenerator chance, double[][] truth, DoubleUnaryOperator jitter) {
    this.chance = chance;
    this.truth = truth;
    this.jitter = jitter;
    for (int i = 0; i < truth.length; i++) {
      nodes.add(new Vivaldi(chance));
    }
  }

  static RandomGenerator chance(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** Square, of so many nodes a side, which are 10 ms apart. */
  static double[][] grid(int side) {
    double[][] truth = new double[side * side][side * side];
    for (int i = 0; i < truth.length; i++) {
      for (int j = 0; j < truth.length; j++) {
        truth[i][j] = 10 * Math.hypot(i / side - j / side, i % side - j % side);
      }
    }
    return truth;
  }

  /**
   * Three zones, 25, 80 and 100 ms apart; inside 0.5 ms; and each node has a way of its own of up
   * to 2 ms to all others.
   */
  static double[][] zones(RandomGenerator chance, int count) {
    double[] own = new double[count];
    Arrays.setAll(own, i -> chance.nextDouble(2));
    double[][] truth = new double[count][count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        double way = i % 3 == j % 3 ? 0.5 : i % 3 + j % 3 == 1 ? 25 : i % 3 + j % 3 == 2 ? 80 : 100;
        truth[i][j] = way + own[i] + own[j];
      }
    }
    return truth;
  }

  /** A tenth more on average, and one in a hundred is held up by 200 ms. */
  static DoubleUnaryOperator busy(RandomGenerator chance) {
    return millis ->
        millis * (1 - 0.1 * Math.log(1 - chance.nextDouble()))
            + (chance.nextInt(100) == 0 ? 200 : 0);
  }

  void run(int rounds) {
    CoordinateWorld honest = this;
    Liar nobody =
        new Liar() {
          @Override
          public Coordinate says() {
            return honest.nodes.get(0).own();
          }

          @Override
          public double roundTripMillis(double measured) {
            return measured;
          }
        };
    run(rounds, nobody, nodes.size());
  }

  /** The last node lies. */
  void run(int rounds, Liar liar) {
    run(rounds, liar, nodes.size() - 1);
  }

  private void run(int rounds, Liar liar, int firstLiar) {
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < nodes.size(); i++) {
        int peer = (i + 1 + chance.nextInt(nodes.size() - 1)) % nodes.size();
        double measured = jitter.applyAsDouble(truth[i][peer]);
        boolean lies = peer >= firstLiar;
        Coordinate said = lies ? liar.says() : nodes.get(peer).own();
        Coordinate heard = CoordinateForm.read(CoordinateForm.write(said)).orElseThrow();
        double roundTrip = lies ? liar.roundTripMillis(measured) : measured;
        nodes.get(i).measured(new NodeId("n" + peer), heard, roundTrip);
      }
    }
  }

  /** Which pairs take so much longer from now on. */
  void change(Pairs pairs, double millis) {
    for (int i = 0; i < truth.length; i++) {
      for (int j = 0; j < truth.length; j++) {
        truth[i][j] += pairs.have(i, j) ? millis : 0;
      }
    }
  }

  /** Some of the pairs of nodes. */
  interface Pairs {
    boolean have(int from, int to);
  }

  double estimate(int from, int to) {
    return nodes.get(from).own().roundTripMillis(nodes.get(to).own());
  }

  /**
   * How far off, relative to the truth, estimates of pairs are that are so far apart: a quantile.
   */
  double error(double quantile, double leastMillis, double mostMillis) {
    return quantile(quantile, pairs(leastMillis, mostMillis).map(this::error));
  }

  /** The same, of what one node is from the others. */
  double errorOf(int node, double quantile, double leastMillis) {
    Stream<int[]> pairs =
        pairs(leastMillis, Double.MAX_VALUE).filter(pair -> pair[0] == node || pair[1] == node);
    return quantile(quantile, pairs.map(this::error));
  }

  /** The greatest estimate of pairs that are so far apart. */
  double farthest(double leastMillis, double mostMillis) {
    return quantile(1, pairs(leastMillis, mostMillis).map(pair -> estimate(pair[0], pair[1])));
  }

  double nearest(double leastMillis, double mostMillis) {
    return quantile(0, pairs(leastMillis, mostMillis).map(pair -> estimate(pair[0], pair[1])));
  }

  private double error(int[] pair) {
    double real = truth[pair[0]][pair[1]];
    return Math.abs(estimate(pair[0], pair[1]) - real) / real;
  }

  private Stream<int[]> pairs(double leastMillis, double mostMillis) {
    return IntStream.range(0, nodes.size())
        .boxed()
        .flatMap(i -> IntStream.range(0, i).mapToObj(j -> new int[] {i, j}))
        .filter(pair -> truth[pair[0]][pair[1]] >= leastMillis)
        .filter(pair -> truth[pair[0]][pair[1]] < mostMillis);
  }

  private static double quantile(double quantile, Stream<Double> values) {
    List<Double> sorted = values.sorted().toList();
    return sorted.get((int) (quantile * (sorted.size() - 1)));
  }
}
