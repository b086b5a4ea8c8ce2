package io.corale.flow;

import java.util.Optional;

/**
 * A plan in a cell whose log may have larger payloads than every build reads.
 *
 * @param plan what it is otherwise
 */
record RoomyPlan(Plan plan, int mostPayloadBytes) implements Plan {
  @Override
  public Optional<Implementation> choose(FunctionSpec function) {
    return plan.choose(function);
  }

  @Override
  public long estimateMicros(
      Composition composition, FunctionSpec function, Implementation implementation) {
    return plan.estimateMicros(composition, function, implementation);
  }

  @Override
  public long mostRankMicros() {
    return plan.mostRankMicros();
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
