package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.model.Event;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.scheduler.Signal;
import io.corale.scheduler.StepHandler;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The trace of what was decided: for each applied transition whose it is, what it was given, and
 * its steps, as text. Numbers of branches are not in it, for they tell only which of two was first;
 * nor are ranks and estimates, which say how urgent a call is and not what is done.
 */
final class Decisions {
  private final List<Decision> all = new ArrayList<>();

  private record Decision(InvocationId whose, Optional<Signal> given, Transition transition) {}

  /**
   * A transition was applied.
   *
   * @param given the signal that it consumed; empty for the one with which an invocation begins
   */
  void note(InvocationId whose, Optional<Signal> given, Transition transition) {
    all.add(new Decision(whose, given, transition));
  }

  /** All of it, in the order in which it was applied. */
  List<String> inOrder() {
    return all.stream().map(each -> text(each, new Exactly())).toList();
  }

  /** The same where time may have passed meanwhile: in no order, and without what time makes. */
  List<String> atAnyTime() {
    return all.stream().map(each -> text(each, new Timeless())).sorted().toList();
  }

  private static String text(Decision decision, Exactly steps) {
    return decision.whose()
        + decision.given().map(signal -> " was given " + steps.of(signal)).orElse(" was accepted")
        + decision.transition().steps().stream()
            .map(step -> step.to(steps))
            .collect(Collectors.joining("; ", ": ", ""));
  }

  /** Steps as text, with the times in them. */
  private static class Exactly implements StepHandler<String, RuntimeException> {
    String of(Signal signal) {
      return signal instanceof Signal.Heard heard
          ? "Heard[" + heard.ear() + " " + of(heard.event()) + "]"
          : signal.toString();
    }

    String of(Event event) {
      return event.content().json();
    }

    String state(Payload state) {
      return state.json();
    }

    String time(long micros) {
      return " in " + micros + " us";
    }

    private static String who(int branch) {
      return branch < 0 ? "new " + -branch : branch == 0 ? "root" : "branch";
    }

    @Override
    public String on(Step.Remember step) {
      return who(step.branch()) + " remembers " + state(step.state());
    }

    @Override
    public String on(Step.Call step) {
      Transition.CallSpec call = step.call();
      return String.join(
          " ",
          who(step.branch()),
          "calls",
          call.function(),
          call.implementation(),
          call.account() + "/" + call.scope(),
          call.arguments().json(),
          call.retry() + " " + call.timeoutMicros(),
          call.place());
    }

    @Override
    public String on(Step.Open step) {
      return who(step.parent()) + " opens";
    }

    @Override
    public String on(Step.Race step) {
      return who(step.parent()) + " races";
    }

    @Override
    public String on(Step.Spread step) {
      return who(step.parent())
          + " spreads "
          + state(step.seed())
          + " over "
          + step.items().stream().map(Payload::json).toList()
          + " by "
          + step.parallelism();
    }

    @Override
    public String on(Step.End step) {
      return who(step.branch()) + " ends with " + step.output().json();
    }

    @Override
    public String on(Step.Fail step) {
      return who(step.branch()) + " fails with " + step.problem();
    }

    @Override
    public String on(Step.Complete step) {
      return "completes with " + step.output().json();
    }

    @Override
    public String on(Step.Fault step) {
      return "faults with " + step.problem();
    }

    @Override
    public String on(Step.Arm step) {
      return who(step.branch()) + " arms " + step.timer() + time(step.micros());
    }

    @Override
    public String on(Step.Disarm step) {
      return who(step.branch()) + " disarms " + step.timer();
    }

    @Override
    public String on(Step.Yield step) {
      return who(step.branch()) + " yields";
    }

    @Override
    public String on(Step.Export step) {
      return "exports " + step.context().json();
    }

    @Override
    public String on(Step.Run step) {
      Transition.RunSpec run = step.run();
      return String.join(
          " ",
          who(step.branch()),
          run.isAwaited() ? "runs" : "begins",
          run.composition().toString(),
          run.input().json(),
          run.place());
    }

    @Override
    public String on(Step.Listen step) {
      return who(step.branch()) + " listens by " + step.ear() + " to " + step.subscriptions();
    }

    @Override
    public String on(Step.Hear step) {
      return who(step.branch()) + " hears " + step.ear() + (step.passes() ? " passing" : "");
    }

    @Override
    public String on(Step.Emit step) {
      return "emits " + of(step.event());
    }
  }

  /** Steps as text, without the times in them. */
  private static final class Timeless extends Exactly {
    @Override
    String of(Event event) {
      return without(event.content(), List.of("time"));
    }

    /** Without the rest, the wall time and the age at which something began: see {@link Memory}. */
    @Override
    String state(Payload state) {
      ObjectNode memory = (ObjectNode) Json.readMemory(state).orElseThrow();
      memory.remove("r");
      for (JsonNode frame : memory.path("f")) {
        ((ObjectNode) frame).remove(List.of("b", "u"));
      }
      return memory.toString();
    }

    @Override
    String time(long micros) {
      return "";
    }

    private static String without(Payload payload, List<String> names) {
      return ((ObjectNode) Json.read(payload).orElseThrow()).remove(names).toString();
    }
  }
}
