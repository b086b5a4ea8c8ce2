package io.corale.flow.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds parts that apply themselves to the same value again.
 *
 * <p>Parts that lead nowhere are taken away until none is left that does, then those to which
 * nothing leads. What remains lies on a circle, or on a way from one to another.
 */
final class Circles {
  private final SortedMap<String, List<String>> next = new TreeMap<>();
  private final SortedMap<String, List<String>> previous = new TreeMap<>();

  private Circles(Collection<Part> parts) {
    for (Part part : parts) {
      for (Rule rule : part.rules()) {
        for (Part other : rule.inPlace()) {
          add(next, part.pointer(), other.pointer());
          add(previous, other.pointer(), part.pointer());
        }
      }
    }
  }

  private static void add(SortedMap<String, List<String>> ways, String from, String to) {
    ways.computeIfAbsent(from, part -> new ArrayList<>()).add(to);
  }

  /** The pointers of the parts on circles. */
  static SortedSet<String> among(Collection<Part> parts) {
    Circles circles = new Circles(parts);
    SortedSet<String> left = new TreeSet<>(circles.next.keySet());
    takeAway(left, circles.next, circles.previous);
    takeAway(left, circles.previous, circles.next);
    return left;
  }

  /** Takes away what leads to nothing that is left. */
  private static void takeAway(
      SortedSet<String> left,
      SortedMap<String, List<String>> next,
      SortedMap<String, List<String>> previous) {
    SortedMap<String, Long> ways = new TreeMap<>();
    Deque<String> ends = new ArrayDeque<>();
    for (String part : left) {
      long count =
          next.getOrDefault(part, List.of()).stream().filter(other -> left.contains(other)).count();
      ways.put(part, count);
      if (count == 0) {
        ends.add(part);
      }
    }
    while (!ends.isEmpty()) {
      String end = ends.remove();
      left.remove(end);
      for (String before : previous.getOrDefault(end, List.of())) {
        if (left.contains(before) && ways.merge(before, -1L, Long::sum) == 0) {
          ends.add(before);
        }
      }
    }
  }
}
