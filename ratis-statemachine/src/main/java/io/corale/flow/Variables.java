package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.flow.Frame.Data;
import io.corale.model.InvocationId;
import io.corale.model.Release;
import java.time.Instant;
import java.util.SortedMap;

/** The variables of expressions, made only where an expression looks at them. */
final class Variables {
  private static final JsonNodeFactory MAKE = JsonNodeFactory.instance;

  private final Composition composition;
  private final InvocationId invocation;
  private final long acceptedMillis;

  Variables(Composition composition, InvocationId invocation, long acceptedMillis) {
    this.composition = composition;
    this.invocation = invocation;
    this.acceptedMillis = acceptedMillis;
  }

  /** Those that this template looks at; {@code context} is for the evaluation to add. */
  SortedMap<String, JsonNode> of(Template template, Sight sight) {
    SortedMap<String, JsonNode> variables = sight.line().variables();
    variables.keySet().removeIf(name -> !template.mentions(name));
    if (template.mentions("input")) {
      sight.input().ifPresent(input -> variables.put("input", input));
    }
    if (template.mentions("output")) {
      sight.output().ifPresent(output -> variables.put("output", output));
    }
    if (template.mentions("task") && !variables.containsKey("task")) {
      sight.frame().ifPresent(frame -> variables.put("task", task(frame, sight)));
    }
    if (template.mentions("workflow")) {
      variables.put("workflow", workflow(sight.line()));
    }
    if (template.mentions("runtime")) {
      variables.put("runtime", runtime());
    }
    return variables;
  }

  private JsonNode task(Frame frame, Sight sight) {
    ObjectNode task = task(composition, frame.task(), frame.data());
    sight.given().ifPresent(output -> task.set("output", output));
    return task;
  }

  /** The standard's descriptor of a task. */
  static ObjectNode task(Composition composition, Task task, Data data) {
    ObjectNode descriptor = MAKE.objectNode();
    descriptor.put("name", task.name());
    descriptor.put("reference", task.place());
    descriptor.set("definition", composition.definition().at(task.place()));
    descriptor.set("input", data.raw());
    descriptor.set("startedAt", time(data.startedMillis()));
    return descriptor;
  }

  private JsonNode workflow(Line line) {
    ObjectNode workflow = MAKE.objectNode();
    workflow.put("id", invocation.value());
    workflow.set("definition", composition.definition());
    line.heritage.origin().raw().ifPresent(input -> workflow.set("input", input));
    workflow.set("startedAt", time(acceptedMillis));
    return workflow;
  }

  private static JsonNode runtime() {
    ObjectNode runtime = MAKE.objectNode();
    runtime.put("name", "corale");
    runtime.put("version", Release.VERSION);
    runtime.putObject("metadata");
    return runtime;
  }

  /** The standard's descriptor of a time. */
  private static JsonNode time(long millis) {
    ObjectNode time = MAKE.objectNode();
    time.put("iso8601", Instant.ofEpochMilli(millis).toString());
    time.putObject("epoch").put("seconds", millis / 1_000).put("milliseconds", millis);
    return time;
  }
}
