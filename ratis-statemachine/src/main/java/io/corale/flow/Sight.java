package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * What the expressions at one place can look at beside data and context.
 *
 * @param frame the task to which they belong
 * @param input {@code $input}
 * @param given the raw output of the task, {@code $task.output}
 * @param output {@code $output}
 */
record Sight(
    Line line,
    Optional<Frame> frame,
    Optional<JsonNode> input,
    Optional<JsonNode> given,
    Optional<JsonNode> output) {

  /** Of the composition itself, before it has an input. */
  static Sight ofComposition(Line line) {
    return new Sight(line, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Of the composition itself. */
  static Sight ofComposition(Line line, JsonNode input) {
    return new Sight(
        line, Optional.empty(), Optional.of(input), Optional.empty(), Optional.empty());
  }

  /** Of a task that has no transformed input yet. */
  static Sight beforeInput(Line line, Frame frame) {
    return new Sight(
        line, Optional.of(frame), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Of a task. */
  static Sight of(Line line, Frame frame) {
    return new Sight(
        line, Optional.of(frame), Optional.of(frame.input()), Optional.empty(), Optional.empty());
  }

  /** After the work has given this. */
  Sight given(JsonNode value) {
    return new Sight(line, frame, input, Optional.of(value), output);
  }

  /** After the output was made of it. */
  Sight exporting(JsonNode value) {
    return new Sight(line, frame, input, given, Optional.of(value));
  }
}
