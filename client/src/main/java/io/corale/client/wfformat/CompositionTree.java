package io.corale.client.wfformat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.client.wfformat.Arrangement.Parallel;
import io.corale.client.wfformat.Arrangement.Sequence;
import io.corale.client.wfformat.Arrangement.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes an arrangement as the document of a composition, in which programs are functions. */
final class CompositionTree {
  /** A fork takes no more branches; what has more is nested. */
  static final int MAX_BRANCHES = 256;

  /** A lost call keeps its slot for the timeout: generous beside the longest run, not beyond. */
  private static final Duration TIMEOUT_BASE = Duration.ofSeconds(5);

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ImportOptions options;
  private final GivenNames functions = new GivenNames();
  private final GivenNames tasks = new GivenNames();

  CompositionTree(ImportOptions options) {
    this.options = options;
  }

  ObjectNode document(RecordedWorkflow workflow, Arrangement arrangement) {
    // Recorded tasks choose their names first, so that a fork never takes one from them.
    workflow.tasks().forEach(task -> tasks.of(task.id()));
    ObjectNode root = JSON.objectNode();
    root.putObject("document")
        .put("dsl", "1.0.3")
        .put("namespace", "wfcommons")
        .put("name", options.ref().name())
        .put("version", options.ref().version())
        .put(
            "summary",
            "The recorded workflow %s, its durations times %s"
                .formatted(printable(workflow.name()), options.timeScale()));
    root.putObject("use").set("functions", functions(workflow));
    root.set("do", list(List.of(arrangement)));
    return root;
  }

  private static String printable(String text) {
    return text.replaceAll("[^ -~]", "?").replace("${", "?{");
  }

  /** How the tasks of the record are called in the composition. */
  Map<String, String> names() {
    return tasks.given();
  }

  /** What the task waits for instead of working. */
  static long latencyMillis(RecordedTask task, double timeScale) {
    return Math.round(task.runtimeMicros() / 1_000.0 * timeScale);
  }

  private ObjectNode functions(RecordedWorkflow workflow) {
    Map<String, LongSummaryStatistics> latencies =
        workflow.tasks().stream()
            .collect(
                Collectors.groupingBy(
                    RecordedTask::program,
                    TreeMap::new,
                    Collectors.summarizingLong(task -> latencyMillis(task, options.timeScale()))));
    ObjectNode all = JSON.objectNode();
    latencies.forEach((program, latency) -> all.set(functions.of(program), function(latency)));
    return all;
  }

  private ObjectNode function(LongSummaryStatistics latency) {
    ObjectNode function = JSON.objectNode().put("call", "faas");
    function
        .putObject("with")
        .putArray("implementations")
        .addObject()
        .put("id", "sim")
        .put("account", options.account().value())
        .put("timeout", TIMEOUT_BASE.plusMillis(2 * latency.getMax()).toString())
        .put("expected", Duration.ofMillis(Math.round(latency.getAverage())).toString())
        .put("latency", "argument");
    return function;
  }

  private ArrayNode list(List<Arrangement> parts) {
    ArrayNode list = JSON.arrayNode();
    for (Arrangement part : parts) {
      if (part instanceof Sequence sequence) {
        list.addAll(list(sequence.parts()));
      } else {
        list.add(named(part));
      }
    }
    return list;
  }

  private ObjectNode named(Arrangement part) {
    ObjectNode item = JSON.objectNode();
    if (part instanceof Step step) {
      item.set(tasks.of(step.task().id()), call(step.task()));
    } else if (part instanceof Sequence sequence) {
      ObjectNode chain = item.putObject(tasks.fresh("chain"));
      chain.set("do", list(sequence.parts()));
    } else if (part instanceof Parallel parallel) {
      item.set(tasks.fresh("fork"), fork(parallel.parts()));
    }
    return item;
  }

  private ObjectNode call(RecordedTask task) {
    ObjectNode call = JSON.objectNode().put("call", functions.of(task.program()));
    call.putObject("with")
        .put("task", task.id().replace("${", "?{"))
        .put("latencyMillis", latencyMillis(task, options.timeScale()));
    return withoutOutput(call);
  }

  private ObjectNode fork(List<Arrangement> parts) {
    ObjectNode fork = JSON.objectNode();
    ArrayNode branches = fork.putObject("fork").putArray("branches");
    if (parts.size() <= MAX_BRANCHES) {
      parts.forEach(part -> branches.add(named(part)));
    } else {
      int size = (parts.size() + MAX_BRANCHES - 1) / MAX_BRANCHES;
      List<Arrangement> left = new ArrayList<>(parts);
      while (!left.isEmpty()) {
        List<Arrangement> group = left.subList(0, Math.min(size, left.size()));
        branches.addObject().set(tasks.fresh("fork"), fork(List.copyOf(group)));
        group.clear();
      }
    }
    return withoutOutput(fork);
  }

  /** The outputs of branches become one list, and nobody reads it: it stays as small as can be. */
  private static ObjectNode withoutOutput(ObjectNode task) {
    task.putObject("output").putObject("as");
    return task;
  }
}
