package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A task in progress: one that holds the tasks which run now, or the one that waits.
 *
 * @param data what it began with
 * @param progress where it stands, if it does not just run its tasks once
 */
record Frame(Task task, Data data, Progress progress) {
  /**
   * What a task began with; each part only as far as the task looks at it after a waiting point.
   *
   * @param raw its raw input
   * @param input its transformed input
   * @param startedMillis wall time
   */
  record Data(JsonNode raw, JsonNode input, long startedMillis) {}

  /** Where a task stands. */
  sealed interface Progress {
    /** It runs its tasks once, or waits for what it asked for. */
    record Once() implements Progress {}

    /**
     * The list of a {@code for} was evaluated once (rule 20); what is left of it stands here.
     *
     * @param index of the item, from 0
     */
    record Loop(JsonNode item, int index, List<JsonNode> rest) implements Progress {
      Loop next() {
        return new Loop(rest.get(0), index + 1, rest.subList(1, rest.size()));
      }
    }

    /**
     * A {@code try} runs its tasks.
     *
     * @param retries how often it began again
     * @param sinceMicros the age of the invocation when it began first
     */
    record Attempt(int retries, long sinceMicros) implements Progress {}

    /** A {@code try} pauses before it begins again. */
    record Pausing(Attempt next) implements Progress {}

    /** A {@code try} has caught an error. */
    record Caught(JsonNode error) implements Progress {}

    /**
     * What stands before an extended work runs.
     *
     * @param task {@code $task} there
     */
    record Before(JsonNode task) implements Progress {}

    /**
     * An extended work runs.
     *
     * @param applies whether what extends it does
     */
    record Within(boolean applies) implements Progress {}

    /**
     * What stands after an extended work runs.
     *
     * @param task {@code $task} there
     * @param output of the work
     * @param next where the work led
     */
    record After(JsonNode task, JsonNode output, Next next) implements Progress {}
  }

  static final Progress ONCE = new Progress.Once();

  JsonNode input() {
    return data.input();
  }

  /** The same with another input. */
  Frame given(JsonNode input) {
    return new Frame(task, new Data(data.raw(), input, data.startedMillis()), progress);
  }

  Frame at(Progress next) {
    return new Frame(task, data, next);
  }
}
