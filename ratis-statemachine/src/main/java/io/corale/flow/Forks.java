package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.corale.flow.Line.Heritage;
import io.corale.flow.Move.Halt;
import io.corale.model.Payload;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Opens the branches of a fork. Each is run to its first waiting point at once where all of that
 * fits into one log entry; else each begins by a signal of its own.
 */
final class Forks {
  private final Evaluation evaluation;
  private final Walk walk;

  Forks(Evaluation evaluation, Walk walk) {
    this.evaluation = evaluation;
    this.walk = walk;
  }

  Move enter(Line line, Frame frame, Work.Fork fork) throws Faulted {
    Evaluation.Mark mark = evaluation.mark();
    int depth = line.depth();
    try {
      return atOnce(line, frame, fork);
    } catch (Faulted e) {
      if (e.kind() != Faulted.Kind.OVERFLOW) {
        throw e;
      }
    }
    evaluation.restore(mark);
    line.truncate(depth);
    return oneByOne(line, frame, fork);
  }

  /**
   * Where no branch waits, nothing is opened: the fork was only a way to write a list. Where they
   * compete, the first that need not wait has won before the others begin.
   */
  private Move atOnce(Line line, Frame frame, Work.Fork fork) throws Faulted {
    Steps.Mark mark = evaluation.steps().mark();
    Heritage all = heritage(line, frame);
    List<Task> branches = fork.branches().list();
    int[] numbers = new int[branches.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = evaluation.steps().open(line);
    }
    ArrayNode outputs = JsonNodeFactory.instance.arrayNode();
    boolean anyWaits = false;
    for (int i = 0; i < numbers.length; i++) {
      Task branch = branches.get(i);
      Heritage heritage = all.forTasks(List.of(branch), evaluation.composition());
      Line child = new Line(numbers[i], heritage, new TreeSet<>());
      Halt halt = walk.run(child, new Move.Enter(branch, frame.input()));
      if (halt instanceof Halt.EndedAll) {
        evaluation.steps().undo(mark);
        return new Move.Stop(halt);
      }
      if (!(halt instanceof Halt.Ended ended)) {
        anyWaits = true;
        continue;
      }
      if (fork.competes()) {
        evaluation.steps().undo(mark);
        return Walk.done(frame, ended.output());
      }
      outputs.add(ended.output());
      evaluation.steps().end(child, Json.write(ended.output()), branch.place());
    }
    if (!anyWaits) {
      evaluation.steps().undo(mark);
      return Walk.done(frame, Evaluation.requireFlat(outputs, frame.task().place()));
    }
    return waits(line, frame, fork);
  }

  private Move oneByOne(Line line, Frame frame, Work.Fork fork) throws Faulted {
    List<Task> branches = fork.branches().list();
    String place = frame.task().place();
    Heritage heritage = heritage(line, frame).forTasks(branches, evaluation.composition());
    JsonNode input = frame.input();
    Payload seed = Memory.write(heritage, new Memory.Seed(frame.task(), input, branches.size()));
    evaluation.steps().requireFit(seed, "what a branch begins with is", place);
    List<Payload> items =
        IntStream.range(0, branches.size())
            .mapToObj(i -> Payload.ofJson(Integer.toString(i)))
            .toList();
    evaluation.steps().add(new Step.Spread(line.number, seed, items, branches.size()), place);
    return waits(line, frame, fork);
  }

  private Move waits(Line line, Frame frame, Work.Fork fork) throws Faulted {
    if (fork.competes()) {
      evaluation.steps().add(new Step.Race(line.number), frame.task().place());
    }
    walk.push(line, frame);
    return walk.waits(line);
  }

  private Heritage heritage(Line line, Frame frame) {
    long rest = evaluation.ranks().rest(line, frame.task());
    return new Heritage(line.variables(), line.heritage.origin(), rest);
  }
}
