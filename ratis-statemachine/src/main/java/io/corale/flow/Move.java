package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.model.Event;
import io.corale.model.Problem;

/** Where a line goes next while it is walked. */
sealed interface Move {
  /** Into a task. */
  record Enter(Task task, JsonNode raw) implements Move {}

  /** Out of a task whose work is done. */
  record Leave(Frame frame, JsonNode output, Next next) implements Move {}

  /** Into the tasks of the innermost task, a try, once more. */
  record Again() implements Move {}

  /** On by an event that the innermost task, which listens, may have waited for. */
  record Hear(Event event) implements Move {}

  /** To whoever catches this. */
  record Raise(Problem problem) implements Move {}

  /** Nowhere: the evaluation of this line is over. */
  record Stop(Halt halt) implements Move {}

  /** How the evaluation of a line ends. */
  sealed interface Halt {
    /** The line has run to its end. */
    record Ended(JsonNode output) implements Halt {}

    /** The whole invocation has. */
    record EndedAll(JsonNode output) implements Halt {}

    /** Something must happen first. */
    record Waits() implements Halt {}
  }
}
