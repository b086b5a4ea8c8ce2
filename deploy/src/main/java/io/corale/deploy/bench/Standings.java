package io.corale.deploy.bench;

import io.corale.wire.Door;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who leads each cell, and in which term, as the newest word on it says.
 *
 * @param cells by the name of the owner
 */
record Standings(SortedMap<String, Standing> cells) {
  /** A superpeer that is not known is empty. */
  record Standing(long term, String superpeer) {}

  /** What several nodes say of their replicas. */
  static Standings of(Collection<List<Door.CellReport>> said) {
    SortedMap<String, Standing> newest = new TreeMap<>();
    said.stream()
        .flatMap(List::stream)
        .forEach(
            cell ->
                newest.merge(
                    cell.getOwner(),
                    new Standing(cell.getTerm(), cell.getSuperpeer()),
                    Standings::newer));
    return new Standings(newest);
  }

  /** Of one term, the one that knows who leads it. */
  private static Standing newer(Standing one, Standing other) {
    if (one.term != other.term) {
      return one.term > other.term ? one : other;
    }
    return one.superpeer.isEmpty() ? other : one;
  }

  /** How many have a superpeer. */
  int led() {
    return (int) cells.values().stream().filter(cell -> !cell.superpeer.isEmpty()).count();
  }

  /** How many this node leads. */
  int ledBy(String node) {
    return (int) cells.values().stream().filter(cell -> cell.superpeer.equals(node)).count();
  }

  /** How many elections there were since, in all cells: each that is begun takes a term. */
  long termsSince(Standings before) {
    return cells.entrySet().stream()
        .mapToLong(cell -> cell.getValue().term - before.of(cell.getKey()).term)
        .sum();
  }

  /** In how many cells there was one. */
  int electedSince(Standings before) {
    return (int)
        cells.entrySet().stream()
            .filter(cell -> cell.getValue().term != before.of(cell.getKey()).term)
            .count();
  }

  /** How many have another superpeer than before. */
  int movedSince(Standings before) {
    return (int)
        cells.entrySet().stream()
            .filter(
                cell ->
                    !Objects.equals(cell.getValue().superpeer, before.of(cell.getKey()).superpeer))
            .count();
  }

  private Standing of(String owner) {
    return cells.getOrDefault(owner, new Standing(0, ""));
  }
}
