package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.flow.Frame.Loop;
import io.corale.model.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a waiting branch remembers in the log, as a small JSON document:
 *
 * <pre>
 * {"v":1,                    version of this form
 *  "w":...,                  input of the composition, if its output.as looks at it
 *  "s":{"item":...},         variables inherited through a fork
 *  "r":120000,               expected micros after the end of this branch
 *  "f":[{"t":3,              the tasks that it is in, the outermost first, by id;
 *        "i":...,            input, if its output.as looks at it
 *        "e":...,"n":0,"l":[...]},  of a loop: item, index, items that are left
 *       {"t":5}]}            the last one waits
 * </pre>
 */
final class Memory {
  private static final int VERSION = 1;
  private static final JsonNodeFactory MAKE = JsonNodeFactory.instance;

  private Memory() {}

  /** A line read back, and the composition's input as far as it was remembered. */
  record Recalled(Line line, JsonNode compositionInput) {}

  static Payload write(Composition composition, Line line, JsonNode compositionInput) {
    ObjectNode state = MAKE.objectNode();
    state.put("v", VERSION);
    if (composition.keepsInput()) {
      state.set("w", compositionInput);
    }
    if (!line.inherited.isEmpty()) {
      ObjectNode inherited = state.putObject("s");
      line.inherited.forEach(inherited::set);
    }
    if (line.restMicros > 0) {
      state.put("r", line.restMicros);
    }
    ArrayNode frames = state.putArray("f");
    line.frames.forEach(frame -> frames.add(write(frame)));
    return Json.write(state);
  }

  private static ObjectNode write(Frame frame) {
    ObjectNode written = MAKE.objectNode();
    written.put("t", frame.task().id());
    if (frame.task().keepsInput()) {
      written.set("i", frame.input());
    }
    frame
        .loop()
        .ifPresent(
            loop -> {
              written.set("e", loop.item());
              written.put("n", loop.index());
              written.putArray("l").addAll(loop.rest());
            });
    return written;
  }

  /** What was written for this composition; empty where the bytes are anything else. */
  static Optional<Recalled> read(Composition composition, int branch, Payload payload) {
    Optional<JsonNode> read = Json.read(payload);
    if (read.isEmpty() || read.get().path("v").asInt() != VERSION) {
      return Optional.empty();
    }
    JsonNode state = read.get();
    SortedMap<String, JsonNode> inherited = new TreeMap<>();
    state.path("s").properties().forEach(field -> inherited.put(field.getKey(), field.getValue()));
    Line line = new Line(branch, inherited, state.path("r").asLong());
    for (JsonNode written : state.path("f")) {
      Optional<Task> task = composition.task(written.path("t").asInt());
      if (task.isEmpty()) {
        return Optional.empty();
      }
      line.push(new Frame(task.get(), orNull(written.get("i")), loop(written)));
    }
    return line.frames.isEmpty()
        ? Optional.empty()
        : Optional.of(new Recalled(line, orNull(state.get("w"))));
  }

  private static Optional<Loop> loop(JsonNode written) {
    if (!written.has("l")) {
      return Optional.empty();
    }
    List<JsonNode> rest = new ArrayList<>();
    written.path("l").forEach(rest::add);
    return Optional.of(new Loop(orNull(written.get("e")), written.path("n").asInt(), rest));
  }

  private static JsonNode orNull(@Nullable JsonNode node) {
    return node == null ? NullNode.instance : node;
  }
}
