package io.corale.flow;

import io.corale.flow.Task.Tasks;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a task does. */
sealed interface Work {
  /** The lists of tasks inside, if it is made of tasks. */
  default List<Tasks> inner() {
    return List.of();
  }

  /** Where it may lead on its own account, beside the {@code then} of its task. */
  default List<Next> exits() {
    return List.of();
  }

  /** Whether its own expressions look at this variable. */
  default boolean mentionsItself(String variable) {
    return false;
  }

  /** Whether those of its own expressions do that may be evaluated after a waiting point. */
  default boolean mentionsLater(String variable) {
    return false;
  }

  /** Whether it needs its input after a waiting point, whatever its expressions look at. */
  default boolean keepsInput() {
    return false;
  }

  /** Whether its own expressions, or those of tasks inside, look at this variable. */
  default boolean mentions(String variable) {
    return mentionsItself(variable)
        || inner().stream()
            .flatMap(tasks -> tasks.list().stream())
            .anyMatch(task -> task.mentions(variable));
  }

  /** Runs tasks in order. */
  record Do(Tasks tasks) implements Work {
    @Override
    public List<Tasks> inner() {
      return List.of(tasks);
    }
  }

  /** Makes a value. */
  record Set(Template value) implements Work {
    @Override
    public boolean mentionsItself(String variable) {
      return value.mentions(variable);
    }
  }

  /** Chooses where to go; the task's own {@code then} where no case matches. */
  record Switch(List<Case> cases) implements Work {
    public Switch {
      cases = List.copyOf(cases);
    }

    @Override
    public List<Next> exits() {
      return cases.stream().map(Case::then).toList();
    }

    @Override
    public boolean mentionsItself(String variable) {
      return cases.stream()
          .anyMatch(each -> each.when().isPresent() && each.when().get().mentions(variable));
    }
  }

  /**
   * One case of a switch; without a condition it always matches.
   *
   * @param position of it in the source, where the default may stand anywhere
   */
  record Case(int position, String name, Optional<Template> when, Next then) {
    /** Its place below the switch. */
    String place() {
      return position + "/" + Scope.escaped(name);
    }
  }

  /** The list that a loop goes through, and the variables of an iteration. */
  record Range(String each, String at, Template in) {}

  /** Runs tasks once for each item of a list, one after the other, while a condition holds. */
  record For(Range range, Optional<Template> condition, Tasks tasks) implements Work {
    @Override
    public List<Tasks> inner() {
      return List.of(tasks);
    }

    @Override
    public boolean mentionsItself(String variable) {
      return range.in().mentions(variable) || mentionsLater(variable);
    }

    @Override
    public boolean mentionsLater(String variable) {
      return condition.isPresent() && condition.get().mentions(variable);
    }
  }

  /** Runs tasks once for each item of a list, at most so many iterations side by side. */
  record Spread(Range range, int parallelism, Tasks tasks) implements Work {
    @Override
    public List<Tasks> inner() {
      return List.of(tasks);
    }

    @Override
    public boolean mentionsItself(String variable) {
      return range.in().mentions(variable);
    }
  }

  /** Runs tasks side by side; if they compete, the first that ends ends the others. */
  record Fork(Tasks branches, boolean competes) implements Work {
    @Override
    public List<Tasks> inner() {
      return List.of(branches);
    }
  }

  /** Calls a function, or makes a request; without arguments it gets the task's input. */
  record Call(FunctionSpec function, Optional<Template> arguments) implements Work {
    @Override
    public boolean mentionsItself(String variable) {
      return (arguments.isPresent() && arguments.get().mentions(variable))
          || (function.request().isPresent() && function.request().get().mentions(variable));
    }
  }

  /**
   * Calls a function that is a task, which runs here, with the arguments for its raw input; without
   * them with the task's input.
   *
   * @param task the only one of its list
   */
  record Function(String name, Optional<Template> arguments, Tasks task) implements Work {
    @Override
    public List<Tasks> inner() {
      return List.of(task);
    }

    @Override
    public boolean mentionsItself(String variable) {
      return arguments.isPresent() && arguments.get().mentions(variable);
    }
  }

