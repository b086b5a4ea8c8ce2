package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.model.Event;
import io.corale.model.Problem;
import io.corale.scheduler.Transition.Step;
import java.time.Instant;

/** Makes events of what an {@code emit} says, with what it leaves out. */
final class Emits {
  private final Evaluation evaluation;

  Emits(Evaluation evaluation) {
    this.evaluation = evaluation;
  }

  /** Emits an event; it is the output of the task. */
  Move emit(Line line, Frame frame, Work.Emit work) throws Faulted {
    String place = frame.task().place() + "/emit/event/with";
    JsonNode with = evaluation.fill(work.with(), frame.input(), Sight.of(line, frame), place);
    ObjectNode event = completed((ObjectNode) with);
    try {
      Event read = CloudEvents.of(event);
      Steps.requireInline(read.content(), "the event is", place);
      evaluation.steps().add(new Step.Emit(read), frame.task().place());
    } catch (IllegalArgumentException e) {
      throw new Faulted(Problem.validation(String.valueOf(e.getMessage()), place));
    }
    return Walk.done(frame, event);
  }

  private ObjectNode completed(ObjectNode with) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put(CloudEvents.VERSION, "1.0");
    event.put("id", evaluation.nextEventId());
    event.put("source", evaluation.composition().source());
    event.put("time", Instant.ofEpochMilli(evaluation.moment().wallMillis()).toString());
    with.properties()
        .forEach(
            field -> {
              if (!field.getValue().isNull() || field.getKey().equals(CloudEvents.DATA)) {
                event.set(field.getKey(), field.getValue());
              }
            });
    if (event.has(CloudEvents.DATA) && !event.has("datacontenttype")) {
      event.put("datacontenttype", "application/json");
    }
    return event;
  }
}
