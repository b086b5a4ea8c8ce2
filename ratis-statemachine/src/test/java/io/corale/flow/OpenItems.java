package io.corale.flow;

import io.corale.scheduler.Branch;
import io.corale.scheduler.OwnerScheduler;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many items of a parallel {@code for} were open at most: counted branch by branch after each
 * entry, as the scheduler's own count could be wrong.
 */
final class OpenItems {
  private int most;

  /** Counts what is open now. */
  void count(OwnerScheduler scheduler) {
    Map<Branch.Key, Integer> open = new LinkedHashMap<>();
    for (Branch branch : scheduler.image().branches()) {
      if (branch.waiting().children().spread().isPresent()) {
        open.put(branch.key(), 0);
      } else if (branch.output().isEmpty()) {
        open.computeIfPresent(
            new Branch.Key(branch.key().invocation(), branch.parent()),
            (parent, count) -> count + 1);
      }
    }
    most = open.values().stream().reduce(most, Math::max);
  }

  /** The most of one list at any index of the log. */
  int most() {
    return most;
  }
}
