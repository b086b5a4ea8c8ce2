package io.corale.flow;

import io.corale.flow.jq.Query;
import java.util.List;
import java.util.Optional;

/**
 * One node of the tree that a composition is.
 *
 * @param id its number in the order of reading, from 1; what a branch remembers as its position
 * @param place JSON pointer, such as {@code /do/0/fetch}
 * @param position in its list, from 0
 * @param condition {@code if}
 * @param from {@code input.from}
 * @param as {@code output.as}
 * @param keepsInput whether {@code as} looks at {@code $input}, so that a waiting branch must
 *     remember it
 */
record Task(
    int id,
    String name,
    String place,
    int position,
    Optional<Query> condition,
    Optional<Template> from,
    Optional<Template> as,
    boolean keepsInput,
    Next then,
    Work work) {
  /** What a task does. */
  sealed interface Work {
    /** Runs tasks in order. */
    record Do(Tasks tasks) implements Work {}

    /** Makes a value. */
    record Set(Template value) implements Work {}

    /** Chooses where to go; the task's own {@code then} where no case matches. */
    record Switch(List<Case> cases) implements Work {
      public Switch {
        cases = List.copyOf(cases);
      }
    }

    /** Runs tasks once for each item of a list, one after the other. */
    record For(String each, String at, Template in, Tasks tasks) implements Work {}

    /** Runs tasks side by side. */
    record Fork(Tasks branches) implements Work {}

    /** Calls a function; without arguments it gets the task's input. */
    record Call(FunctionSpec function, Optional<Template> arguments) implements Work {}
  }

  /** One case of a switch; without a condition it always matches. */
  record Case(String name, Optional<Query> when, Next then) {}

  /**
   * Tasks that stand in one list.
   *
   * @param owner the id of the task that holds the list; 0 for the composition itself
   */
  record Tasks(int owner, List<Task> list) {
    Tasks {
      list = List.copyOf(list);
    }
  }
}