  /**
   * Runs another composition of the same owner; without an input that gets the task's.
   *
   * @param version empty: the highest release
   */
  record Run(
      String namespace,
      String name,
      Optional<String> version,
      Optional<Template> input,
      boolean isAwaited)
      implements Work {
    @Override
    public boolean mentionsItself(String variable) {
      return input.isPresent() && input.get().mentions(variable);
    }

    /** What is not awaited gives the input of its task. */
    @Override
    public boolean keepsInput() {
      return !isAwaited;
    }

    /** What it runs, for people. */
    String target() {
      return version.map(each -> name + ":" + each).orElse(name);
    }
  }

  /**
   * Runs a composition of another owner: a call, on an account that knows the way there.
   *
   * @param call whose result tells how it ended
   */
  record Elsewhere(Call call, String name, boolean isAwaited) implements Work {
    @Override
    public boolean mentionsItself(String variable) {
      return call.mentionsItself(variable);
    }

    /** What is not awaited gives the input of its task. */
    @Override
    public boolean keepsInput() {
      return !isAwaited;
    }
  }

  /** Runs tasks, and deals with the errors in them. */
  record Try(Tasks tasks, Catch catching) implements Work {
    @Override
    public List<Tasks> inner() {
      return Stream.concat(Stream.of(tasks), catching.tasks().stream()).toList();
    }

    @Override
    public List<Next> exits() {
      return catching.then().stream().toList();
    }

    @Override
    public boolean mentionsItself(String variable) {
      return catching.mentions(variable);
    }

    @Override
    public boolean mentionsLater(String variable) {
      return catching.mentions(variable);
    }

    /** Whether the catching tasks look at the error. */
    boolean looksAtError() {
      return catching.tasks().stream()
          .flatMap(list -> list.list().stream())
          .anyMatch(task -> task.mentions(catching.as()));
    }

    /** Another attempt, the catching tasks and an ignored error all begin with the input. */
    @Override
    public boolean keepsInput() {
      return true;
    }
  }

  /**
   * Runs the work of a task, with tasks before and after it.
   *
   * @param place of the extension, a JSON pointer
   * @param task the only one of its list; its work is the extended one
   */
  record Extended(
      String place,
      Optional<Template> when,
      Optional<Tasks> before,
      Tasks task,
      Optional<Tasks> after)
      implements Work {
    /** The same around this task. */
    Extended around(Tasks other) {
      return new Extended(place, when, before, other, after);
    }

    @Override
    public List<Tasks> inner() {
      return Stream.of(before, Optional.of(task), after).flatMap(Optional::stream).toList();
    }

    @Override
    public List<Next> exits() {
      return task.first().work().exits();
    }

    @Override
    public boolean mentionsItself(String variable) {
      return when.isPresent() && when.get().mentions(variable);
    }

    /** The work may begin, and what is after it does, after a waiting point. */
    @Override
    public boolean mentionsLater(String variable) {
      return inner().stream()
          .flatMap(tasks -> tasks.list().stream())
          .anyMatch(each -> each.mentions(variable));
    }

    @Override
    public boolean keepsInput() {
      return true;
    }
  }

  /** Fails with an error. */
  record Raise(ErrorSpec error, Optional<String> named) implements Work {
    /** The place of the error that this task raises. */
    String place(Task task) {
      return named.orElse(task.place() + "/raise/error");
    }

    @Override
    public boolean mentionsItself(String variable) {
      return error.mentions(variable);
    }
  }

  /** Announces an event, which is its output. */
  record Emit(Template with) implements Work {
    @Override
    public boolean mentionsItself(String variable) {
      return with.mentions(variable);
    }
  }

  /** Waits for events, and does something with each. */
  record Listen(Listening listening) implements Work {
    @Override
    public List<Tasks> inner() {
      return listening.tasks();
    }

    @Override
    public boolean mentionsItself(String variable) {
      return listening.mentions(variable);
    }

    @Override
    public boolean mentionsLater(String variable) {
      return listening.mentions(variable);
    }

    @Override
    public boolean keepsInput() {
      return listening.comparesWithInput();
    }
  }

  /** Lets time pass; its input is its output. */
  record Wait(Span span) implements Work {
    @Override
    public boolean mentionsItself(String variable) {
      return span.mentions(variable);
    }

    @Override
    public boolean keepsInput() {
      return true;
    }
  }
}
