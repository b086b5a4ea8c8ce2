package io.corale.flow;

/** How long the rest of a composition is expected to take. */
public final class Ranks {
  private Ranks() {}

  /** The expected duration of the whole composition along its longest path. */
  public static long whole(Composition composition, Plan plan) {
    return 0;
  }
}
