package io.corale.flow;

import java.util.Optional;

/** What {@code use.functions} has under a name. */
sealed interface Callable {
  /** A call of implementations, or a request; empty where it is wrong, which was reported. */
  record Plain(Optional<FunctionSpec> spec) implements Callable {}

  /**
   * A task, which is read anew for each call of it, where it runs.
   *
   * @param call what its own {@code call} is, where that is no function of another name
   */
  record OfTask(Marked.Field field, Marked.Fields fields, Optional<Plain> call)
      implements Callable {}

  /** What its calls need to be known by its name. */
  default Optional<FunctionSpec> function() {
    return this instanceof OfTask task ? task.call().flatMap(Plain::spec) : ((Plain) this).spec();
  }
}
