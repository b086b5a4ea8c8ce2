package io.corale.flow;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.StringJoiner;

/**
 * What is counted over all texts while the tasks of one composition are read: functions and
 * extensions are read wherever they run, so that a little source could grow without bounds.
 */
final class Expansion {
  /** The canonical forms of functions that are tasks, each counted for every call of it. */
  static final int MAX_BYTES = 1024 * 1024;

  private final Deque<String> around = new ArrayDeque<>();
  private int lastId;
  private int bytes;

  /** The number of another task. */
  int nextId() {
    lastId++;
    return lastId;
  }

  /** How many tasks there are so far. */
  int tasks() {
    return lastId;
  }

  /** Counts a function once more; whether there is still room. */
  boolean takes(Marked function) {
    bytes += Json.write(function.value()).sizeBytes();
    return bytes <= MAX_BYTES;
  }

  /** Whether this function is being read, so that it would call itself. */
  boolean isInside(String function) {
    return around.contains(function);
  }

  /** The way by which a function would come to itself. */
  String way(String function) {
    StringJoiner way = new StringJoiner(" -> ");
    boolean isOn = false;
    for (Iterator<String> names = around.descendingIterator(); names.hasNext(); ) {
      String name = names.next();
      isOn |= name.equals(function);
      if (isOn) {
        way.add(name);
      }
    }
    return way.add(function).toString();
  }

  void enter(String function) {
    around.push(function);
  }

  void leave() {
    around.pop();
  }
}
