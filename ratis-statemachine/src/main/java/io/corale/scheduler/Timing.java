package io.corale.scheduler;

/** When a composition runs by itself. */
public sealed interface Timing {
  /** Never: a version without a schedule has replaced one that had one. */
  record Never() implements Timing {}

  /** Each time when so much has passed since the last time. */
  record Every(long micros) implements Timing {
    public Every {
      requirePositive(micros);
    }
  }

  /** When so much has passed since the last invocation of it ended. */
  record After(long micros) implements Timing {
    public After {
      requirePositive(micros);
    }
  }

  /** When the calendar says so: an expression that only the superpeer evaluates (rule 8). */
  record Cron(String expression) implements Timing {}

  private static void requirePositive(long micros) {
    if (micros < 1) {
      throw new IllegalArgumentException("a schedule waits for at least a microsecond: " + micros);
    }
  }
}
