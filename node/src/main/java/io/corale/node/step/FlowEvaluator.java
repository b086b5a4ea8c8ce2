package io.corale.node.step;

import io.corale.flow.Comparison;
import io.corale.flow.Composition;
import io.corale.flow.Interpreter;
import io.corale.flow.Plan;
import io.corale.model.Problem;
import io.corale.node.cell.Cell;
import io.corale.node.cell.Evaluator;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Command.Compared.Verdict;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;
import java.util.List;
import java.util.Optional;

/** Interprets by the compositions that a cell defines. Thread-safe. */
public final class FlowEvaluator implements Evaluator {
  private final Compositions compositions;

  /**
   * @param compositions compiled, shared with whoever begins invocations
   */
  public FlowEvaluator(Compositions compositions) {
    this.compositions = compositions;
  }

  @Override
  public Transition advance(Cell cell, BranchView branch, Signal signal) {
    Optional<Composition> composition = compositions.of(cell, branch.composition());
    if (composition.isEmpty()) {
      // Definitions are never taken back while an invocation runs; but a fault beats a hang.
      return new Transition(
          List.of(new Transition.Guard(branch.branch(), branch.step())),
          List.of(
              new Transition.Step.Fault(
                  Problem.configuration(
                      "composition " + branch.composition() + " is not defined in its cell", ""))));
    }
    Plan plan = Plans.of(cell, compositions, branch);
    return Interpreter.advance(composition.get(), branch, signal, plan);
  }

  @Override
  public Verdict compare(Cell cell, Schedule schedule, long wallMillis) {
    return compositions
        .of(cell, schedule.plan().composition())
        .map(each -> Comparison.of(each, schedule, wallMillis, Plans.of(cell, compositions)))
        .orElse(new Verdict.Failed());
  }
}
