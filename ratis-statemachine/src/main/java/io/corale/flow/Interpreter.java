package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.corale.flow.Task.Work;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Runs branches of a composition from one waiting point to the next: pure, without state, on any
 * thread.
 *
 * <p>It never throws on what a composition, its data or a function's answer contain: whatever goes
 * wrong there is a {@link Step.Fault} that names the task. The caller bounds the time: an
 * evaluation ends soon after {@link Plan#isAbandoned} turns true.
 */
public final class Interpreter {
  private Interpreter() {}

  /** What the new root branch (number 0 at step 0) does up to its first waiting point. */
  public static Transition begin(Composition composition, Payload input, Plan plan) {
    Guard guard = new Guard(0, 0);
    try {
      JsonNode raw = parse(input, "the input", "");
      Evaluation evaluation = new Evaluation(composition, plan);
      JsonNode transformed = evaluation.compositionInput(raw);
      Walk walk = new Walk(evaluation, transformed);
      walk.start(new Line(0, new TreeMap<>(), 0), composition.root(), transformed);
      return transition(guard, evaluation);
    } catch (Faulted e) {
      return fault(guard, e.problem());
    }
  }

  /** What a waiting branch does with its signal, up to its next waiting point or its end. */
  public static Transition advance(
      Composition composition, BranchView view, Signal signal, Plan plan) {
    Guard guard = new Guard(view.branch(), view.step());
    Optional<Memory.Recalled> recalled = Memory.read(composition, view.branch(), view.state());
    if (recalled.isEmpty()) {
      return fault(
          guard,
          Problem.configuration(
              "what branch " + view.branch() + " remembers does not belong to " + composition, ""));
    }
    Line line = recalled.get().line();
    Frame waiting = line.pop();
    try {
      JsonNode output = output(waiting.task(), signal);
      Evaluation evaluation = new Evaluation(composition, plan);
      new Walk(evaluation, recalled.get().compositionInput()).resume(line, waiting, output);
      return transition(guard, evaluation);
    } catch (Faulted e) {
      return fault(guard, e.problem());
    }
  }

  private static JsonNode output(Task task, Signal signal) throws Faulted {
    if (signal instanceof Signal.Failed failed) {
      throw new Faulted(failed.problem().at(task.place()));
    }
    if (signal instanceof Signal.Returned returned && task.work() instanceof Work.Call call) {
      String what = "the result of function '" + call.function().name() + "'";
      return parse(returned.result(), what, task.place());
    }
    if (signal instanceof Signal.Joined joined && task.work() instanceof Work.Fork) {
      ArrayNode outputs = JsonNodeFactory.instance.arrayNode();
      for (Payload output : joined.outputs()) {
        outputs.add(parse(output, "the output of a branch", task.place()));
      }
      return outputs;
    }
    throw new Faulted(
        Problem.configuration(
            "a signal " + signal.getClass().getSimpleName() + " does not fit this task",
            task.place()));
  }

  private static JsonNode parse(Payload payload, String what, String place) throws Faulted {
    Optional<JsonNode> value = Json.read(payload);
    if (value.isEmpty()) {
      throw new Faulted(
          Problem.validation(
              what + " is not JSON of at most " + Json.MAX_DEPTH + " levels: " + payload, place));
    }
    return value.get();
  }

  private static Transition transition(Guard guard, Evaluation evaluation) {
    return new Transition(List.of(guard), evaluation.steps());
  }

  private static Transition fault(Guard guard, Problem problem) {
    return new Transition(List.of(guard), List.of(new Step.Fault(problem)));
  }
}
