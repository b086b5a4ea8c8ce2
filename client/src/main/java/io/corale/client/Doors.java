package io.corale.client;

import java.util.List;
import java.util.Optional;

/**
 * Which node to ask: the one that answered last for this owner, else the others in turn.
 * Thread-safe.
 */
final class Doors {
  private final List<String> nodes;
  private Optional<String> preferred = Optional.empty();
  private int turn;

  /**
   * @param turn where to begin, so that many clients do not all ask the first
   */
  Doors(List<String> nodes, int turn) {
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("nodes: at least one host:port is needed");
    }
    this.nodes = List.copyOf(nodes);
    this.turn = Math.floorMod(turn, nodes.size());
  }

  synchronized String next() {
    return preferred.orElseGet(() -> nodes.get(turn));
  }

  /** {@code address} answered, and says who will know better next time, if not itself. */
  synchronized void answered(String address, String nextDoor) {
    preferred = Optional.of(nextDoor.isEmpty() ? address : nextDoor);
  }

  /** {@code address} did not answer, or does not serve for now: the next one's turn. */
  synchronized void failed(String address) {
    if (preferred.isPresent() && preferred.get().equals(address)) {
      preferred = Optional.empty();
    }
    if (nodes.get(turn).equals(address)) {
      turn = (turn + 1) % nodes.size();
    }
  }

  int size() {
    return nodes.size();
  }
}
