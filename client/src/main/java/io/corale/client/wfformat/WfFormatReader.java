package io.corale.client.wfformat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads WfFormat 1.5, the JSON in which WfCommons publishes recorded workflows. */
public final class WfFormatReader {
  /** A record carries file lists beside its tasks; those of 2,000 tasks are a few megabytes. */
  public static final int MAX_CHARS = 64 * 1024 * 1024;

  private static final double MICROS_PER_SECOND = 1e6;

  /** A year: what is longer is a slip of the pen, and would overflow sums further on. */
  private static final double MOST_SECONDS = 365 * 24 * 3_600.0;

  private WfFormatReader() {}

  /** Reads a record; a dependency counts whether its child or its parent tells of it. */
  public static RecordedWorkflow read(String json) throws UnusableWorkflowException {
    if (json.length() > MAX_CHARS) {
      throw new UnusableWorkflowException("the record is longer than " + MAX_CHARS + " characters");
    }
    JsonNode root = parsed(json);
    List<JsonNode> specified = tasks(root, "specification");
    Map<String, JsonNode> executed = byId(tasks(root, "execution"), "execution");
    Map<String, JsonNode> byId = byId(specified, "specification");
    if (byId.isEmpty()) {
      throw new UnusableWorkflowException("the record has no tasks");
    }
    if (byId.size() > RecordedWorkflow.MAX_TASKS) {
      throw new UnusableWorkflowException(
          "the record has " + byId.size() + " tasks, the limit is " + RecordedWorkflow.MAX_TASKS);
    }
    Map<String, Set<String>> parents = parents(byId);
    List<RecordedTask> tasks = new ArrayList<>();
    for (String id : byId.keySet()) {
      JsonNode execution = executed.get(id);
      if (execution == null) {
        throw new UnusableWorkflowException(
            "task '" + id + "' has no entry in workflow.execution.tasks");
      }
      List<String> before = List.copyOf(parents.getOrDefault(id, Set.of()));
      tasks.add(new RecordedTask(id, program(execution, id), micros(execution, id), before));
    }
    return new RecordedWorkflow(root.path("name").asText("workflow"), tasks);
  }

  private static JsonNode parsed(String json) throws UnusableWorkflowException {
    try {
      return new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new UnusableWorkflowException("the record is not JSON: " + e.getOriginalMessage());
    }
  }

  private static List<JsonNode> tasks(JsonNode root, String part) throws UnusableWorkflowException {
    JsonNode tasks = root.path("workflow").path(part).path("tasks");
    if (!tasks.isArray()) {
      throw new UnusableWorkflowException(
          "the record has no workflow."
              + part
              + ".tasks; its schemaVersion is '"
              + root.path("schemaVersion").asText("absent")
              + "', WfFormat 1.5 is read");
    }
    List<JsonNode> list = new ArrayList<>();
    tasks.forEach(list::add);
    return list;
  }

  private static Map<String, JsonNode> byId(List<JsonNode> tasks, String part)
      throws UnusableWorkflowException {
    Map<String, JsonNode> byId = new LinkedHashMap<>();
    for (JsonNode task : tasks) {
      String id = task.path("id").asText("");
      if (id.isEmpty()) {
        throw new UnusableWorkflowException("a task in workflow." + part + ".tasks has no id");
      }
      if (byId.put(id, task) != null) {
        throw new UnusableWorkflowException(
            "task '" + id + "' stands twice in workflow." + part + ".tasks");
      }
    }
    return byId;
  }

  private static Map<String, Set<String>> parents(Map<String, JsonNode> byId)
      throws UnusableWorkflowException {
    Map<String, Set<String>> parents = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> task : byId.entrySet()) {
      for (JsonNode parent : task.getValue().path("parents")) {
        requireKnown(byId, task.getKey(), "parent", parent.asText());
        parents.computeIfAbsent(task.getKey(), id -> new LinkedHashSet<>()).add(parent.asText());
      }
      for (JsonNode child : task.getValue().path("children")) {
        requireKnown(byId, task.getKey(), "child", child.asText());
        parents.computeIfAbsent(child.asText(), id -> new LinkedHashSet<>()).add(task.getKey());
      }
    }
    return parents;
  }

  private static void requireKnown(
      Map<String, JsonNode> byId, String task, String relation, String other)
      throws UnusableWorkflowException {
    if (!byId.containsKey(other)) {
      throw new UnusableWorkflowException(
          "task '" + task + "' names the " + relation + " '" + other + "', which is not a task");
    }
  }

  private static String program(JsonNode execution, String id) throws UnusableWorkflowException {
    String program = execution.path("command").path("program").asText("");
    if (program.isEmpty()) {
      throw new UnusableWorkflowException("task '" + id + "' has no command.program");
    }
    return program;
  }

  private static long micros(JsonNode execution, String id) throws UnusableWorkflowException {
    JsonNode runtime = execution.path("runtimeInSeconds");
    double seconds = runtime.asDouble(-1);
    if (!runtime.isNumber() || !(seconds >= 0 && seconds <= MOST_SECONDS)) {
      throw new UnusableWorkflowException(
          "task '" + id + "' needs a runtimeInSeconds from 0 to a year, has '" + runtime + "'");
    }
    return Math.round(seconds * MICROS_PER_SECOND);
  }
}
