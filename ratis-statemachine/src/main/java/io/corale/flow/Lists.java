package io.corale.flow;

import io.corale.flow.Task.Tasks;
import java.util.Optional;

/** Reads a list of tasks for whoever reads the task that holds it; empty if anything is wrong. */
interface Lists {
  /**
   * Reads a list.
   *
   * @param what messages call it
   */
  Optional<Tasks> read(Marked value, String what, Scope scope);
}
