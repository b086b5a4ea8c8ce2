package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.corale.flow.EventFilter.Correlation;
import io.corale.flow.EventFilter.Like;
import io.corale.flow.Listening.Read;
import io.corale.flow.jq.Budget;
import io.corale.flow.jq.ExpressionFailure;
import io.corale.model.Problem;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares an event with a filter, and reads events. An expression that fails on an event does not
 * fit it: what others send must not make a task fail. Each filter of a task has its share of a
 * budget, so that none fails because another has spent it.
 */
final class Matches {
  private final Evaluation evaluation;
  private final Sight sight;
  private final String place;
  private final Budget share;

  private Matches(Evaluation evaluation, Sight sight, String place, int filters) {
    this.evaluation = evaluation;
    this.sight = sight;
    this.place = place;
    this.share = evaluation.share(filters);
  }

  /**
   * For the task that listens, the innermost of a line.
   *
   * @param filters how many it has in all
   */
  static Matches ofTask(Evaluation evaluation, Line line, int filters) {
    Frame frame = line.top();
    String place = frame.task().place() + "/listen/to";
    return new Matches(evaluation, Sight.of(line, frame), place, filters);
  }

  /** For a composition that begins by events, which has so many filters. */
  static Matches ofSchedule(Evaluation evaluation, Line line, int filters) {
    return new Matches(evaluation, Sight.ofComposition(line), "/schedule/on", filters);
  }

  /**
   * What is expected of further events once this one fits the filter; empty where it does not.
   *
   * @param expected by the names of correlations
   */
  Optional<SortedMap<String, JsonNode>> fits(
      EventFilter filter, ObjectNode event, SortedMap<String, JsonNode> expected) throws Faulted {
    for (Map.Entry<String, Like> each : filter.with().entrySet()) {
      JsonNode value =
          each.getKey().equals(CloudEvents.DATA)
              ? read(event, Read.DATA)
              : orNull(event.get(each.getKey()));
      if (!isLike(each.getValue(), value)) {
        return Optional.empty();
      }
    }
    SortedMap<String, JsonNode> further = new TreeMap<>(expected);
    for (Map.Entry<String, Correlation> each : filter.correlations().entrySet()) {
      Optional<JsonNode> found = evaluated(each.getValue().from(), event);
      Optional<JsonNode> wanted = Optional.ofNullable(expected.get(each.getKey()));
      if (each.getValue().expect().isPresent()) {
        wanted = evaluated(each.getValue().expect().get(), sight.input().orElse(NullNode.instance));
        if (wanted.isEmpty()) {
          return Optional.empty();
        }
      }
      if (found.isEmpty() || found.get().isNull()) {
        return Optional.empty();
      }
      if (wanted.isPresent() && !isSame(wanted.get(), found.get())) {
        return Optional.empty();
      }
      further.put(each.getKey(), found.get());
    }
    return Optional.of(further);
  }

  private boolean isLike(Like like, JsonNode value) throws Faulted {
    if (like instanceof Like.Same same) {
      return isSame(same.value(), value);
    }
    if (like instanceof Like.Fields object) {
      for (Map.Entry<String, Like> field : object.fields().entrySet()) {
        if (!isLike(field.getValue(), orNull(value.get(field.getKey())))) {
          return false;
        }
      }
      return value.isObject();
    }
    Optional<JsonNode> given = evaluated(((Like.Computed) like).template(), value);
    return given.isPresent()
        && (given.get().isBoolean() ? given.get().booleanValue() : isSame(given.get(), value));
  }

  /** Empty where the expression fails; where the event is not to blame, the task fails. */
  private Optional<JsonNode> evaluated(Template template, JsonNode on) throws Faulted {
    try {
      return Optional.of(evaluation.tried(template, on, sight, share))
          .filter(value -> !Json.isTooDeep(value));
    } catch (ExpressionFailure e) {
      if (e.isOfTheMoment()) {
        throw new Faulted(Problem.expression(e.reason(), place));
      }
      return Optional.empty();
    }
  }

  static boolean isSame(JsonNode one, JsonNode other) {
    boolean areNumbers = one.isNumber() && other.isNumber();
    // What is read of 1e400 is infinite, and has no decimal value.
    if (areNumbers && Double.isFinite(one.doubleValue()) && Double.isFinite(other.doubleValue())) {
      return one.decimalValue().compareTo(other.decimalValue()) == 0;
    }
    return one.equals(other);
  }

  /** What a task gets of an event. */
  static JsonNode read(ObjectNode event, Read read) {
    JsonNode data = orNull(event.get(CloudEvents.DATA));
    if (read == Read.ENVELOPE) {
      return event;
    }
    if (event.hasNonNull(CloudEvents.BASE64)) {
      return event.get(CloudEvents.BASE64);
    }
    boolean mustBeWritten = read == Read.RAW && event.has(CloudEvents.DATA) && !data.isTextual();
    return mustBeWritten ? TextNode.valueOf(Json.write(data).json()) : data;
  }

  private static JsonNode orNull(@Nullable JsonNode node) {
    return node == null ? NullNode.instance : node;
  }
}
