package io.corale.flow;

import io.corale.flow.Task.Tasks;
import java.util.Optional;

/** Reads a function that is a task for whoever reads a call of it; empty if anything is wrong. */
interface FunctionTasks {
  /**
   * Reads it as a list of one.
   *
   * @param call the task that calls it
   */
  Optional<Tasks> read(Callable.OfTask function, Scope call);
}
