package io.corale.client.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.corale.model.Ending;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.wire.Common;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** What the cluster says, as JSON for programs. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static void print(PrintWriter out, JsonNode node) {
    try {
      out.println(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node));
      out.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of nodes can always be written", e);
    }
  }

  /** In one line, as programs read them one by one. */
  static void printLine(PrintWriter out, JsonNode node) {
    out.println(node);
  }

  /** A payload as the value it is; one that is no JSON, as text. */
  static JsonNode payload(Payload payload) {
    try {
      return MAPPER.readTree(payload.json());
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(payload.json());
    }
  }

  /** What keeps a text from being one JSON value; empty if it is one. */
  static Optional<String> fault(String text) {
    try {
      JsonNode value =
          MAPPER
              .readerFor(JsonNode.class)
              .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
              .readValue(text);
      return value.isMissingNode() ? Optional.of("it is empty") : Optional.empty();
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where =
          at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
      return Optional.of(e.getOriginalMessage() + where);
    }
  }

  /** A text as JSON. */
  static String text(String text) {
    return TextNode.valueOf(text).toString();
  }

  static ObjectNode problem(Problem problem) {
    return object()
        .put("type", problem.type())
        .put("status", problem.status())
        .put("title", problem.title())
        .put("detail", problem.detail())
        .put("instance", problem.instance());
  }

  static ObjectNode status(Door.InvocationStatus status) {
    ObjectNode node =
        object()
            .put("invocation", status.getInvocation())
            .put("composition", Words.composition(status.getComposition()))
            .put("phase", Words.phase(status))
            .put("caller", status.getCaller())
            .put("class", status.getServiceClass().name().toLowerCase(Locale.ROOT))
            .put("acceptedAt", Words.instant(status.getAcceptedWallMillis()))
            .put("ageMicros", status.getAgeMicros())
            .put("callsQueued", status.getCallsQueued())
            .put("callsRunning", status.getCallsRunning())
            .put("callsEnded", status.getCallsEnded())
            .put("parent", status.getParent())
            .put("runs", status.getRuns())
            .put("cell", status.getCell())
            .put("index", status.getIndex());
    node.put("callsHeld", status.getCallsHeld()).put("callsBarred", status.getCallsBarred());
    node.put("incidents", status.getIncidents());
    if (status.hasHeld()) {
      node.set("held", held(status.getHeld()));
    }
    status.getListensForList().forEach(node.putArray("listensFor")::add);
    ObjectNode labels = node.putObject("labels");
    status.getLabelsMap().forEach(labels::put);
    if (status.hasEnding()) {
      ending(node, status.getEnding());
    }
    return node;
  }

  static ObjectNode held(Door.HoldReport report) {
    return object()
        .put("by", report.getByCase().name().toLowerCase(Locale.ROOT))
        .put("name", report.hasInvocation() ? report.getInvocation() : report.getComposition())
        .put("heldMicros", report.getHeldMicros())
        .put("heldBy", report.getHeldBy())
        .put("reason", report.getReason());
  }

  static ObjectNode incident(Door.IncidentReport report) {
    ObjectNode node =
        object()
            .put("number", report.getNumber())
            .put("invocation", report.getInvocation())
            .put("composition", Words.composition(report.getComposition()))
            .put("call", report.getCall())
            .put("attempts", report.getAttempts())
            .put("function", report.getFunction())
            .put("implementation", report.getImplementation())
            .put("place", report.getPlace())
            .put("account", report.getAccount())
            .put("scope", report.getScope())
            .put("waitsMicros", report.getWaitsMicros());
    node.set("problem", problem(Decode.problem(report.getProblem())));
    if (report.hasArguments()) {
      node.set("input", payload(Decode.payload(report.getArguments())));
    }
    return node;
  }

  private static void ending(ObjectNode node, Common.Ending message) {
    Ending ending = Decode.ending(message);
    if (ending instanceof Ending.Completed completed) {
      node.set("output", payload(completed.output()));
    } else if (ending instanceof Ending.Faulted faulted) {
      node.set("problem", problem(faulted.problem()));
    } else if (ending instanceof Ending.Cancelled cancelled) {
      node.put("reason", cancelled.reason());
    }
  }

  static ObjectNode trace(Door.TraceReport trace) {
    ObjectNode node = object();
    node.set("status", status(trace.getStatus()));
    node.put("droppedEvents", trace.getDropped());
    ArrayNode events = node.putArray("events");
    for (Door.TraceEvent event : trace.getEventsList()) {
      ObjectNode each =
          events
              .addObject()
              .put("kind", Words.kind(event))
              .put("index", event.getIndex())
              .put("atMicros", event.getAtMicros());
      if (event.getCall() > 0) {
        each.put("call", event.getCall());
      }
      if (event.getAttempt() > 0) {
        each.put("attempt", event.getAttempt());
      }
      putUnlessEmpty(each, "function", event.getFunction());
      putUnlessEmpty(each, "implementation", event.getImplementation());
      putUnlessEmpty(each, "place", event.getPlace());
      putUnlessEmpty(each, "executor", event.getExecutor());
      putUnlessEmpty(each, "detail", event.getDetail());
    }
    return node;
  }

  private static void putUnlessEmpty(ObjectNode node, String key, String value) {
    if (!value.isEmpty()) {
      node.put(key, value);
    }
  }
}
