package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

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

    /**
     * A {@code listen} waits for an event, or does something for the one that it has taken.
     *
     * @param count of the events taken
     * @param outputs what it has of them
     * @param expected what further events must give, by the names of correlations
     * @param met the filters for which events have come, by their positions
     * @param item what was read of the event for which something is done
     * @param isLast whether it has heard enough once that is done
     */
    record Attentive(
        int count,
        List<JsonNode> outputs,
        SortedMap<String, JsonNode> expected,
        SortedSet<Integer> met,
        Optional<JsonNode> item,
        boolean isLast)
        implements Progress {
      /** It has heard nothing yet. */
      static final Attentive NOTHING =
          new Attentive(0, List.of(), new TreeMap<>(), new TreeSet<>(), Optional.empty(), false);

      public Attentive {
        outputs = List.copyOf(outputs);
        expected = Collections.unmodifiableSortedMap(new TreeMap<>(expected));
        met = Collections.unmodifiableSortedSet(new TreeSet<>(met));
      }

      Attentive expecting(SortedMap<String, JsonNode> expected) {
        return new Attentive(count, outputs, expected, met, item, isLast);
      }

      Attentive meeting(SortedSet<Integer> met) {
        return new Attentive(count, outputs, expected, met, item, isLast);
      }

      Attentive with(JsonNode item) {
        return new Attentive(count, outputs, expected, met, Optional.of(item), isLast);
      }

      Attentive last() {
        return new Attentive(count, outputs, expected, met, item, true);
      }

      /** Of the event there is this; it stays unless nobody will look at it. */
      Attentive done(JsonNode output, boolean isForgotten) {
        List<JsonNode> more = new ArrayList<>(outputs);
        if (!isForgotten) {
          more.add(output);
        }
        return new Attentive(count + 1, more, expected, met, Optional.empty(), isLast);
      }
    }

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
