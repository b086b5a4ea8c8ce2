package io.corale.client.wfformat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which task of a workflow precedes which, through any number of others.
 *
 * <p>Tasks are numbered so that who precedes has the lower number; equal workflows are numbered
 * equally.
 */
final class Precedence {
  private final List<RecordedTask> tasks;
  private final List<BitSet> before;
  private final List<BitSet> after;

  private Precedence(List<RecordedTask> tasks, List<BitSet> before, List<BitSet> after) {
    this.tasks = List.copyOf(tasks);
    this.before = before;
    this.after = after;
  }

  /** Refuses a parent that is no task, and a cycle by the names of its tasks. */
  static Precedence of(RecordedWorkflow workflow) throws UnusableWorkflowException {
    List<RecordedTask> sorted = sorted(workflow);
    Map<String, Integer> numbers = new LinkedHashMap<>();
    sorted.forEach(task -> numbers.put(task.id(), numbers.size()));
    List<BitSet> before = new ArrayList<>();
    List<BitSet> after = new ArrayList<>();
    for (int number = 0; number < sorted.size(); number++) {
      BitSet ancestors = new BitSet();
      for (String parent : sorted.get(number).parents()) {
        int ancestor = numbers.getOrDefault(parent, -1);
        ancestors.or(before.get(ancestor));
        ancestors.set(ancestor);
      }
      before.add(ancestors);
      after.add(new BitSet());
      int each = number;
      ancestors.stream().forEach(ancestor -> after.get(ancestor).set(each));
    }
    return new Precedence(sorted, before, after);
  }

  private static List<RecordedTask> sorted(RecordedWorkflow workflow)
      throws UnusableWorkflowException {
    Map<String, RecordedTask> waiting = new LinkedHashMap<>();
    workflow.tasks().forEach(task -> waiting.put(task.id(), task));
    requireKnownParents(waiting);
    List<RecordedTask> sorted = new ArrayList<>();
    while (!waiting.isEmpty()) {
      List<RecordedTask> ready =
          waiting.values().stream()
              .filter(task -> task.parents().stream().noneMatch(waiting::containsKey))
              .toList();
      if (ready.isEmpty()) {
        throw new UnusableWorkflowException("the tasks wait in a circle: " + cycle(waiting));
      }
      ready.forEach(task -> waiting.remove(task.id()));
      sorted.addAll(ready);
    }
    return sorted;
  }

  private static void requireKnownParents(Map<String, RecordedTask> tasks)
      throws UnusableWorkflowException {
    for (RecordedTask task : tasks.values()) {
      for (String parent : task.parents()) {
        if (!tasks.containsKey(parent)) {
          throw new UnusableWorkflowException(
              "task '" + task.id() + "' names the parent '" + parent + "', which is not a task");
        }
      }
    }
  }

  /** Every task that waits has a parent that waits: going up must come back to where it was. */
  private static String cycle(Map<String, RecordedTask> waiting) {
    List<String> path = new ArrayList<>();
    String at = waiting.keySet().iterator().next();
    while (!path.contains(at)) {
      path.add(0, at);
      at =
          waiting.getOrDefault(at, waiting.values().iterator().next()).parents().stream()
              .filter(waiting::containsKey)
              .findFirst()
              .orElse(at);
    }
    List<String> circle = new ArrayList<>(path.subList(0, path.indexOf(at) + 1));
    circle.add(0, at);
    return String.join(" -> ", circle);
  }

  RecordedTask task(int number) {
    return tasks.get(number);
  }

  /** All tasks. */
  BitSet all() {
    BitSet all = new BitSet();
    all.set(0, tasks.size());
    return all;
  }

  boolean precedes(int first, int second) {
    return before.get(second).get(first);
  }

  /** Those of {@code part} that precede the task. */
  BitSet before(int number, BitSet part) {
    return and(before.get(number), part);
  }

  /** Those of {@code part} that the task precedes. */
  BitSet after(int number, BitSet part) {
    return and(after.get(number), part);
  }

  private static BitSet and(BitSet one, BitSet other) {
    BitSet both = (BitSet) one.clone();
    both.and(other);
    return both;
  }

  /** How long each task of {@code part} and what precedes it there take at least; else 0. */
  long[] endsMicros(BitSet part) {
    long[] ends = new long[tasks.size()];
    for (int task = part.nextSetBit(0); task >= 0; task = part.nextSetBit(task + 1)) {
      long start = before(task, part).stream().mapToLong(each -> ends[each]).max().orElse(0);
      ends[task] = start + tasks.get(task).runtimeMicros();
    }
    return ends;
  }

  /** How long {@code part} takes at least, with as many machines as it likes. */
  long criticalMicros(BitSet part) {
    long most = 0;
    for (long end : endsMicros(part)) {
      most = Math.max(most, end);
    }
    return most;
  }

  /** Groups no two tasks of which are in an order: they may run side by side. */
  List<BitSet> independent(BitSet part) {
    return connected(
        part,
        task -> {
          BitSet related = before(task, part);
          related.or(after(task, part));
          return related;
        });
  }

  /** Groups each of which precedes the next as a whole. */
  List<BitSet> consecutive(BitSet part) {
    List<BitSet> groups =
        new ArrayList<>(
            connected(
                part,
                task -> {
                  BitSet unrelated = (BitSet) part.clone();
                  unrelated.andNot(before.get(task));
                  unrelated.andNot(after.get(task));
                  return unrelated;
                }));
    groups.sort((one, other) -> precedes(one.nextSetBit(0), other.nextSetBit(0)) ? -1 : 1);
    return groups;
  }

  private interface Neighbours {
    BitSet of(int task);
  }

  private static List<BitSet> connected(BitSet part, Neighbours neighbours) {
    List<BitSet> groups = new ArrayList<>();
    BitSet left = (BitSet) part.clone();
    while (!left.isEmpty()) {
      BitSet group = new BitSet();
      BitSet open = new BitSet();
      open.set(left.nextSetBit(0));
      while (!open.isEmpty()) {
        int task = open.nextSetBit(0);
        open.clear(task);
        group.set(task);
        left.clear(task);
        BitSet more = neighbours.of(task);
        more.and(left);
        open.or(more);
      }
      groups.add(group);
    }
    return groups;
  }
}
