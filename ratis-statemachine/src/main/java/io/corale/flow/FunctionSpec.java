package io.corale.flow;

import io.corale.scheduler.Transition.Retry;
import java.util.List;

/**
 * An abstract function of a composition.
 *
 * @param name as tasks call it
 * @param retry how often a call of it is tried
 * @param implementations in the author's order of preference, at least one
 */
public record FunctionSpec(String name, Retry retry, List<Implementation> implementations) {
  public FunctionSpec {
    implementations = List.copyOf(implementations);
    if (implementations.isEmpty()) {
      throw new IllegalArgumentException("function '" + name + "' needs an implementation");
    }
  }
}
