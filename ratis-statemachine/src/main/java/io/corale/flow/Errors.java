package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.model.Problem;
import java.util.Optional;

/** Errors as compositions write, raise, see and match them. */
final class Errors {
  /** Longer is no line for a person. */
  private static final int MAX_TITLE_CHARS = 200;

  /** The longest URI or pointer that is kept. */
  private static final int MAX_NAME_CHARS = 1_000;

  private final Evaluation evaluation;

  Errors(Evaluation evaluation) {
    this.evaluation = evaluation;
  }

  /** What an expression sees; parts that are empty are left out. */
  static JsonNode json(Problem problem) {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.put("type", problem.type());
    error.put("status", problem.status());
    putIfThere(error, "title", problem.title());
    putIfThere(error, "detail", problem.detail());
    putIfThere(error, "instance", problem.instance());
    return error;
  }

  private static void putIfThere(ObjectNode error, String key, String value) {
    if (!value.isEmpty()) {
      error.put(key, value);
    }
  }

  /** The error that a task raises. */
  Problem raised(Frame frame, Work.Raise raise, Sight sight) throws Faulted {
    ErrorSpec spec = raise.error();
    String place = raise.place(frame.task());
    String type = text(spec.type(), frame, sight, place + "/type");
    JsonNode status = value(spec.status(), frame, sight, place + "/status").orElseThrow();
    String title = text(spec.title(), frame, sight, place + "/title");
    String detail = text(spec.detail(), frame, sight, place + "/detail");
    String instance = text(spec.instance(), frame, sight, place + "/instance");
    if (!status.isIntegralNumber()
        || !status.canConvertToInt()
        || status.intValue() < ErrorReader.LEAST_STATUS
        || status.intValue() > ErrorReader.MOST_STATUS) {
      throw new Faulted(
          Problem.expression(
              "the status of an error must be a whole number from "
                  + ErrorReader.LEAST_STATUS
                  + " to "
                  + ErrorReader.MOST_STATUS
                  + ", it is: "
                  + Json.write(status),
              place + "/status"));
    }
    return new Problem(
        Problem.shortened(ErrorTypes.canonical(type), MAX_NAME_CHARS),
        status.intValue(),
        Problem.shortened(title, MAX_TITLE_CHARS),
        detail,
        instance.isEmpty() ? frame.task().place() : Problem.shortened(instance, MAX_NAME_CHARS));
  }

  /** Whether an error has all the parts that a filter names. */
  boolean matches(ErrorSpec filter, Problem problem, Frame frame, Sight sight) throws Faulted {
    String place = frame.task().place() + "/catch/errors/with";
    Optional<JsonNode> status = value(filter.status(), frame, sight, place + "/status");
    return (filter.type().isEmpty()
            || ErrorTypes.canonical(text(filter.type(), frame, sight, place + "/type"))
                .equals(ErrorTypes.canonical(problem.type())))
        && (status.isEmpty()
            || (status.get().canConvertToInt() && status.get().intValue() == problem.status()))
        && isSame(filter.title(), problem.title(), frame, sight)
        && isSame(filter.detail(), problem.detail(), frame, sight)
        && isSame(filter.instance(), problem.instance(), frame, sight);
  }

  private boolean isSame(Optional<Template> wanted, String found, Frame frame, Sight sight)
      throws Faulted {
    String place = frame.task().place() + "/catch/errors/with";
    return wanted.isEmpty() || text(wanted, frame, sight, place).equals(found);
  }

  private Optional<JsonNode> value(Optional<Template> part, Frame frame, Sight sight, String place)
      throws Faulted {
    return part.isPresent()
        ? Optional.of(evaluation.fill(part.get(), frame.input(), sight, place))
        : Optional.empty();
  }

  /** A part as text; empty where it is not there. */
  private String text(Optional<Template> part, Frame frame, Sight sight, String place)
      throws Faulted {
    Optional<JsonNode> value = value(part, frame, sight, place);
    if (value.isPresent() && !value.get().isTextual()) {
      throw new Faulted(
          Problem.expression(
              "this part of an error must be a string, it is: " + Json.write(value.get()), place));
    }
    return value.map(JsonNode::textValue).orElse("");
  }
}
