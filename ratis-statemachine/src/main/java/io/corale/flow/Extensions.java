package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.flow.Frame.Data;
import io.corale.flow.Frame.Progress;
import io.corale.flow.Frame.Progress.After;
import io.corale.flow.Frame.Progress.Before;
import io.corale.flow.Frame.Progress.Within;

/**
 * Walks through what extends a task, around the work of the task itself.
 *
 * <pre>
 * if -> input.from -> when -> before -> the work -> after -> output.as -> export.as -> then
 * </pre>
 *
 * Before and after change nothing of what the task gets and gives, but for an {@code exit} in
 * before: its output is that of the work, which is skipped with what comes after.
 */
final class Extensions {
  private final Evaluation evaluation;
  private final Walk walk;

  Extensions(Evaluation evaluation, Walk walk) {
    this.evaluation = evaluation;
    this.walk = walk;
  }

  Move enter(Line line, Frame frame, Work.Extended work) throws Faulted {
    JsonNode task = seen(evaluation.composition(), frame.task(), frame.data());
    walk.push(line, frame.at(new Before(task)));
    boolean applies =
        work.when().isEmpty()
            || evaluation.holds(
                work.when().get(),
                frame.input(),
                Sight.of(line, line.top()),
                work.place() + "/when");
    return applies && work.before().isPresent()
        ? new Move.Enter(work.before().get().first(), frame.input())
        : work(line, new Within(applies));
  }

  /** The work itself, as that of the task: it sees the same data. */
  private Move work(Line line, Within within) throws Faulted {
    Frame holder = line.top().at(within);
    line.replaceTop(holder);
    Task inner = ((Work.Extended) holder.task().work()).task().first();
    evaluation.countTask(inner);
    return walk.work(line, new Frame(inner, holder.data(), Frame.ONCE), inner.work());
  }

  /** After the work, whose task is the innermost again. */
  Move worked(Line line, JsonNode output, Next next) {
    Frame holder = line.top();
    Work.Extended work = (Work.Extended) holder.task().work();
    boolean applied = holder.progress() instanceof Within within && within.applies();
    if (!applied || work.after().isEmpty()) {
      return new Move.Leave(line.pop(), output, next);
    }
    JsonNode task = seenAfter(evaluation.composition(), holder.task(), holder.data(), output);
    line.replaceTop(holder.at(new After(task, output, next)));
    return new Move.Enter(work.after().get().first(), output);
  }

  /** Out of the tasks before or after the work. */
  Move around(Line line, JsonNode output, boolean exits) throws Faulted {
    if (line.top().progress() instanceof After after) {
      return new Move.Leave(line.pop(), after.output(), after.next());
    }
    return exits ? Walk.done(line.pop(), output) : work(line, new Within(true));
  }

  /**
   * What {@code $task} is for an extension: the task that it extends, and its keys beside them. Of
   * use only if the extension looks at it; else nothing is made.
   */
  static JsonNode seen(Composition composition, Task task, Data data) {
    if (!task.mentionsLater("task") && !task.work().mentionsItself("task")) {
      return JsonNodeFactory.instance.nullNode();
    }
    ObjectNode seen = JsonNodeFactory.instance.objectNode();
    if (composition.definition().at(task.place()) instanceof ObjectNode definition) {
      seen.setAll(definition);
    }
    return seen.setAll(Variables.task(composition, task, data));
  }

  /** The same after the work has given this. */
  static JsonNode seenAfter(Composition composition, Task task, Data data, JsonNode output) {
    return seen(composition, task, data) instanceof ObjectNode object
        ? object.set("output", output)
        : JsonNodeFactory.instance.nullNode();
  }

  static boolean isAround(Progress progress) {
    return progress instanceof Before || progress instanceof After;
  }
}
