package io.corale.scheduler;

/**
 * An implementation that does not answer, whose breaker is open (ADR 34).
 *
 * @param waiting calls that wait until it answers
 * @param pauseMicros for how long it is left alone after each failure by now
 * @param triedInMicros when the next call is let through, from now on; 0: as soon as one waits
 * @param isTrying whether one was let through of which nothing is known yet
 */
public record CircuitView(
    Circuit circuit, int waiting, long pauseMicros, long triedInMicros, boolean isTrying) {
  static CircuitView of(Breaker open, int waiting, long nowMicros) {
    return new CircuitView(
        open.circuit(),
        waiting,
        open.pauseMicros(),
        Math.max(0, open.untilMicros() - nowMicros),
        open.probe().isPresent());
  }
}
