package io.corale.node.cell;

import io.corale.scheduler.Applied;
import io.corale.scheduler.Explanation;
import io.corale.scheduler.Forecast;
import java.util.random.RandomGenerator;

/**
 * What a cell's superpeer has found out, in its term, of when waiting calls start. Two threads meet
 * here: the cell's own, which tells it of what was applied, and whoever asks for an explanation.
 */
final class Foresight {
  private final AwakeCell cell;
  private final Forecast forecast;

  /**
   * @param chance no other thread draws from it
   */
  Foresight(AwakeCell cell, RandomGenerator chance) {
    this.cell = cell;
    this.forecast = new Forecast(chance);
  }

  /** A term has ended: what was known may hold no more. */
  synchronized void forget() {
    forecast.forget();
  }

  /** This node leads, and an entry was applied. */
  synchronized void applied(long index, Applied applied) {
    forecast.applied(index, applied);
    if (forecast.isDue(applied.cellTimeMicros())) {
      // Nothing is applied while it copies; the rest is done by itself.
      cell.read(forecast::see).run();
    }
  }

  synchronized Forecast.Band of(Explanation.Expected expected) {
    return forecast.band(expected);
  }
}
