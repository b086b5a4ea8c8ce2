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
  /** Whether this task, or one inside it, looks at this variable. */
  boolean mentions(String variable) {
    return condition.map(query -> query.mentions(variable)).orElse(false)
        || from.map(template -> template.mentions(variable)).orElse(false)
        || as.map(template -> template.mentions(variable)).orElse(false)
        || work.mentions(variable);
  }

  /** What a task does. */
  sealed interface Work {
    /** The tasks inside, if it is made of tasks. */
    default Optional<Tasks> inner() {
      return Optional.empty();
    }

    /** Whether its own expressions, or those of tasks inside, look at this variable. */
    default boolean mentions(String variable) {
      return inner().isPresent()
          && inner().get().list().stream().anyMatch(task -> task.mentions(variable));
    }

    /** Runs tasks in order. */
    record Do(Tasks tasks) implements Work {
      @Override
      public Optional<Tasks> inner() {
        return Optional.of(tasks);
      }
    }

    /** Makes a value. */
    record Set(Template value) implements Work {
      @Override
      public boolean mentions(String variable) {
        return value.mentions(variable);
      }
    }

    /** Chooses where to go; the task's own {@code then} where no case matches. */
    record Switch(List<Case> cases) implements Work {
      public Switch {
        cases = List.copyOf(cases);
      }

      @Override
      public boolean mentions(String variable) {
        return cases.stream()
            .anyMatch(each -> each.when().isPresent() && each.when().get().mentions(variable));
      }
    }

    /** Runs tasks once for each item of a list, one after the other. */
    record For(String each, String at, Template in, Tasks tasks) implements Work {
      @Override
      public boolean mentions(String variable) {
        return in.mentions(variable) || Work.super.mentions(variable);
      }

      @Override
      public Optional<Tasks> inner() {
        return Optional.of(tasks);
      }
    }

    /** Runs tasks side by side. */
    record Fork(Tasks branches) implements Work {
      @Override
      public Optional<Tasks> inner() {
        return Optional.of(branches);
      }
    }

    /** Calls a function; without arguments it gets the task's input. */
    record Call(FunctionSpec function, Optional<Template> arguments) implements Work {
      @Override
      public boolean mentions(String variable) {
        return arguments.isPresent() && arguments.get().mentions(variable);
      }
    }
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
