package io.corale.scheduler.simulated;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Finds a few of the troubles of a failing seed that suffice for it to fail as it did: it spares it
 * ever smaller parts of them, and leaves out what does not matter (delta debugging, after A. Zeller
 * and R. Hildebrandt, <i>Simplifying and Isolating Failure-Inducing Input</i>, 2002).
 */
final class Shrinker {
  /** A run takes a tenth of a second. */
  private static final int MOST_RUNS = 200;

  private final long seed;
  private final World world;
  private int runs;

  private Shrinker(long seed, World world) {
    this.seed = seed;
    this.world = world;
  }

  /**
   * What a seed needs to fail.
   *
   * @param of how many troubles it had
   * @param failure the first line of what it failed with
   */
  record Shrunk(int of, List<String> troubles, String failure) {
    @Override
    public String toString() {
      return troubles.size() + " of " + of + " troubles suffice: " + troubles + " for: " + failure;
    }
  }

  /** How a run failed, and with which troubles; by what it is compared with others. */
  private record Failure(String kind, Map<Integer, String> struck, Shrunk words) {}

  /** Shrinks a seed; empty where it does not fail. */
  static Optional<Shrunk> shrink(long seed, World world) {
    return new Shrinker(seed, world).shrink();
  }

  private Optional<Shrunk> shrink() {
    Optional<Failure> first = run(Set.of());
    if (first.isEmpty()) {
      return Optional.empty();
    }
    Failure best = first.get();
    int all = best.struck().size();
    Set<Integer> spared = new LinkedHashSet<>();
    int part = (all + 1) / 2;
    while (part >= 1) {
      int before = spared.size();
      for (List<Integer> some : parts(best.struck().keySet(), part)) {
        Set<Integer> more = new LinkedHashSet<>(spared);
        more.addAll(some);
        Optional<Failure> still = run(more);
        if (still.isPresent() && still.get().kind().equals(best.kind())) {
          spared = more;
          best = still.get();
        }
      }
      boolean isLast = part == 1 && spared.size() == before;
      part = isLast ? 0 : (part + 1) / 2;
    }
    return Optional.of(new Shrunk(all, best.words().troubles(), best.words().failure()));
  }

  private static List<List<Integer>> parts(Set<Integer> numbers, int size) {
    List<Integer> all = new ArrayList<>(numbers);
    List<List<Integer>> parts = new ArrayList<>();
    for (int from = 0; from < all.size(); from += size) {
      parts.add(all.subList(from, Math.min(all.size(), from + size)));
    }
    return parts;
  }

  private Optional<Failure> run(Set<Integer> spared) {
    if (runs++ >= MOST_RUNS) {
      return Optional.empty();
    }
    SimCell cell = new SimCell(seed, world.sparing(spared));
    try {
      cell.run();
      return Optional.empty();
    } catch (AssertionError e) {
      String kind =
          e.getCause() instanceof Judge.Violation violation
              ? violation.check().name()
              : Objects.toString(e.getCause()).lines().findFirst().orElse("");
      String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      Map<Integer, String> struck = cell.faults().struck();
      return Optional.of(
          new Failure(kind, struck, new Shrunk(struck.size(), cell.faults().words(), line)));
    }
  }
}
