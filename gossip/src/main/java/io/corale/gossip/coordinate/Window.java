package io.corale.gossip.coordinate;

import java.util.Arrays;

/** The last twenty values of something. */
final class Window {
  static final int SIZE = 20;

  private final double[] values = new double[SIZE];
  private int count;

  void add(double value) {
    values[count % SIZE] = value;
    // Goes on from SIZE, so that it neither overflows nor seems to be new.
    count = count + 1 == 2 * SIZE ? SIZE : count + 1;
  }

  boolean isFull() {
    return count >= SIZE;
  }

  /** As if those that are missing were 0. */
  double mean() {
    return Arrays.stream(values).sum() / SIZE;
  }

  /** Of a full window. */
  double median() {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[SIZE / 2];
  }
}
