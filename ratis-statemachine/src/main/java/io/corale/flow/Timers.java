package io.corale.flow;

import io.corale.scheduler.Subscription;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The timers and ears of one branch: which are set in the log, and which should be when the branch
 * waits again. Number 0 is the timeout of the composition; a frame at depth {@code d}, from 1, has
 * the numbers {@code 4d} to {@code 4d + 3}, so that what is further in has greater numbers.
 *
 * <p>Confined to the evaluation that made it.
 */
final class Timers {
  /** What a timer of a frame is for; outer before inner. */
  enum Kind {
    TIMEOUT(0),
    ATTEMPT(1),
    PAUSE(2),
    /** No timer: with it, the frame listens. */
    EAR(3);

    private static final Kind[] BY_DIGIT = values();

    private final int digit;

    Kind(int digit) {
      this.digit = digit;
    }
  }

  /** The timeout of the composition. */
  static final int WHOLE = 0;

  private static final int KINDS = 4;

  private final SortedSet<Integer> set;
  private final SortedMap<Integer, OptionalLong> wanted = new TreeMap<>();
  private final SortedMap<Integer, List<Subscription>> opened = new TreeMap<>();

  /**
   * @param set in the log
   */
  Timers(SortedSet<Integer> set) {
    this.set = new TreeSet<>(set);
    set.forEach(number -> wanted.put(number, OptionalLong.empty()));
  }

  static int number(int depth, Kind kind) {
    return KINDS * depth + kind.digit;
  }

  static int depth(int number) {
    return number / KINDS;
  }

  static Kind kind(int number) {
    return Kind.BY_DIGIT[number % KINDS];
  }

  /** Sets a timer anew, from the moment of this evaluation. */
  void want(int number, long micros) {
    wanted.put(number, OptionalLong.of(micros));
  }

  /** Opens an ear anew. */
  void listen(int number, List<Subscription> subscriptions) {
    wanted.put(number, OptionalLong.empty());
    opened.put(number, subscriptions);
  }

  void drop(int number) {
    wanted.remove(number);
  }

  /** Calls off all timers, and closes all ears, of frames deeper than this. */
  void dropBelow(int depth) {
    wanted.tailMap(KINDS * (depth + 1)).clear();
    opened.tailMap(KINDS * (depth + 1)).clear();
  }

  /** Notes that a timer was due: the log has forgotten it, and those of greater numbers. */
  void elapsed(int number) {
    set.tailSet(number).clear();
    wanted.tailMap(number).clear();
  }

  /** The timers that are set, and the ears that are open, while the branch waits. */
  SortedSet<Integer> numbers() {
    return new TreeSet<>(wanted.keySet());
  }

  /** What makes the log agree. */
  List<Step> steps(int branch) {
    List<Step> steps = new ArrayList<>();
    for (int number : set) {
      if (!wanted.containsKey(number)) {
        steps.add(
            kind(number) == Kind.EAR
                ? new Step.Listen(branch, number, List.of())
                : new Step.Disarm(branch, number));
      }
    }
    for (var ear : opened.entrySet()) {
      if (set.contains(ear.getKey())) {
        steps.add(new Step.Listen(branch, ear.getKey(), List.of())); // Of the task before.
      }
      steps.add(new Step.Listen(branch, ear.getKey(), ear.getValue()));
    }
    wanted.forEach(
        (number, micros) -> micros.ifPresent(due -> steps.add(new Step.Arm(branch, number, due))));
    return steps;
  }
}
