package io.corale.flow;

import io.corale.flow.Work.Case;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Checks where control may go: the targets of {@code then}, and that every task is reached. */
final class Flow {
  static final List<String> DIRECTIVES = List.of("continue", "exit", "end");

  private final Findings findings;

  Flow(Findings findings) {
    this.findings = findings;
  }

  /**
   * The list in which a {@code then} stands.
   *
   * @param names of its tasks, by position
   */
  record Around(List<String> names, Scope.Kind kind) {
    Around {
      names = List.copyOf(names);
    }
  }

  /** Reads a {@code then}. */
  Optional<Next> next(Marked value, Around around) {
    Optional<String> target = findings.string(value, "'then'");
    if (target.isEmpty()) {
      return Optional.empty();
    }
    return switch (target.get()) {
      case "continue" -> Optional.of(new Next.Continue());
      case "exit" -> Optional.of(new Next.Exit());
      case "end" -> Optional.of(new Next.End());
      default -> named(value, target.get(), around);
    };
  }

  private Optional<Next> named(Marked value, String target, Around around) {
    boolean isBranch = around.kind() == Scope.Kind.BRANCHES;
    int position = around.names().indexOf(target);
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
    List<String> known = isBranch ? DIRECTIVES : join(around.names());
    findings.add(
        value,
        "'then: " + target + "' names no task of the same list",
        findings.hint(target, known, "expected one of: " + String.join(", ", known)));
    return Optional.empty();
  }

  private static List<String> join(List<String> names) {
    return Stream.concat(names.stream(), DIRECTIVES.stream()).distinct().toList();
  }

  /**
   * Reports each task of a list to which no way leads.
   *
   * @param tasks by position; empty for one that is broken, which may lead wherever it does not
   *     clearly say otherwise
   */
  void requireReachable(List<Optional<Task>> tasks, List<Marked.Field> named, Around around) {
    SortedSet<Integer> reached = new TreeSet<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(0));
    while (!open.isEmpty()) {
      int position = open.pop();
      if (position < tasks.size() && reached.add(position)) {
        open.addAll(
            tasks.get(position).isPresent()
                ? successors(tasks.get(position).get(), tasks.size())
                : successors(named.get(position), position, around));
      }
    }
    for (int position = 0; position < tasks.size(); position++) {
      if (!reached.contains(position)) {
        findings.add(
            named.get(position),
            "task '" + named.get(position).key() + "' is never reached",
            "no 'then' leads to it, and the task before it always goes elsewhere");
      }
    }
  }

  /** Where a broken task may lead: by its own words, if it is clear which work it should do. */
  private static List<Integer> successors(Marked.Field broken, int position, Around around) {
    List<Integer> all = IntStream.range(0, around.names().size()).boxed().toList();
    if (!(broken.value() instanceof Marked.Fields fields) || !hasPlainWork(fields)) {
      return all;
    }
    Optional<Marked> then = fields.get("then");
    String target = then.map(value -> value.value().asText()).orElse("continue");
    if (DIRECTIVES.contains(target)) {
      boolean goesOn = target.equals("continue") || fields.get("if").isPresent();
      return goesOn ? List.of(position + 1) : List.of();
    }
    int to = around.names().indexOf(target);
    if (to < 0) {
      return all;
    }
    return fields.get("if").isPresent() ? List.of(to, position + 1) : List.of(to);
  }

  private static boolean hasPlainWork(Marked.Fields fields) {
    long works = TaskReader.WORKS.stream().filter(work -> fields.get(work).isPresent()).count();
    return works == 1
        && Stream.of("set", "call", "wait", "run", "emit")
            .anyMatch(work -> fields.get(work).isPresent());
  }

  /**
   * The positions to which control may go in the list of a task when the task has ended; none where
   * it only leaves the list.
   */
  static SortedSet<Integer> successors(Task task, int size) {
    SortedSet<Integer> successors = new TreeSet<>();
    task.work().exits().forEach(next -> add(successors, next, task, size));
    if (!hasOnlyItsOwnExits(task.work())) {
      add(successors, task.then(), task, size);
    }
    if (task.filters().condition().isPresent()) {
      add(successors, new Next.Continue(), task, size);
    }
    return successors;
  }

  /** Whether the {@code then} of a task with this work is never followed. */
  private static boolean hasOnlyItsOwnExits(Work work) {
    if (work instanceof Work.Extended extended) {
      return extended.before().isEmpty() && hasOnlyItsOwnExits(extended.task().first().work());
    }
    return work instanceof Work.Raise
        || (work instanceof Work.Switch choice
            && choice.cases().stream().map(Case::when).anyMatch(Optional::isEmpty));
  }

  private static void add(SortedSet<Integer> positions, Next next, Task task, int size) {
    if (next instanceof Next.To to) {
      positions.add(to.position());
    } else if (next instanceof Next.Continue && task.position() + 1 < size) {
      positions.add(task.position() + 1);
    }
  }
}
