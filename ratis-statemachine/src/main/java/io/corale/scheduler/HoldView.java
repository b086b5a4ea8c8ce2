package io.corale.scheduler;

/**
 * What holds something up, as those who ask see it.
 *
 * @param target the invocation, the composition or the owner that is held
 * @param micros for so long by now, in cell time
 * @param by who asked for it
 * @param reason for a person; may be empty
 */
public record HoldView(Command.Hold.Target target, long micros, String by, String reason) {
  static HoldView of(Command.Hold.Target target, Held held, long nowMicros) {
    return new HoldView(target, nowMicros - held.sinceMicros(), held.by(), held.reason());
  }
}
