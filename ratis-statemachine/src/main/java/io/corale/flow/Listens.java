package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.flow.Frame.Progress.Attentive;
import io.corale.flow.Listening.Count;
import io.corale.flow.Listening.Each;
import io.corale.flow.Listening.Strategy;
import io.corale.flow.Listening.Until;
import io.corale.flow.Move.Halt;
import io.corale.model.Event;
import io.corale.model.Problem;
import io.corale.scheduler.Transition.Step;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Walks through a {@code listen}: takes the events that fit, does for each what is to be done, and
 * passes over the others, until it has heard enough.
 */
final class Listens {
  private final Evaluation evaluation;
  private final Walk walk;

  Listens(Evaluation evaluation, Walk walk) {
    this.evaluation = evaluation;
    this.walk = walk;
  }

  Move enter(Line line, Frame frame, Listening listening) throws Faulted {
    walk.push(line, frame.at(Attentive.NOTHING));
    line.listen(listening.subscriptions());
    return hear(line);
  }

  private Move hear(Line line) throws Faulted {
    Move waits = walk.waits(line);
    evaluation.steps().add(hearing(line, false), line.top().task().place());
    return waits;
  }

  private static Step hearing(Line line, boolean passes) {
    return new Step.Hear(line.number, line.ear(), passes);
  }

  /** An event has come that fits by its name. */
  Move heard(Line line, Event event) throws Faulted {
    Frame frame = line.top();
    Listening listening = ((Work.Listen) frame.task().work()).listening();
    Attentive at = (Attentive) frame.progress();
    String place = frame.task().place();
    JsonNode content = Signals.parse(event.content(), "the event", place);
    if (!(content instanceof ObjectNode object)) {
      throw new Faulted(Problem.validation("the event is no object: " + event, place));
    }
    Optional<Attentive> stopped = stopped(line, listening, at, object);
    if (stopped.isPresent()) {
      line.turns = 0;
      line.replaceTop(frame.at(stopped.get()));
      return stopped.get().isLast() ? left(line, stopped.get()) : hear(line);
    }
    Optional<Attentive> taken = taken(line, listening, at, object);
    if (taken.isEmpty()) {
      evaluation.steps().add(hearing(line, true), place);
      return new Move.Stop(new Halt.Waits());
    }
    line.turns = 0;
    JsonNode item = Matches.read(object, listening.read());
    line.replaceTop(frame.at(taken.get().with(item)));
    Optional<Each> each = listening.foreach();
    return each.flatMap(Each::tasks).isPresent()
        ? new Move.Enter(each.get().tasks().orElseThrow().first(), item)
        : next(line, item);
  }

  /** Where an event is one of those that end the listening: how far that is; else empty. */
  private Optional<Attentive> stopped(
      Line line, Listening listening, Attentive at, ObjectNode event) throws Faulted {
    return listening.until().orElse(null) instanceof Until.Heard until
        ? met(line, until.strategy(), at, event)
        : Optional.empty();
  }

  private Optional<Attentive> taken(Line line, Listening listening, Attentive at, ObjectNode event)
      throws Faulted {
    if (listening.until().isPresent()) {
      return met(line, listening.to(), at, event).map(met -> at.expecting(met.expected()));
    }
    return met(line, listening.to(), at, event);
  }

  /** How far a strategy is with this event; empty where none of its filters fits. */
  private Optional<Attentive> met(Line line, Strategy strategy, Attentive at, ObjectNode event)
      throws Faulted {
    if (strategy.filters().isEmpty()) {
      return Optional.of(at.last());
    }
    Listening listening = ((Work.Listen) line.top().task().work()).listening();
    int filters = (int) listening.filters().count();
    for (int i = 0; i < strategy.filters().size(); i++) {
      if (strategy.count() == Count.ALL && at.met().contains(i)) {
        continue;
      }
      Optional<SortedMap<String, JsonNode>> expected =
          Matches.ofTask(evaluation, line, filters)
              .fits(strategy.filters().get(i), event, at.expected());
      if (expected.isPresent()) {
        SortedSet<Integer> met = new TreeSet<>(at.met());
        met.add(i);
        Attentive further = at.expecting(expected.get());
        boolean isAll = strategy.count() != Count.ALL || met.size() == strategy.filters().size();
        return Optional.of(isAll ? further.last() : further.meeting(met));
      }
    }
    return Optional.empty();
  }

  /** After all that is done for an event: to the next one, or out of the task. */
  Move next(Line line, JsonNode given) throws Faulted {
    Frame frame = line.top();
    Listening listening = ((Work.Listen) frame.task().work()).listening();
    Attentive at = (Attentive) frame.progress();
    JsonNode output = shaped(line, listening, given);
    Attentive done = at.done(output, listening.isEndless());
    line.replaceTop(frame.at(done));
    boolean isEnough = done.isLast() || holds(line, listening, done);
    return isEnough ? left(line, done) : hear(line);
  }

  private JsonNode shaped(Line line, Listening listening, JsonNode given) throws Faulted {
    if (listening.foreach().isEmpty()) {
      return given;
    }
    Frame frame = line.top();
    Filters filters = listening.foreach().get().filters();
    String place = frame.task().place() + "/foreach";
    Sight sight = Sight.of(line, frame);
    JsonNode output = given;
    if (filters.as().isPresent()) {
      output = evaluation.fill(filters.as().get(), given, sight, place + "/output/as");
    }
    evaluation.require(filters.schemas().output(), output, place + "/output/schema");
    if (filters.export().isPresent()) {
      JsonNode context =
          evaluation.fill(
              filters.export().get(), output, sight.exporting(output), place + "/export/as");
      evaluation.require(filters.schemas().export(), context, place + "/export/schema");
      evaluation.export(context, place + "/export/as");
    }
    return output;
  }

  private boolean holds(Line line, Listening listening, Attentive at) throws Faulted {
    if (!(listening.until().orElse(null) instanceof Until.Holds until) || until.isNever()) {
      return false;
    }
    Frame frame = line.top();
    String place = frame.task().place() + "/listen/to/until";
    return evaluation.holds(until.condition(), list(at), Sight.of(line, frame), place);
  }

  private static Move left(Line line, Attentive at) {
    return Walk.done(line.pop(), list(at));
  }

  private static JsonNode list(Attentive at) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    list.addAll(at.outputs());
    return list;
  }

  /** Whether a line waits to hear with this ear. */
  static boolean isHearing(Line line, int ear) {
    return line.depth() > 0
        && line.ear() == ear
        && line.top().progress() instanceof Attentive at
        && at.item().isEmpty();
  }
}
