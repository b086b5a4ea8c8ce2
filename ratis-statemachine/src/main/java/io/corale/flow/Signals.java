package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.corale.flow.Frame.Progress;
import io.corale.flow.Line.Heritage;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Signal;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a signal means to the branch that waited for it. */
final class Signals {
  private Signals() {}

  /** Where which line goes on. */
  record Meant(Line line, Move move) {}

  static Meant read(Evaluation evaluation, Memory.Recalled recalled, Signal signal) throws Faulted {
    Line line = recalled.line();
    if (signal instanceof Signal.Elapsed elapsed) {
      return elapsed(line, elapsed.timer());
    }
    if (signal instanceof Signal.Resumed && recalled.turn().isPresent()) {
      Memory.Turn turn = recalled.turn().get();
      return new Meant(line, new Move.Enter(turn.task(), turn.raw()));
    }
    if (signal instanceof Signal.Heard heard) {
      return heard(line, recalled, heard);
    }
    if (signal instanceof Signal.Item item && recalled.seed().isPresent()) {
      return sown(evaluation, line, recalled.seed().get(), item);
    }
    if (line.depth() == 0 || recalled.turn().isPresent()) {
      throw unfit(signal, "");
    }
    Frame waited = line.pop();
    if (isElsewhere(waited.task().work())) {
      line.turns = 0;
    }
    if (signal instanceof Signal.Failed failed) {
      return new Meant(line, new Move.Raise(placed(failed.problem(), waited.task())));
    }
    return new Meant(line, done(waited, signal));
  }

  /** Whether the branch has waited for something that others do. */
  private static boolean isElsewhere(Work work) {
    return work instanceof Work.Call || work instanceof Work.Run || work instanceof Work.Elsewhere;
  }

  /** Whether it has waited for a provider. */
  static boolean isCall(Work work) {
    return work instanceof Work.Call || work instanceof Work.Elsewhere;
  }

  private static Meant heard(Line line, Memory.Recalled recalled, Signal.Heard heard)
      throws Faulted {
    if (recalled.turn().isPresent() || !Listens.isHearing(line, heard.ear())) {
      throw unfit(heard, "");
    }
    return new Meant(line, new Move.Hear(heard.event()));
  }

  /** An answer that cannot be read is an error of the task that waited for it. */
  private static Move done(Frame waited, Signal signal) throws Faulted {
    if (signal instanceof Signal.Returned && isNotAwaited(waited.task().work())) {
      return Walk.done(waited, waited.input());
    }
    try {
      return Walk.done(waited, output(waited.task(), signal));
    } catch (Faulted e) {
      if (e.kind() == Faulted.Kind.FINAL) {
        throw e;
      }
      return new Move.Raise(e.problem());
    }
  }

  private static boolean isNotAwaited(Work work) {
    return (work instanceof Work.Run run && !run.isAwaited())
        || (work instanceof Work.Elsewhere elsewhere && !elsewhere.isAwaited());
  }

  /** Errors of a call and of another composition are at the task; those of a branch know theirs. */
  private static Problem placed(Problem problem, Task task) {
    return isElsewhere(task.work()) || problem.instance().isEmpty()
        ? problem.at(task.place())
        : problem;
  }

  private static JsonNode output(Task task, Signal signal) throws Faulted {
    if (signal instanceof Signal.Returned returned && task.work() instanceof Work.Call call) {
      String what = "the result of function '" + call.function().name() + "'";
      return parse(returned.result(), what, task.place());
    }
    if (signal instanceof Signal.Returned returned && task.work() instanceof Work.Run run) {
      return parse(
          returned.result(), "the output of composition '" + run.name() + "'", task.place());
    }
    if (signal instanceof Signal.Returned returned
        && task.work() instanceof Work.Elsewhere elsewhere) {
      String what = "the end of composition '" + elsewhere.name() + "'";
      return ElsewhereEnd.output(parse(returned.result(), what, task.place()), task.place());
    }
    if (signal instanceof Signal.Joined joined && opensBranches(task.work())) {
      ArrayNode outputs = JsonNodeFactory.instance.arrayNode();
      for (Payload output : joined.outputs()) {
        outputs.add(parse(output, "the output of a branch", task.place()));
      }
      boolean isRace = task.work() instanceof Work.Fork fork && fork.competes();
      return isRace && outputs.size() == 1
          ? outputs.get(0)
          : Evaluation.requireFlat(outputs, task.place());
    }
    throw unfit(signal, task.place());
  }

