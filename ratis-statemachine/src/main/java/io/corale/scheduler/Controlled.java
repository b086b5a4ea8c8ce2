package io.corale.scheduler;

/**
 * The latest of what an owner wanted of what runs (ADR 32).
 *
 * @param untilMicros the time that it had, which says of two which was asked for later; 0: there
 *     was none
 * @param isDone whether it was carried out, not refused
 */
public record Controlled(long untilMicros, boolean isDone) {
  public static final Controlled NONE = new Controlled(0, false);
}
