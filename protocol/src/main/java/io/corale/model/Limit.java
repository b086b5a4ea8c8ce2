package io.corale.model;

import java.time.Duration;

/** A limit of a scope beside how many attempts may run in it at once. */
public sealed interface Limit {
  /** Above every quota that a provider is known to grant. */
  int MOST = 1_000_000;

  /**
   * At most so many attempts start within any window of this length, wherever it begins.
   *
   * @param starts 1 to {@value #MOST}
   */
  record Rate(int starts, Window window) implements Limit {
    public Rate {
      requireCount("rate", starts);
    }
  }

  /** The length of the windows in which starts are counted, as quotas of providers have it. */
  enum Window {
    SECOND(Duration.ofSeconds(1)),
    MINUTE(Duration.ofMinutes(1));

    private final Duration length;

    Window(Duration length) {
      this.length = length;
    }

    public Duration length() {
      return length;
    }
  }

  /**
   * How fast a provider adds instances: more may run at once than lately, but by a step at most.
   *
   * @param from how many may run without any before, 1 to {@value #MOST}
   * @param step how many more may run after an interval in which all that could ran, 1 to {@value
   *     #MOST}
   * @param interval from {@link #SHORTEST} to {@link #LONGEST}, in whole milliseconds
   */
  record Ramp(int from, int step, Duration interval) implements Limit {
    /** A shorter one is no ramp: an entry of the log alone takes some milliseconds. */
    public static final Duration SHORTEST = Duration.ofMillis(100);

    /** Longer than any provider takes for one step. */
    public static final Duration LONGEST = Duration.ofHours(1);

    public Ramp {
      requireCount("first number of a ramp", from);
      requireCount("step of a ramp", step);
      boolean isBetween = interval.compareTo(SHORTEST) >= 0 && interval.compareTo(LONGEST) <= 0;
      if (!isBetween || interval.toNanos() % 1_000_000 != 0) {
        throw new IllegalArgumentException(
            "interval of a ramp must be whole milliseconds from "
                + SHORTEST
                + " to "
                + LONGEST
                + ", was "
                + interval);
      }
    }
  }

  /**
   * What a provider takes at once is found out from what it refuses: at most the scope's own limit.
   *
   * @param from how many may run at once in the beginning, 1 to {@value #MOST}
   */
  record Learned(int from) implements Limit {
    public Learned {
      requireCount("first number of a learned limit", from);
    }
  }

  private static void requireCount(String what, int count) {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException(
          what + " must be from 1 to " + MOST + ", was " + Integer.toUnsignedString(count));
    }
  }
}
