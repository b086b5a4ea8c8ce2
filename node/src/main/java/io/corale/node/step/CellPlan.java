package io.corale.node.step;

import io.corale.flow.Composition;
import io.corale.flow.FunctionSpec;
import io.corale.flow.Implementation;
import io.corale.flow.Plan;
import io.corale.node.cell.Cell;
import java.util.Optional;

/**
 * A plan by what a cell has learned.
 *
 * @param plan all else
 */
record CellPlan(
    Plan plan, Cell cell, Expectations expectations, long mostRankMicros, int mostPayloadBytes)
    implements Plan {
  @Override
  public Optional<Implementation> choose(FunctionSpec function) {
    return plan.choose(function);
  }

  @Override
  public long estimateMicros(
      Composition composition, FunctionSpec function, Implementation implementation) {
    return expectations.micros(cell, composition, function, implementation);
  }

  @Override
  public int jitter() {
    return plan.jitter();
  }

  @Override
  public Optional<Composition> composition(String name, Optional<String> version) {
    return plan.composition(name, version);
  }

  @Override
  public boolean isAbandoned() {
    return plan.isAbandoned();
  }
}