  private static boolean opensBranches(Work work) {
    return work instanceof Work.Fork || work instanceof Work.Spread;
  }

  private static Meant elapsed(Line line, int timer) throws Faulted {
    if (timer == Timers.WHOLE) {
      line.truncate(0);
      throw new Faulted(
          Faulted.Kind.FINAL, Problem.timeout("the composition did not end in its time", ""));
    }
    int depth = Timers.depth(timer);
    if (depth > line.depth()) {
      throw unfit(new Signal.Elapsed(timer), "");
    }
    line.timers.elapsed(timer);
    line.truncate(depth);
    line.turns = 0;
    Task task = line.top().task();
    return switch (Timers.kind(timer)) {
      case TIMEOUT -> {
        line.pop();
        yield new Meant(
            line,
            new Move.Raise(Problem.timeout("the task did not end in its time", task.place())));
      }
      case ATTEMPT ->
          new Meant(
              line,
              new Move.Raise(Problem.timeout("the attempt did not end in its time", task.place())));
      case PAUSE -> new Meant(line, paused(line));
      case EAR -> throw unfit(new Signal.Elapsed(timer), task.place());
    };
  }

  private static Move paused(Line line) throws Faulted {
    Frame frame = line.top();
    if (frame.progress() instanceof Progress.Pausing pausing) {
      line.replaceTop(frame.at(pausing.next()));
      return new Move.Again();
    }
    if (frame.task().work() instanceof Work.Wait) {
      return Walk.done(line.pop(), frame.input());
    }
    throw unfit(new Signal.Elapsed(Timers.number(line.depth(), Timers.Kind.PAUSE)), "");
  }

  /** One branch of a fork, or one iteration of a loop, that begins by a signal of its own. */
  private static Meant sown(Evaluation evaluation, Line line, Memory.Seed seed, Signal.Item item)
      throws Faulted {
    Task task = seed.task();
    if (task.work() instanceof Work.Fork fork && item.index() < fork.branches().list().size()) {
      Task branch = fork.branches().list().get(item.index());
      Heritage heritage = line.heritage.forTasks(List.of(branch), evaluation.composition());
      return new Meant(
          new Line(line.number, heritage, new TreeSet<>()), new Move.Enter(branch, seed.input()));
    }
    if (task.work() instanceof Work.Spread loop) {
      SortedMap<String, JsonNode> variables = new TreeMap<>(line.heritage.variables());
      variables.put(loop.range().each(), parse(item.item(), "the item", task.place() + "/for/in"));
      variables.put(loop.range().at(), IntNode.valueOf(item.index()));
      long rest =
          line.heritage.restMicros()
              + evaluation.ranks().laterRounds(loop, item.index(), seed.count());
      Heritage heritage =
          new Heritage(variables, line.heritage.origin(), rest)
              .forTasks(loop.tasks().list(), evaluation.composition());
      return new Meant(
          new Line(line.number, heritage, new TreeSet<>()),
          new Move.Enter(loop.tasks().first(), seed.input()));
    }
    throw unfit(item, task.place());
  }

  private static Faulted unfit(Signal signal, String place) {
    return new Faulted(
        Faulted.Kind.FINAL,
        Problem.configuration(
            "a signal " + signal.getClass().getSimpleName() + " does not fit this branch", place));
  }

  static JsonNode parse(Payload payload, String what, String place) throws Faulted {
    Optional<JsonNode> value = Json.read(payload);
    if (value.isEmpty()) {
      throw new Faulted(
          Problem.validation(
              what
                  + " is not JSON of at most "
                  + Json.MAX_DEPTH
                  + " levels and "
                  + Json.MAX_TOKENS
                  + " brackets, names and values: "
                  + payload,
              place));
    }
    return value.get();
  }
}
