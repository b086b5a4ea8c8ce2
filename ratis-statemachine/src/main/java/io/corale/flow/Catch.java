package io.corale.flow;

import io.corale.flow.Task.Tasks;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which errors a {@code try} deals with, and how.
 *
 * @param as the variable that has the error in the catching tasks and in the conditions
 * @param retry tried before {@code tasks}
 * @param tasks {@code catch.do}
 * @param then {@code catch.then}; where it is missing, the task's own holds
 */
record Catch(
    ErrorSpec errors,
    String as,
    Optional<Template> when,
    Optional<Template> exceptWhen,
    Optional<RetryPolicy> retry,
    Optional<Tasks> tasks,
    Optional<Next> then) {
  /** Whether its own expressions look at this variable; not those of its tasks. */
  boolean mentions(String variable) {
    return errors.mentions(variable)
        || Stream.of(when, exceptWhen)
            .anyMatch(query -> query.isPresent() && query.get().mentions(variable))
        || (retry.isPresent() && retry.get().mentions(variable));
  }
}
