package io.corale.node.observe;

import com.codahale.metrics.Gauge;

/** A value that was read from somewhere when it was last asked for. */
final class Level implements Gauge<Double> {
  private volatile double value;

  void set(double read) {
    value = read;
  }

  @Override
  public Double getValue() {
    return value;
  }
}
