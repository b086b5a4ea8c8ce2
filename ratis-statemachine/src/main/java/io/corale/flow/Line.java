package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.corale.flow.Task.Work;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One branch while it is evaluated: its number and the tasks that it is in, the outermost first.
 *
 * <p>Confined to the evaluation that made it.
 */
final class Line {
  final int number;
  final SortedMap<String, JsonNode> inherited;
  final long restMicros;
  final List<Frame> frames = new ArrayList<>();

  /**
   * @param inherited variables of the loops around the fork that opened it
   * @param restMicros expected from its end to the end of the invocation
   */
  Line(int number, SortedMap<String, JsonNode> inherited, long restMicros) {
    this.number = number;
    this.inherited = Collections.unmodifiableSortedMap(new TreeMap<>(inherited));
    this.restMicros = restMicros;
  }

  void push(Frame frame) {
    frames.add(frame);
  }

  Frame pop() {
    return frames.remove(frames.size() - 1);
  }

  /** The variables of the loops that it is in. */
  SortedMap<String, JsonNode> variables() {
    SortedMap<String, JsonNode> variables = new TreeMap<>(inherited);
    for (Frame frame : frames) {
      if (frame.task().work() instanceof Work.For loop) {
        frame
            .loop()
            .ifPresent(
                at -> {
                  variables.put(loop.each(), at.item());
                  variables.put(loop.at(), IntNode.valueOf(at.index()));
                });
      }
    }
    return variables;
  }

  /** The same, and the input of the task at hand. */
  SortedMap<String, JsonNode> variables(JsonNode input) {
    SortedMap<String, JsonNode> variables = variables();
    variables.put("input", input);
    return variables;
  }
}
