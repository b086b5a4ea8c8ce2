package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.corale.flow.Frame.Loop;
import io.corale.flow.Task.Case;
import io.corale.flow.Task.Tasks;
import io.corale.flow.Task.Work;
import io.corale.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Walks a line through the tree of tasks until it waits or ends.
 *
 * <pre>
 * enter:  raw input -> input.from -> if -> the work
 * leave:  output of the work -> output.as -> then -> enter the next task, or leave the one around
 * </pre>
 *
 * A task that its {@code if} skips hands on its raw input to the next of the list, whatever its
 * {@code then} says. The walk is a loop, not a recursion: only forks nest.
 */
final class Walk {
  private final Evaluation evaluation;
  private final JsonNode compositionInput;

  /** Where a line goes next; a line that waits has no move. */
  private sealed interface Move {
    record Enter(Task task, JsonNode raw) implements Move {}

    record Leave(Frame frame, JsonNode output, Next next) implements Move {}

    record Over(JsonNode output) implements Move {}

    record Waits() implements Move {}
  }

  Walk(Evaluation evaluation, JsonNode compositionInput) {
    this.evaluation = evaluation;
    this.compositionInput = compositionInput;
  }

  /** Runs the root line from its first task. */
  void start(Line line, Tasks tasks, JsonNode input) throws Faulted {
    finish(line, run(line, new Move.Enter(tasks.list().get(0), input)));
  }

  /** Runs a line on from the task for which it waited. */
  void resume(Line line, Frame waited, JsonNode output) throws Faulted {
    finish(line, run(line, new Move.Leave(waited, output, waited.task().then())));
  }

  private void finish(Line line, Optional<JsonNode> output) throws Faulted {
    if (output.isEmpty()) {
      return;
    }
    JsonNode result = output.get();
    Composition composition = evaluation.composition();
    if (line.number == 0 && composition.as().isPresent()) {
      SortedMap<String, JsonNode> variables = line.variables(compositionInput);
      result = evaluation.fill(composition.as().get(), result, variables, "/output/as");
    }
    evaluation.end(line, result, line.number == 0 ? "/output" : "");
  }

  /** The output of the line; empty if it waits. */
  private Optional<JsonNode> run(Line line, Move first) throws Faulted {
    Move move = first;
    while (true) {
      if (move instanceof Move.Enter enter) {
        move = enter(line, enter.task(), enter.raw());
      } else if (move instanceof Move.Leave leave) {
        move = leave(line, leave);
      } else if (move instanceof Move.Over over) {
        return Optional.of(over.output());
      } else {
        return Optional.empty();
      }
    }
  }

  private Move enter(Line line, Task task, JsonNode raw) throws Faulted {
    evaluation.countTask(task);
    JsonNode input = raw;
    if (task.from().isPresent()) {
      String place = task.place() + "/input/from";
      input = evaluation.fill(task.from().get(), raw, line.variables(), place);
    }
    if (task.condition().isPresent()
        && !evaluation.holds(
            task.condition().get(), input, line.variables(input), task.place() + "/if")) {
      return follow(line, task, raw, new Next.Continue());
    }
    Frame frame = new Frame(task, input, Optional.empty());
    return work(line, frame, task.work());
  }

  private Move work(Line line, Frame frame, Work work) throws Faulted {
    if (work instanceof Work.Set set) {
      String place = frame.task().place() + "/set";
      SortedMap<String, JsonNode> variables = line.variables(frame.input());
      return ended(frame, evaluation.fill(set.value(), frame.input(), variables, place));
    }
    if (work instanceof Work.Switch choice) {
      return new Move.Leave(frame, frame.input(), choose(line, frame, choice));
    }
    if (work instanceof Work.Do inner) {
      line.push(frame);
      return new Move.Enter(inner.tasks().list().get(0), frame.input());
    }
    if (work instanceof Work.For loop) {
      return loop(line, frame, loop);
    }
    if (work instanceof Work.Fork fork) {
      return fork(line, frame, fork.branches());
    }
    Work.Call call = (Work.Call) work;
    evaluation.call(line, frame.task(), call, frame.input());
    line.push(frame);
    evaluation.remember(line, compositionInput, frame.task());
    return new Move.Waits();
  }

  private static Move ended(Frame frame, JsonNode output) {
    return new Move.Leave(frame, output, frame.task().then());
  }

