package io.corale.flow;

import io.corale.flow.Task.Case;
import io.corale.flow.Task.Work;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Checks where control may go: the targets of {@code then}, and that every task is reached. */
final class Flow {
  static final List<String> DIRECTIVES = List.of("continue", "exit", "end");

  private final Findings findings;

  Flow(Findings findings) {
    this.findings = findings;
  }

  /**
   * Reads a {@code then}.
   *
   * @param names of the tasks in the same list, by position
   * @param isInFork whether a fork is around it
   * @param isBranch whether its task is itself a branch of a fork
   */
  Optional<Next> next(Marked value, List<String> names, boolean isInFork, boolean isBranch) {
    Optional<String> target = findings.string(value, "'then'");
    if (target.isEmpty()) {
      return Optional.empty();
    }
    return switch (target.get()) {
      case "continue" -> Optional.of(new Next.Continue());
      case "exit" -> Optional.of(new Next.Exit());
      case "end" -> end(value, isInFork);
      default -> named(value, target.get(), names, isBranch);
    };
  }

  private Optional<Next> end(Marked value, boolean isInFork) {
    if (isInFork) {
      findings.add(
          value,
          "'then: end' is not supported yet inside of a fork",
          "'then: exit' ends the branch");
      return Optional.empty();
    }
    return Optional.of(new Next.End());
  }

  private Optional<Next> named(Marked value, String target, List<String> names, boolean isBranch) {
    int position = names.indexOf(target);
    if (position >= 0 && !isBranch) {
      return Optional.of(new Next.To(position));
    }
    if (position >= 0) {
      findings.add(
          value,
          "'then: " + target + "' leads to another branch of the same fork",
          "branches run side by side; put a 'do' into the branch");
      return Optional.empty();
    }
    List<String> known = isBranch ? DIRECTIVES : join(names);
    findings.add(
        value,
        "'then: " + target + "' names no task of the same list",
        Spelling.hint(target, known, "expected one of: " + String.join(", ", known)));
    return Optional.empty();
  }

  private static List<String> join(List<String> names) {
    return Stream.concat(names.stream(), DIRECTIVES.stream()).distinct().toList();
  }

  /** Reports each task of a list to which no way leads. */
  void requireReachable(List<Task> tasks, List<Marked.Field> named) {
    SortedSet<Integer> reached = new TreeSet<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(0));
    while (!open.isEmpty()) {
      int position = open.pop();
      if (position < tasks.size() && reached.add(position)) {
        open.addAll(successors(tasks.get(position), tasks.size()));
      }
    }
    for (int position = 0; position < tasks.size(); position++) {
      if (!reached.contains(position)) {
        findings.add(
            named.get(position),
            "task '" + tasks.get(position).name() + "' is never reached",
            "no 'then' leads to it, and the task before it always goes elsewhere");
      }
    }
  }

  /**
   * The positions to which control may go in the list of a task when the task has ended; none where
   * it only leaves the list.
   */
  static SortedSet<Integer> successors(Task task, int size) {
    SortedSet<Integer> successors = new TreeSet<>();
    boolean hasDefault = false;
    if (task.work() instanceof Work.Switch choice) {
      for (Case option : choice.cases()) {
        add(successors, option.then(), task, size);
        hasDefault |= option.when().isEmpty();
      }
    }
    if (!hasDefault) {
      add(successors, task.then(), task, size);
    }
    if (task.condition().isPresent()) {
      add(successors, new Next.Continue(), task, size);
    }
    return successors;
  }

  private static void add(SortedSet<Integer> positions, Next next, Task task, int size) {
    if (next instanceof Next.To to) {
      positions.add(to.position());
    } else if (next instanceof Next.Continue && task.position() + 1 < size) {
      positions.add(task.position() + 1);
    }
  }
}
