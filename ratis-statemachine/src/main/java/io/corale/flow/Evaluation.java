package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.flow.Task.Work;
import io.corale.flow.jq.Budget;
import io.corale.flow.jq.ExpressionFailure;
import io.corale.flow.jq.Query;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One evaluation of the interpreter: the steps it has gathered, what it may still spend, and the
 * bounds that it keeps.
 *
 * <p>Confined to one thread.
 */
final class Evaluation {
  /**
   * Tasks that run without a waiting point between them. More is a loop that never ends, and until
   * it ends it keeps other invocations from being evaluated.
   */
  static final int MAX_TASKS = 10_000;

  /** What a step takes in a log entry beside its payloads: names, numbers and tags, rounded up. */
  private static final int STEP_BYTES = 256;

  private final Composition composition;
  private final Plan plan;
  private final Budget budget;
  private final Ranks ranks;
  private final List<Step> steps = new ArrayList<>();
  private int tasks;
  private int opened;

  Evaluation(Composition composition, Plan plan) {
    this.composition = composition;
    this.plan = plan;
    this.budget = new Budget(plan::isAbandoned);
    this.ranks = new Ranks(composition, plan);
  }

  Composition composition() {
    return composition;
  }

  Ranks ranks() {
    return ranks;
  }

  List<Step> steps() {
    return steps;
  }

  /** A place in the steps to which {@link #rollBack} returns. */
  record Mark(int steps, int opened) {}

  Mark mark() {
    return new Mark(steps.size(), opened);
  }

  void rollBack(Mark mark) {
    steps.subList(mark.steps(), steps.size()).clear();
    opened = mark.opened();
  }

  /** Opens a child and gives its number in this transition. */
  int open(Line parent) {
    steps.add(new Step.Open(parent.number));
    opened++;
    return -opened;
  }

  void remember(Line line, JsonNode compositionInput, Task task) throws Faulted {
    Payload state = Memory.write(composition, line, compositionInput);
    requireInline(state, "what the branch must remember is", task.place());
    add(new Step.Remember(line.number, state), task.place());
  }

  void call(Line line, Task task, Work.Call call, JsonNode input) throws Faulted {
    FunctionSpec function = call.function();
    Optional<Implementation> chosen = plan.choose(function);
    if (chosen.isEmpty()) {
      List<String> accounts =
          function.implementations().stream().map(each -> each.account().value()).toList();
      throw new Faulted(
          Problem.configuration(
              "function '"
                  + function.name()
                  + "' cannot be called: none of its accounts is configured: "
                  + String.join(", ", accounts),
              task.place()));
    }
    JsonNode arguments =
        call.arguments().isPresent()
            ? fill(call.arguments().get(), input, line.variables(input), task.place() + "/with")
            : input;
    Payload payload = Json.write(arguments);
    requireInline(payload, "the arguments of function '" + function.name() + "' are", task.place());
    long estimate = ranks.estimate(function);
    CallSpec spec =
        new CallSpec(
            function.name(),
            chosen.get().id(),
            chosen.get().account(),
            chosen.get().scope(),
            payload,
            chosen.get().timeoutMicros(),
            estimate + ranks.rest(line, task),
            estimate,
            function.retry(),
            task.place());
    add(new Step.Call(line.number, spec), task.place());
  }

  void end(Line line, JsonNode output, String place) throws Faulted {
    Payload payload = Json.write(output);
    requireInline(
        payload, line.number == 0 ? "the output is" : "the output of the branch is", place);
    add(new Step.End(line.number, payload), place);
  }

  void countTask(Task task) throws Faulted {
    tasks++;
    if (tasks > MAX_TASKS) {
      throw new Faulted(
          Problem.configuration(
              "more than " + MAX_TASKS + " tasks ran without a call between them; is this a loop?",
              task.place()));
    }
    if (plan.isAbandoned()) {
      throw new Faulted(Problem.timeout("the evaluation was abandoned", task.place()));
    }
  }

  JsonNode compositionInput(JsonNode raw) throws Faulted {
    return composition.from().isPresent()
        ? fill(composition.from().get(), raw, new TreeMap<>(), "/input/from")
        : raw;
  }

  JsonNode fill(
      Template template, JsonNode input, SortedMap<String, JsonNode> variables, String place)
      throws Faulted {
    try {
      return template.fill(input, variables, budget);
    } catch (ExpressionFailure e) {
      throw new Faulted(Problem.expression(e.reason(), place));
    }
  }

  /** Whether a condition holds: anything but false and null does, as in jq. */
  boolean holds(Query condition, JsonNode input, SortedMap<String, JsonNode> vars, String place)
      throws Faulted {
    JsonNode value = fill(new Template.Computed(condition), input, vars, place);
    return !value.isNull() && !(value.isBoolean() && !value.booleanValue());
  }

  private void add(Step step, String place) throws Faulted {
    steps.add(step);
    int bytes = steps.stream().mapToInt(Evaluation::sizeBytes).sum();
    if (bytes > Transition.MAX_BYTES) {
      throw new Faulted(
          Problem.validation(
              "one step of the composition needs "
                  + bytes
                  + " bytes in the log, the limit is "
                  + Transition.MAX_BYTES
                  + " bytes",
              place));
    }
  }

  private static int sizeBytes(Step step) {
    if (step instanceof Step.Remember remember) {
      return STEP_BYTES + remember.state().sizeBytes();
    }
    if (step instanceof Step.Call call) {
      return STEP_BYTES + call.call().arguments().sizeBytes();
    }
    if (step instanceof Step.End end) {
      return STEP_BYTES + end.output().sizeBytes();
    }
    return STEP_BYTES;
  }

  private static void requireInline(Payload payload, String what, String place) throws Faulted {
    if (!payload.fitsInline()) {
      throw new Faulted(
          Problem.validation(
              what
                  + " "
                  + payload.sizeBytes()
                  + " bytes long, the limit is "
                  + Payload.MAX_INLINE_BYTES
                  + " bytes",
              place));
    }
  }

  /** Only the variables that this task or one inside it looks at. */
  static SortedMap<String, JsonNode> needed(Task task, SortedMap<String, JsonNode> variables) {
    SortedMap<String, JsonNode> needed = new TreeMap<>(variables);
    needed.keySet().removeIf(name -> !task.mentions(name));
    return needed;
  }
}
