package io.corale.flow;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where a list of tasks stands while the source is read.
 *
 * @param owner id of the task that holds it; 0 for the composition
 * @param place JSON pointer of the list
 * @param variables that expressions in it may look at
 * @param nesting how deep it stands
 */
record Scope(int owner, String place, SortedSet<String> variables, Nesting nesting, Kind kind) {
  /**
   * How deep something stands.
   *
   * @param tasks around it
   * @param timers that the tasks around it may have set in the same branch
   * @param ears that they have open in the same branch
   */
  record Nesting(int tasks, int timers, int ears) {
    Nesting and(Nesting more) {
      return new Nesting(tasks + more.tasks, timers + more.timers, ears + more.ears);
    }
  }

  /** How the tasks of a list relate. */
  enum Kind {
    /** One after the other. */
    SEQUENCE,
    /** Side by side. */
    BRANCHES,
    /** One after the other, in each of several iterations side by side. */
    ITERATIONS
  }

  /** What every expression of a task may look at. */
  static final SortedSet<String> TASK =
      sorted(List.of("context", "input", "runtime", "task", "workflow"));

  /** What the composition's {@code input.from} may look at. */
  static final SortedSet<String> BEGINNING = sorted(List.of("runtime", "workflow"));

  /** What the composition's timeout may look at. */
  static final SortedSet<String> TIMEOUT = sorted(List.of("input", "runtime", "workflow"));

  /** What the composition's {@code output.as} may look at. */
  static final SortedSet<String> ENDING =
      sorted(List.of("context", "input", "runtime", "workflow"));

  Scope {
    variables = Collections.unmodifiableSortedSet(new TreeSet<>(variables));
  }

  /** The list of the composition itself. */
  static Scope root() {
    return new Scope(0, "/do", TASK, new Nesting(0, 0, 0), Kind.SEQUENCE);
  }

  private static SortedSet<String> sorted(List<String> names) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(names));
  }

  /** The task at this position, as the holder of lists, with what it holds itself. */
  Scope task(int id, int position, String name, Nesting own) {
    return new Scope(
        id, place + "/" + position + "/" + name, variables, nesting.and(own), Kind.SEQUENCE);
  }

  /** A function that this task calls, as the only one of its list: it sees what it is given. */
  Scope function(int id, String name, Nesting own) {
    String there = "/use/functions/" + escaped(name);
    return new Scope(id, there, TASK, nesting.and(own), Kind.SEQUENCE);
  }

  /** A name as a step of a JSON pointer (RFC 6901). */
  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  /** The same task as the holder of another list, which stands elsewhere in the document. */
  Scope elsewhere(String list) {
    return new Scope(owner, list, variables, nesting, Kind.SEQUENCE);
  }

  /** The work of this task as a task of its own, inside of what extends it. */
  Scope inner(int id) {
    return new Scope(
        id,
        place,
        variables,
        new Nesting(nesting.tasks() + 1, nesting.timers(), nesting.ears()),
        kind);
  }

  /** A list that this task holds. */
  Scope list(String below, Kind kind) {
    Nesting inside = kind == Kind.SEQUENCE ? nesting : new Nesting(nesting.tasks(), 0, 0);
    return new Scope(owner, place + below, variables, inside, kind);
  }

  /** The same, with more variables. */
  Scope with(List<String> more) {
    SortedSet<String> all = new TreeSet<>(variables);
    all.addAll(more);
    return new Scope(owner, place, all, nesting, kind);
  }

  SortedSet<String> variablesWithout(String name) {
    SortedSet<String> others = new TreeSet<>(variables);
    others.remove(name);
    return others;
  }
}
