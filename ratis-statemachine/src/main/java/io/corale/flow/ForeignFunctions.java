package io.corale.flow;

import io.corale.flow.FunctionCalls.Calling;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads functions whose text is not that of the composition. They know none of its secrets, or who
 * writes a catalog could send them wherever he wants; none of its names, or they would mean
 * something else in each; and call no others.
 */
final class ForeignFunctions {
  private final Expressions expressions;
  private final Links links;
  private final Expansion expansion;
  private final SortedMap<String, FunctionSpec> functions = new TreeMap<>();

  ForeignFunctions(Expressions expressions, Links links, Expansion expansion) {
    this.expressions = expressions;
    this.links = links;
    this.expansion = expansion;
  }

  /** What the tasks in them call, each as a function. */
  SortedMap<String, FunctionSpec> functions() {
    return functions;
  }

  /**
   * What a call of it does.
   *
   * @param field its name and its text
   * @param own where everything belongs that is wrong in it
   */
  Optional<Work> work(Marked.Field field, Findings own, Calling calling) {
    Expressions inside = expressions.reportingTo(own);
    UseReader nothing = UseReader.ofNothing(own, inside, links, expansion);
    Callable function = nothing.function(field);
    if (!(function instanceof Callable.OfTask)) {
      return function.function().map(calling::of);
    }
    FilterReader filters = new FilterReader(own, inside, new SchemaReader(own, links));
    TaskReader tasks = new TaskReader(own, filters, nothing.readers(), List.of());
    SortedMap<String, Callable> only = new TreeMap<>();
    only.put(calling.name(), function);
    Optional<Work> work =
        new FunctionCalls(own, only, Optional.empty(), expansion).read(calling, tasks::function);
    functions.putAll(nothing.functions());
    function.function().ifPresent(spec -> functions.put(spec.name(), spec));
    return work;
  }
}
