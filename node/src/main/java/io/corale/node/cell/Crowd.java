package io.corale.node.cell;

import java.util.Optional;

/**
 * Notices when more cells are awake than the election timeouts of this node are fit for. Confined
 * to one thread.
 */
final class Crowd {
  private final ElectionTimeouts timeouts;
  private boolean isTooLarge;

  Crowd(ElectionTimeouts timeouts) {
    this.timeouts = timeouts;
  }

  /** So many are awake; what an operator is to be told now, once until there are clearly fewer. */
  Optional<String> count(int awakeCells) {
    boolean was = isTooLarge;
    isTooLarge = !timeouts.areFitFor(was ? awakeCells + awakeCells / 10 : awakeCells);
    if (!isTooLarge || was) {
      return Optional.empty();
    }
    return Optional.of(
        awakeCells
            + " cells are awake, and election timeouts of "
            + timeouts
            + " are too short for so many: set raft.electionMin and raft.electionMax to "
            + ElectionTimeouts.fitFor(awakeCells)
            + " on all nodes, or cells may change their superpeers whenever a node is busy");
  }
}
