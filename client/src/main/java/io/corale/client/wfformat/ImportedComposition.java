package io.corale.client.wfformat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A recorded workflow as a composition, and what it cost to make it one.
 *
 * @param yaml its source
 * @param workflow the record
 * @param taskNames how each recorded task is called in it, by the task's id
 * @param barriers how many it has that the record does not
 * @param isFewest whether it is certain that fewer do not suffice
 * @param recordedMicros the critical path of the record, at the recorded durations
 * @param composedMicros the critical path of the composition, at the recorded durations
 */
public record ImportedComposition(
    ImportOptions options,
    String yaml,
    RecordedWorkflow workflow,
    Map<String, String> taskNames,
    int barriers,
    boolean isFewest,
    long recordedMicros,
    long composedMicros) {
  /** What the canonical form of a composition may take at most: it travels in one log entry. */
  static final int MAX_CANONICAL_BYTES = 80 * 1024;

  /** The longest that the simulated provider waits. */
  private static final long MOST_LATENCY_MILLIS = Duration.ofHours(1).toMillis();

  public ImportedComposition {
    taskNames = Collections.unmodifiableMap(new LinkedHashMap<>(taskNames));
  }

  /** Keeps every recorded dependency; refuses what cannot become a composition. */
  public static ImportedComposition of(RecordedWorkflow workflow, ImportOptions options)
      throws UnusableWorkflowException {
    for (RecordedTask task : workflow.tasks()) {
      long latencyMillis = CompositionTree.latencyMillis(task, options.timeScale());
      if (latencyMillis > MOST_LATENCY_MILLIS) {
        throw new UnusableWorkflowException(
            "task '%s' would take %d ms, the simulated provider takes at most %d: scale time down"
                .formatted(task.id(), latencyMillis, MOST_LATENCY_MILLIS));
      }
    }
    Precedence precedence = Precedence.of(workflow);
    Arranger.Result arranged = Arranger.arrange(precedence);
    CompositionTree tree = new CompositionTree(options);
    ObjectNode document = tree.document(workflow, arranged.arrangement());
    int bytes = document.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_CANONICAL_BYTES) {
      throw new UnusableWorkflowException(
          "the composition of %d tasks would take %d bytes, the limit is %d"
              .formatted(workflow.tasks().size(), bytes, MAX_CANONICAL_BYTES));
    }
    return new ImportedComposition(
        options,
        Yaml.write(document),
        workflow,
        tree.names(),
        arranged.barriers(),
        arranged.isFewest(),
        precedence.criticalMicros(precedence.all()),
        arranged.arrangement().lengthMicros());
  }

  /** The critical path of the record, at the durations of the composition. */
  public Duration recordedCriticalPath() {
    return scaled(recordedMicros);
  }

  /** The critical path of the composition, at its durations. */
  public Duration composedCriticalPath() {
    return scaled(composedMicros);
  }

  private Duration scaled(long micros) {
    return Duration.ofNanos(Math.round(micros * 1_000.0 * options.timeScale()));
  }

  /** What an author wants to know about it, in three lines. */
  public String report() {
    String shape =
        barriers == 0
            ? "the recorded order is series-parallel: kept as it is, no barrier inserted"
            : "%d %s inserted, as the recorded order is not series-parallel (%s)"
                .formatted(
                    barriers,
                    barriers == 1 ? "barrier" : "barriers",
                    isFewest ? "fewer do not suffice" : "fewer were not found");
    double more =
        recordedMicros == 0 ? 0 : 100.0 * (composedMicros - recordedMicros) / recordedMicros;
    return String.format(
        Locale.ROOT,
        "%s: %d tasks, %d dependencies, every one kept%n%s%n"
            + "critical path: recorded %.3f s, of the composition %.3f s (+%.1f %%);"
            + " times %s: %.3f s and %.3f s%n",
        workflow.name(),
        workflow.tasks().size(),
        workflow.dependencies(),
        shape,
        recordedMicros / 1e6,
        composedMicros / 1e6,
        more,
        options.timeScale(),
        recordedCriticalPath().toNanos() / 1e9,
        composedCriticalPath().toNanos() / 1e9);
  }
}
