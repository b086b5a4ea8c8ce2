package io.corale.gossip.coordinate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.corale.sim.Seeds;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A coordinate is told in 21 bytes, and what no node can be is not heard. */
class CoordinateFormTest {
  private static final double[] HERE = {1, -2, 3.25, 0, 0, 0, 0, -1_000};

  @Test
  void theBytesAreThoseOfTheDescription() {
    Coordinate coordinate = Coordinate.of(HERE, 12.3, -4.5, 0.3);

    assertThat(HexFormat.of().formatHex(CoordinateForm.write(coordinate)))
        .isEqualTo("000affec0021" + "00000000" + "00000000" + "d8f0" + "007b" + "ffd3" + "33");
  }

  @Seeds(200)
  void tellsEachPartToATwentiethOfAMillisecond(long seed) {
    RandomGenerator chance = CoordinateWorld.chance(seed);
    double[] position = new double[Coordinate.DIMENSIONS];
    Arrays.setAll(position, i -> chance.nextDouble(-1_000, 1_000));
    Coordinate coordinate =
        Coordinate.of(
            position,
            chance.nextDouble(3_000),
            chance.nextDouble(-3_000, 3_000),
            chance.nextDouble(1.5));

    Coordinate read = CoordinateForm.read(CoordinateForm.write(coordinate)).orElseThrow();

    for (int i = 0; i < Coordinate.DIMENSIONS; i++) {
      assertThat(read.position(i)).isCloseTo(coordinate.position(i), within(0.0501));
    }
    assertThat(read.height()).isCloseTo(coordinate.height(), within(0.0501));
    assertThat(read.adjustment()).isCloseTo(coordinate.adjustment(), within(0.0501));
    assertThat(read.error()).isCloseTo(coordinate.error(), within(0.003));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "000000000000000000000000000000000000000000", // one byte more follows below
        "7fff7fff00000000000000000000000000000000ff", // 4.6 s from the origin
        "8000000000000000000000000000000000000000ff", // 3.3 s
        "00000000000000000000000000000000ffff0000ff", // below the ground
        "000000000000000000000000000000007fff0000ff", // 3.3 s up
        "0000000000000000000000000000000000007fffff",
        "0000000000000000000000000000000000008000ff"
      })
  void refusesBytesThatAreNoCoordinate(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    boolean isZero = hex.length() == 2 * CoordinateForm.BYTES && hex.endsWith("00");

    assertThat(CoordinateForm.read(isZero ? Arrays.copyOf(bytes, 22) : bytes)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 3_001})
  void refusesPartsThatCannotBe(double bad) {
    double[] zero = new double[Coordinate.DIMENSIONS];
    double[] position = zero.clone();
    position[7] = bad;

    assertThatThrownBy(() -> Coordinate.of(position, 0, 0, 0))
        .hasMessageContaining("distance from the origin must be from 0.0 to 3000.0");
    assertThatThrownBy(() -> Coordinate.of(zero, bad, 0, 0)).hasMessageContaining("height must be");
    assertThatThrownBy(() -> Coordinate.of(zero, 0, bad, 0))
        .hasMessageContaining("adjustment must be");
    assertThatThrownBy(() -> Coordinate.of(zero, 0, 0, bad)).hasMessageContaining("error must be");
    assertThatThrownBy(() -> Coordinate.of(new double[7], 0, 0, 0))
        .hasMessageContaining("dimensions must be");
  }

  @Test
  void estimatesTheWayAndBothHeightsAndAdjustments() {
    Coordinate one = Coordinate.of(new double[] {3, 0, 0, 0, 0, 0, 0, 0}, 10, 1, 0);
    Coordinate two = Coordinate.of(new double[] {0, 4, 0, 0, 0, 0, 0, 0}, 20, -3, 0);
    Coordinate odd = Coordinate.of(new double[] {3, 0, 0, 0, 0, 0, 0, 0}, 10, -100, 0);

    assertThat(one.roundTripMillis(two)).isCloseTo(33, within(1e-9));
    assertThat(two.roundTripMillis(one)).isCloseTo(33, within(1e-9));
    assertThat(one.roundTripMillis(odd)).as("never negative").isCloseTo(20, within(1e-9));
  }

  /** However hard it is pushed, so that its parts always fit the wire. */
  @Test
  void stopsAtThreeSecondsByItself() {
    RandomGenerator chance = CoordinateWorld.chance(1);
    Coordinate low = Coordinate.of(new double[] {1, 0, 0, 0, 0, 0, 0, 0}, 0, 0, 0);
    Coordinate high = Coordinate.of(new double[Coordinate.DIMENSIONS], 2_999, 0, 0);

    Coordinate flung = low.pushed(Coordinate.origin(), 1_000_000, chance);
    Coordinate raised = low.pushed(high, 1_000_000, chance);
    Coordinate sunk = raised.pushed(high, -1_000_000, chance);

    assertThat(flung.position(0)).isCloseTo(2_999, within(1e-6));
    assertThat(raised.height()).isEqualTo(3_000);
    assertThat(sunk.height()).isEqualTo(Coordinate.MIN_HEIGHT_MILLIS);
    assertThat(low.withAdjustment(9_000).adjustment()).isEqualTo(3_000);
    assertThat(low.withAdjustment(-9_000).adjustment()).isEqualTo(-3_000);
    assertThat(CoordinateForm.read(CoordinateForm.write(flung))).isPresent();
    assertThat(CoordinateForm.read(CoordinateForm.write(raised))).isPresent();
  }
}
