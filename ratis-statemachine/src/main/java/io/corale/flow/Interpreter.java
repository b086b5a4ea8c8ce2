package io.corale.flow;

import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;
import java.util.List;

/**
 * Runs branches of a composition from one waiting point to the next: pure, without state, on any
 * thread.
 */
public final class Interpreter {
  private Interpreter() {}

  /** What the new root branch (number 0 at step 0) does up to its first waiting point. */
  public static Transition begin(Composition composition, Payload input, Plan plan) {
    return new Transition(
        List.of(new Transition.Guard(0, 0)),
        List.of(new Transition.Step.Fault(Problem.configuration("no interpreter yet", ""))));
  }

  /** What a waiting branch does with its signal, up to its next waiting point or its end. */
  public static Transition advance(
      Composition composition, BranchView view, Signal signal, Plan plan) {
    return new Transition(
        List.of(new Transition.Guard(view.branch(), view.step())),
        List.of(new Transition.Step.Fault(Problem.configuration("no interpreter yet", ""))));
  }
}
