package io.corale.scheduler;

import java.util.LinkedHashMap;
import java.util.Map;

/** What waits until an implementation answers, as the rule says it (ADR 34). */
final class BreakerModel {
  private final Map<Circuit, Breaker> open = new LinkedHashMap<>();

  private BreakerModel() {}

  static BreakerModel of(Image image) {
    BreakerModel model = new BreakerModel();
    for (Breaker each : image.breakers()) {
      if (each.pauseMicros() > 0) {
        model.open.put(each.circuit(), each);
      }
    }
    return model;
  }

  /** Whether a call that is ready waits for that; one of each is let through. */
  boolean bars(Call ready, Invocation.Submission submission) {
    Circuit circuit =
        new Circuit(
            ready.spec().account(),
            ready.spec().scope(),
            submission.composition().name(),
            ready.spec().function(),
            ready.spec().implementation());
    Breaker its = open.get(circuit);
    return its != null && its.probe().filter(ready.id()::equals).isEmpty();
  }
}
