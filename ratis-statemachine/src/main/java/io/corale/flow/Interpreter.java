package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.corale.flow.Evaluation.Occasion;
import io.corale.flow.Line.Heritage;
import io.corale.flow.Line.Origin;
import io.corale.flow.Move.Halt;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.BranchView.Context;
import io.corale.scheduler.BranchView.Moment;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Step;
import io.corale.scheduler.Uncaught;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Runs branches of a composition from one waiting point to the next: pure, without state, on any
 * thread.
 *
 * <p>It never throws on what a composition, its data or a function's answer contain: whatever goes
 * wrong there and is not caught is a {@link Step.Fail}, or a {@link Step.Fault} of the root, that
 * names the task. The caller bounds the time: an evaluation ends soon after {@link
 * Plan#isAbandoned} turns true.
 */
public final class Interpreter {
  private final Evaluation evaluation;
  private final Guard guard;

  private Interpreter(Evaluation evaluation, Guard guard) {
    this.evaluation = evaluation;
    this.guard = guard;
  }

  /** What the new root branch (number 0 at step 0) does up to its first waiting point. */
  public static Transition begin(Composition composition, Beginning beginning, Plan plan) {
    Moment moment = new Moment(beginning.acceptedWallMillis(), 0);
    Guard guard = new Guard(0, 0);
    Occasion occasion = new Occasion(beginning.invocation(), guard, Context.NONE, moment);
    Evaluation evaluation = new Evaluation(composition, plan, occasion);
    return new Interpreter(evaluation, guard).begin(beginning.input(), 0);
  }

  /** What a waiting branch does with its signal, up to its next waiting point or its end. */
  public static Transition advance(
      Composition composition, BranchView view, Signal signal, Plan plan) {
    Guard guard = new Guard(view.branch(), view.step());
    Occasion occasion = new Occasion(view.invocation(), guard, view.context(), view.moment());
    Evaluation evaluation = new Evaluation(composition, plan, occasion);
    Interpreter interpreter = new Interpreter(evaluation, guard);
    return signal instanceof Signal.Begun begun
        ? interpreter.begin(begun.input(), begun.restMicros())
        : interpreter.advance(view.state(), signal);
  }

  private Transition begin(Payload input, long restMicros) {
    Composition composition = evaluation.composition();
    try {
      evaluation.steps().requireSize(input, "the input is", "/input");
      JsonNode raw = Signals.parse(input, "the input", "");
      evaluation.require(composition.filters().schemas().input(), raw, "/input/schema");
      Line before = root(new Origin(Optional.of(raw), Optional.empty()), restMicros);
      JsonNode transformed = raw;
      if (composition.filters().from().isPresent()) {
        transformed =
            evaluation.fill(
                composition.filters().from().get(),
                raw,
                Sight.ofComposition(before),
                "/input/from");
      }
      Line line =
          root(
              new Origin(
                  composition.keepsRawInput() ? Optional.of(raw) : Optional.empty(),
                  composition.keepsInput() ? Optional.of(transformed) : Optional.empty()),
              restMicros);
      if (composition.timeout().isPresent()) {
        Sight sight = Sight.ofComposition(before, transformed);
        Timeout timeout = composition.timeout().get();
        line.timers.want(
            Timers.WHOLE,
            evaluation.micros(timeout.after(), transformed, sight, timeout.place("")));
      }
      return run(line, new Move.Enter(composition.root().first(), transformed));
    } catch (Faulted e) {
      return failed(e);
    }
  }

  private static Line root(Origin origin, long restMicros) {
    Heritage heritage = new Heritage(new TreeMap<>(), origin, restMicros);
    return new Line(0, heritage, new TreeSet<>());
  }

  private Transition advance(Payload state, Signal signal) {
    Optional<Memory.Recalled> recalled =
        Memory.read(evaluation.composition(), guard.branch(), state);
    if (recalled.isEmpty()) {
      return failed(
          new Faulted(
              Faulted.Kind.FINAL,
              Problem.configuration(
                  "what branch "
                      + guard.branch()
                      + " remembers does not belong to "
                      + evaluation.composition(),
                  "")));
    }
    Line line = recalled.get().line();
    boolean mayWait = mayWaitForPerson(line, signal);
    boolean isAnew = mayWait && wasCancelledElsewhere(line, signal);
    try {
      Signals.Meant meant = Signals.read(evaluation, recalled.get(), signal);
      return run(meant.line(), meant.move());
    } catch (Faulted e) {
      boolean isUncaught = mayWait && e.kind() == Faulted.Kind.ERROR && !evaluation.hasCaught();
      return isUncaught ? failed(e).uncaught(new Uncaught(evaluation.over(), isAnew)) : failed(e);
    }
  }

  /**
   * Whether a composition of another owner did not end in its time, and so was to be cancelled
   * there: under the same name only that would be told again. After any other failure that name
   * finds what became of it.
   */
  private static boolean wasCancelledElsewhere(Line line, Signal signal) {
    return line.top().task().work() instanceof Work.Elsewhere
        && signal instanceof Signal.Failed failed
        && failed.problem().status() == Problem.timeout("", "").status();
  }

  /**
   * Whether a signal is the failure of a call, which no {@code try} around the branch may catch.
   * Whether one in it does is seen when it is interpreted; then nothing has run that could have
   * failed instead.
   */
  private boolean mayWaitForPerson(Line line, Signal signal) {
    return signal instanceof Signal.Failed
        && line.depth() > 0
        && Signals.isCall(line.top().task().work())
        && !evaluation.composition().isTried(line.frames().get(0).task());
  }

  private Transition run(Line line, Move move) throws Faulted {
    Halt halt = new Walk(evaluation).run(line, move);
    if (halt instanceof Halt.Ended ended) {
      return line.number == 0
          ? transition(completed(line, ended.output()))
          : transition(new Step.End(line.number, output(ended.output(), "of the branch ")));
    }
    if (halt instanceof Halt.EndedAll ended) {
      return transition(completed(line, ended.output()));
    }
    return transition(evaluation.steps().list());
  }

  /** The end of the invocation; no task is left that could catch what goes wrong now. */
  private Step completed(Line line, JsonNode output) throws Faulted {
    try {
      return filtered(line, output);
    } catch (Faulted e) {
      throw new Faulted(Faulted.Kind.FINAL, e.problem());
    }
  }

  private Step filtered(Line line, JsonNode output) throws Faulted {
    Composition composition = evaluation.composition();
    JsonNode result = output;
    if (composition.filters().as().isPresent()) {
      JsonNode input = line.heritage.origin().input().orElse(NullNode.instance);
      Sight sight = Sight.ofComposition(line, input);
      result = evaluation.fill(composition.filters().as().get(), output, sight, "/output/as");
    }
    evaluation.require(composition.filters().schemas().output(), result, "/output/schema");
    Payload payload = output(result, "");
    return line.number == 0 ? new Step.End(0, payload) : new Step.Complete(payload);
  }

  private Payload output(JsonNode value, String whose) throws Faulted {
    Payload payload = Json.write(value);
    evaluation
        .steps()
        .requireFit(payload, "the output " + whose + "is", whose.isEmpty() ? "/output" : "");
    return payload;
  }

  private Transition failed(Faulted error) {
    boolean endsAll = guard.branch() == 0 || error.kind() == Faulted.Kind.FINAL;
    return transition(
        endsAll ? new Step.Fault(error.problem()) : new Step.Fail(guard.branch(), error.problem()));
  }

  /** The end of the branch, and what it has said before. */
  private Transition transition(Step last) {
    List<Step> steps = new ArrayList<>(evaluation.steps().emitted());
    steps.add(last);
    return transition(steps);
  }

  /** With the context first, since nothing may follow the end of the invocation. */
  private Transition transition(List<Step> steps) {
    List<Step> all = new ArrayList<>();
    evaluation.exported().ifPresent(context -> all.add(new Step.Export(context)));
    all.addAll(steps);
    return new Transition(List.of(guard), evaluation.contextVersion(), all);
  }
}