  private Next choose(Line line, Frame frame, Work.Switch choice) throws Faulted {
    SortedMap<String, JsonNode> variables = line.variables(frame.input());
    for (Case option : choice.cases()) {
      String place = frame.task().place() + "/switch/" + option.name() + "/when";
      if (option.when().isEmpty()
          || evaluation.holds(option.when().get(), frame.input(), variables, place)) {
        return option.then();
      }
    }
    return frame.task().then();
  }

  private Move loop(Line line, Frame frame, Work.For loop) throws Faulted {
    String place = frame.task().place() + "/for/in";
    SortedMap<String, JsonNode> variables = line.variables(frame.input());
    JsonNode list = evaluation.fill(loop.in(), frame.input(), variables, place);
    if (!list.isArray()) {
      throw new Faulted(
          Problem.expression("'for.in' must give a list, it gave: " + Json.write(list), place));
    }
    if (list.isEmpty()) {
      return ended(frame, frame.input());
    }
    List<JsonNode> items = new ArrayList<>();
    list.forEach(items::add);
    Loop first = new Loop(items.get(0), 0, List.copyOf(items.subList(1, items.size())));
    line.push(new Frame(frame.task(), frame.input(), Optional.of(first)));
    return new Move.Enter(loop.tasks().list().get(0), frame.input());
  }

  /**
   * Opens the branches and runs each to its first waiting point. Where none waits, nothing is
   * opened: the fork was only a way to write a list.
   */
  private Move fork(Line line, Frame frame, Tasks branches) throws Faulted {
    long rest = evaluation.ranks().rest(line, frame.task());
    Evaluation.Mark mark = evaluation.mark();
    List<Line> children = new ArrayList<>();
    for (Task branch : branches.list()) {
      var variables = Evaluation.needed(branch, line.variables());
      children.add(new Line(evaluation.open(line), variables, rest));
    }
    ArrayNode outputs = JsonNodeFactory.instance.arrayNode();
    boolean anyWaits = false;
    for (int i = 0; i < children.size(); i++) {
      Task branch = branches.list().get(i);
      Optional<JsonNode> output = run(children.get(i), new Move.Enter(branch, frame.input()));
      if (output.isPresent()) {
        outputs.add(output.get());
        evaluation.end(children.get(i), output.get(), branch.place());
      } else {
        anyWaits = true;
      }
    }
    if (!anyWaits) {
      evaluation.rollBack(mark);
      return ended(frame, outputs);
    }
    line.push(frame);
    evaluation.remember(line, compositionInput, frame.task());
    return new Move.Waits();
  }

  private Move leave(Line line, Move.Leave leave) throws Faulted {
    Task task = leave.frame().task();
    JsonNode output = leave.output();
    if (task.as().isPresent()) {
      SortedMap<String, JsonNode> variables = line.variables(leave.frame().input());
      output = evaluation.fill(task.as().get(), output, variables, task.place() + "/output/as");
    }
    return follow(line, task, output, leave.next());
  }

  /** From a task that is done to the next one, or out of the list. */
  private Move follow(Line line, Task task, JsonNode output, Next next) {
    if (next instanceof Next.End) {
      line.frames.clear();
      return new Move.Over(output);
    }
    List<Task> list = evaluation.composition().listOf(task).list();
    if (next instanceof Next.To to) {
      return new Move.Enter(list.get(to.position()), output);
    }
    boolean isBranch = evaluation.composition().isBranch(task);
    if (next instanceof Next.Continue && !isBranch && task.position() + 1 < list.size()) {
      return new Move.Enter(list.get(task.position() + 1), output);
    }
    return line.frames.isEmpty()
        ? new Move.Over(output)
        : around(line, output, next instanceof Next.Exit);
  }

  /** Out of a list, into the task that holds it. */
  private static Move around(Line line, JsonNode output, boolean exits) {
    Frame holder = line.pop();
    if (holder.loop().isPresent() && !exits && !holder.loop().get().rest().isEmpty()) {
      Loop next = holder.loop().get().next();
      line.push(new Frame(holder.task(), holder.input(), Optional.of(next)));
      Work.For loop = (Work.For) holder.task().work();
      return new Move.Enter(loop.tasks().list().get(0), output);
    }
    return ended(holder, output);
  }
}
