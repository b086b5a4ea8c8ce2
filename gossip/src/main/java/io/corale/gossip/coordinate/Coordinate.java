package io.corale.gossip.coordinate;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Where a node is in a space whose distances are round trips, in milliseconds. Immutable.
 *
 * <p>It has a position in eight dimensions, which stands for the network between places; a height,
 * which stands for the node's own way to that network and counts in every direction; an adjustment,
 * which makes up for what no such space can hold; and an error, which says how far off its
 * estimates are: 0.1 is a tenth. {@link Vivaldi} finds it.
 */
public final class Coordinate {
  static final int DIMENSIONS = 8;

  /** No part is greater: beyond what any probe waits for, and within what the wire can tell. */
  static final double MAX_MILLIS = 3_000;

  static final double MAX_ERROR = 1.5;

  /** Never 0, since it grows by a factor; the least that the wire tells. */
  static final double MIN_HEIGHT_MILLIS = 0.1;

  /** Nearer than this two positions show no direction. */
  private static final double SAME_MILLIS = 0.001;

  private final double[] position;
  private final double height;
  private final double adjustment;
  private final double error;

  private Coordinate(double[] position, double height, double adjustment, double error) {
    this.position = position; // Not copied: nobody changes it any more.
    this.height = height;
    this.adjustment = adjustment;
    this.error = error;
  }

  /**
   * One that was told, not found.
   *
   * @throws IllegalArgumentException if no node can be there; the message names the part
   */
  static Coordinate of(double[] position, double height, double adjustment, double error) {
    require("dimensions", position.length, DIMENSIONS, DIMENSIONS);
    require("distance from the origin", norm(position), 0, MAX_MILLIS);
    require("height", height, 0, MAX_MILLIS);
    require("adjustment", adjustment, -MAX_MILLIS, MAX_MILLIS);
    require("error", error, 0, MAX_ERROR);
    double raised = Math.max(height, MIN_HEIGHT_MILLIS);
    return new Coordinate(position.clone(), raised, adjustment, error);
  }

  private static void require(String what, double value, double least, double most) {
    if (!(value >= least && value <= most)) { // So that NaN is refused as well.
      throw new IllegalArgumentException(
          what + " must be from " + least + " to " + most + ", was " + value);
    }
  }

  /** Where a node is that has measured nothing. */
  public static Coordinate origin() {
    return new Coordinate(new double[DIMENSIONS], MIN_HEIGHT_MILLIS, 0, MAX_ERROR);
  }

  /**
   * The round trip to be expected between two nodes, in milliseconds; never negative.
   *
   * <p>Below {@link Vivaldi#NOISE_MILLIS} it is noise: such nodes are near, and nothing is known of
   * which are nearer. Where the network breaks the triangle inequality no coordinate can be right,
   * and the error of both says so.
   */
  public double roundTripMillis(Coordinate other) {
    double distance = distanceMillis(other);
    double adjusted = distance + adjustment + other.adjustment;
    return adjusted > 0 ? adjusted : distance;
  }

  /** Without the adjustments. */
  double distanceMillis(Coordinate other) {
    return norm(minus(other)) + height + other.height;
  }

  /** How much the estimates of others change when this becomes the other one, at most. */
  double displacementMillis(Coordinate other) {
    double raised = height + adjustment - other.height - other.adjustment;
    return norm(minus(other)) + Math.abs(raised);
  }

  /** From the middle of the cluster, where gravity keeps the origin. */
  double reachMillis() {
    return norm(position) + height;
  }

  /** How far off its estimates are: 0 is exact, {@value #MAX_ERROR} is unknown. */
  public double error() {
    return error;
  }

  double height() {
    return height;
  }

  double adjustment() {
    return adjustment;
  }

  double position(int dimension) {
    return position[dimension];
  }

  Coordinate withAdjustment(double millis) {
    double bounded = Math.max(-MAX_MILLIS, Math.min(MAX_MILLIS, millis));
    return new Coordinate(position, height, bounded, error);
  }

  Coordinate withError(double next) {
    return new Coordinate(position, height, adjustment, next);
  }

  /**
   * Pushed away from the other by so many milliseconds, or pulled to it where they are negative.
   *
   * <p>Position and height share the force as they share the distance (Dabek et al., 5.4): the unit
   * vector is that of position and both heights together. Serf divides by the position's part
   * alone, which for two nodes side by side is almost nothing.
   */
  Coordinate pushed(Coordinate from, double millis, RandomGenerator chance) {
    double[] way = minus(from);
    double length = norm(way);
    double share = millis / (length + height + from.height);
    if (length < SAME_MILLIS) {
      way = direction(chance);
      share = millis;
    }
    double raised = length < SAME_MILLIS ? height : height + share * (height + from.height);
    double[] moved = new double[DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) {
      moved[i] = position[i] + share * way[i];
    }
    return new Coordinate(within(moved), bounded(raised), adjustment, error);
  }

  private static double bounded(double height) {
    return Math.min(Math.max(height, MIN_HEIGHT_MILLIS), MAX_MILLIS);
  }

  private static double[] within(double[] position) {
    double norm = norm(position);
    double most = MAX_MILLIS - 1; // What the wire rounds must not pass the bound.
    if (norm > most) {
      Arrays.setAll(position, i -> position[i] * most / norm);
    }
    return position;
  }

  /** Of length 1. */
  private static double[] direction(RandomGenerator chance) {
    double[] way = new double[DIMENSIONS];
    double norm;
    do {
      Arrays.setAll(way, i -> chance.nextDouble() - 0.5);
      norm = norm(way);
    } while (norm < SAME_MILLIS);
    double length = norm;
    Arrays.setAll(way, i -> way[i] / length);
    return way;
  }

  private double[] minus(Coordinate other) {
    double[] difference = new double[DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) {
      difference[i] = position[i] - other.position[i];
    }
    return difference;
  }

  private static double norm(double[] vector) {
    double squares = 0;
    for (double one : vector) {
      squares += one * one;
    }
    return Math.sqrt(squares);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Coordinate that
        && Arrays.equals(position, that.position)
        && height == that.height
        && adjustment == that.adjustment
        && error == that.error;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(position) + Double.hashCode(height + adjustment + error);
  }

  @Override
  public String toString() {
    return Arrays.toString(position) + " up " + height + " by " + adjustment + " off " + error;
  }
}
