package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.corale.flow.Frame.Progress.Loop;
import io.corale.flow.Line.Heritage;
import io.corale.flow.Work.Range;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.List;

/** Walks through the iterations of a {@code for}, or opens a branch for each. */
final class Loops {
  private final Evaluation evaluation;
  private final Walk walk;

  Loops(Evaluation evaluation, Walk walk) {
    this.evaluation = evaluation;
    this.walk = walk;
  }

  Move enter(Line line, Frame frame, Work.For loop) throws Faulted {
    List<JsonNode> items = items(line, frame, loop.range());
    if (items.isEmpty()) {
      return Walk.done(frame, frame.input());
    }
    Loop first = new Loop(items.get(0), 0, List.copyOf(items.subList(1, items.size())));
    walk.push(line, frame.at(first));
    return iterate(line, loop, frame.input());
  }

  /** After an iteration: to the next one, or out of the loop. */
  Move next(Line line, JsonNode output) throws Faulted {
    Frame frame = line.top();
    Loop loop = (Loop) frame.progress();
    if (loop.rest().isEmpty()) {
      return Walk.done(line.pop(), output);
    }
    line.replaceTop(frame.at(loop.next()));
    return iterate(line, (Work.For) frame.task().work(), output);
  }

  private Move iterate(Line line, Work.For loop, JsonNode raw) throws Faulted {
    Frame frame = line.top();
    if (loop.condition().isPresent()
        && !evaluation.holds(
            loop.condition().get(), raw, Sight.of(line, frame), frame.task().place() + "/while")) {
      return Walk.done(line.pop(), raw);
    }
    return new Move.Enter(loop.tasks().first(), raw);
  }

  /** Side by side: each iteration begins by a signal of its own (rule 20). */
  Move enter(Line line, Frame frame, Work.Spread loop) throws Faulted {
    List<JsonNode> items = items(line, frame, loop.range());
    String place = frame.task().place();
    if (items.size() > Step.Spread.MAX_ITEMS) {
      throw new Faulted(
          Problem.validation(
              "'for.in' gave " + items.size() + " items, the limit is " + Step.Spread.MAX_ITEMS,
              place + "/for/in"));
    }
    if (items.isEmpty()) {
      return Walk.done(frame, JsonNodeFactory.instance.arrayNode());
    }
    List<Payload> payloads = new ArrayList<>(items.size());
    for (JsonNode item : items) {
      Payload payload = Json.write(item);
      evaluation.steps().requireFit(payload, "an item is", place + "/for/in");
      payloads.add(payload);
    }
    Heritage heritage =
        new Heritage(
                line.variables(),
                line.heritage.origin(),
                evaluation.ranks().rest(line, frame.task()))
            .forTasks(loop.tasks().list(), evaluation.composition());
    Payload seed =
        Memory.write(heritage, new Memory.Seed(frame.task(), frame.input(), items.size()));
    evaluation.steps().requireFit(seed, "what an iteration begins with is", place);
    evaluation.steps().add(new Step.Spread(line.number, seed, payloads, loop.parallelism()), place);
    walk.push(line, frame);
    return walk.waits(line);
  }

  private List<JsonNode> items(Line line, Frame frame, Range range) throws Faulted {
    String place = frame.task().place() + "/for/in";
    JsonNode list = evaluation.fill(range.in(), frame.input(), Sight.of(line, frame), place);
    if (!list.isArray()) {
      throw new Faulted(
          Problem.expression("'for.in' must give a list, it gave: " + Json.write(list), place));
    }
    List<JsonNode> items = new ArrayList<>(list.size());
    list.forEach(items::add);
    return items;
  }
}
