package io.corale.flow;

import io.corale.flow.Task.Tasks;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Finds what tasks call by name: functions of {@code use}, and such that stand elsewhere. */
final class FunctionCalls {
  /** What the standard calls, and no provider does: it takes a connection that is kept. */
  private static final List<String> SPOKEN_BY_NONE = List.of("asyncapi", "a2a", "mcp");

  private final Findings findings;
  private final SortedMap<String, Callable> functions;
  private final Optional<LinkedFunctions> elsewhere;
  private final Expansion expansion;

  /**
   * @param functions those of {@code use.functions}; what is called elsewhere joins them
   * @param elsewhere empty where nothing but these can be called
   */
  FunctionCalls(
      Findings findings,
      SortedMap<String, Callable> functions,
      Optional<LinkedFunctions> elsewhere,
      Expansion expansion) {
    this.findings = findings;
    this.functions = functions;
    this.elsewhere = elsewhere;
    this.expansion = expansion;
  }

  /**
   * A call.
   *
   * @param at where its name stands
   * @param arguments without which a function gets the task's input
   */
  record Calling(Marked at, String name, Optional<Template> arguments, Site site) {
    Work of(FunctionSpec function) {
      return new Work.Call(function, arguments);
    }

    Work of(Tasks task) {
      return new Work.Function(name, arguments, task);
    }
  }

  /** What a call does; empty where something is wrong, which is reported. */
  Optional<Work> read(Calling calling, FunctionTasks tasks) {
    String name = calling.name();
    Callable known = functions.get(name);
    if (known instanceof Callable.OfTask task) {
      return task(task, calling, tasks);
    }
    if (known != null) {
      return known.function().map(calling::of);
    }
    if (Catalogs.isReference(name)) {
      return linked(calling);
    }
    refuse(calling.at(), name, calling.site().where());
    return Optional.empty();
  }

  private Optional<Work> task(Callable.OfTask task, Calling calling, FunctionTasks tasks) {
    String name = calling.name();
    if (expansion.isInside(name)) {
      findings.add(
          calling.at(),
          "function '" + name + "' calls itself: " + expansion.way(name),
          "a function is read where it is called; 'for' goes round, and 'run' begins another"
              + " composition, or this one again");
      return Optional.empty();
    }
    if (!expansion.takes(task.fields())) {
      findings.add(
          calling.at(),
          "more than "
              + Expansion.MAX_BYTES
              + " bytes of functions that are tasks, counted for each call",
          "make compositions of them, and 'run' those");
      return Optional.empty();
    }
    expansion.enter(name);
    Optional<Tasks> read = tasks.read(task, calling.site().here());
    expansion.leave();
    return read.map(calling::of);
  }

  private Optional<Work> linked(Calling calling) {
    if (elsewhere.isEmpty()) {
      findings.add(
          calling.at(),
          "a function that stands elsewhere calls no other, as '" + calling.name() + "'",
          "write what it does into it");
      return Optional.empty();
    }
    Optional<Work> work = elsewhere.get().work(calling);
    boolean isOne = work.isPresent() && work.get() instanceof Work.Call;
    if (isOne || work.isEmpty()) {
      functions.put(
          calling.name(),
          new Callable.Plain(
              work.filter(Work.Call.class::isInstance).map(each -> ((Work.Call) each).function())));
    }
    return work;
  }

  private void refuse(Marked at, String name, String where) {
    if (SPOKEN_BY_NONE.contains(name)) {
      findings.add(
          at,
          "'call: " + name + "' is not supported in " + where + ": no provider speaks it",
          "call a function of use.functions that does");
    } else if (name.contains("@") || name.contains("://")) {
      findings.add(
          at,
          "'" + name + "' is no address of a function",
          "expected NAME:VERSION@CATALOG, http://, https:// or file:");
    } else {
      String otherwise =
          functions.isEmpty() ? "" : "known are: " + String.join(", ", functions.keySet());
      findings.add(
          at,
          "function '" + name + "' is not in use.functions",
          findings.hint(name, functions.keySet(), otherwise));
    }
  }
}
