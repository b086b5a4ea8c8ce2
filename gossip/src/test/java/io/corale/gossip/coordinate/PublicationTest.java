package io.corale.gossip.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.sim.Seeds;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A node says anew where it is when that changes what others would estimate, and else nothing. */
class PublicationTest {
  @Test
  void tellsTheFirstAndThenWhatMovedByMoreThanAMillisecond() {
    Publication publication = new Publication();

    assertThat(publication.due(at(5, 0.1))).isPresent();
    assertThat(publication.due(at(5, 0.1))).isEmpty();
    assertThat(publication.due(at(5.9, 0.1))).isEmpty();
    assertThat(publication.due(at(6.1, 0.1))).contains(at(6.1, 0.1));
    assertThat(publication.due(at(5.2, 0.1))).as("counted from what was told").isEmpty();
  }

  @Test
  void farFromTheMiddleItTellsWhatMovedByMoreThanATenth() {
    Publication publication = new Publication();
    publication.due(at(100, 0.1));

    assertThat(publication.due(at(109, 0.1))).isEmpty();
    assertThat(publication.due(at(111, 0.1))).isPresent();
  }

  @Test
  void tellsThatItHasBecomeSurer() {
    Publication publication = new Publication();
    publication.due(at(5, 1.5));

    assertThat(publication.due(at(5, 1.3))).isEmpty();
    assertThat(publication.due(at(5, 1.2))).isPresent();
  }

  @Test
  void heightAndAdjustmentCountAsTheyDoInEstimates() {
    Publication publication = new Publication();
    double[] zero = new double[Coordinate.DIMENSIONS];
    publication.due(Coordinate.of(zero, 3, 0, 0.1));

    assertThat(publication.due(Coordinate.of(zero, 5, -2, 0.1))).isEmpty();
    assertThat(publication.due(Coordinate.of(zero, 5, 0, 0.1))).isPresent();
  }

  /** Measured over 20 seeds: 1.8 of 100 samples lead to one, at worst 2.8. */
  @Seeds(20)
  void aSettledClusterHardlySaysAnything(long seed) {
    RandomGenerator chance = CoordinateWorld.chance(seed);
    CoordinateWorld world =
        new CoordinateWorld(
            chance, CoordinateWorld.zones(chance, 48), CoordinateWorld.busy(chance));
    world.run(300);
    List<Publication> told = IntStream.range(0, 48).mapToObj(i -> new Publication()).toList();
    int count = -48;
    for (int round = 0; round < 200; round++) {
      for (int i = 0; i < 48; i++) {
        count += told.get(i).due(world.nodes.get(i).own()).isPresent() ? 1 : 0;
      }
      world.run(1);
    }

    assertThat(count).isLessThan(48 * 200 * 4 / 100);
  }

  private static Coordinate at(double x, double error) {
    return Coordinate.of(new double[] {x, 0, 0, 0, 0, 0, 0, 0}, 0, 0, error);
  }
}
