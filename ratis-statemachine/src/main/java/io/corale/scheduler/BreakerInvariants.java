package io.corale.scheduler;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Looks for calls that start though what they call does not answer, or that wait for nothing. */
final class BreakerInvariants {
  private final Records records;
  private final Queues queues;
  private final List<String> broken = new ArrayList<>();

  BreakerInvariants(Records records, Queues queues) {
    this.records = records;
    this.queues = queues;
  }

  List<String> broken() {
    Map<Circuit, Breaker> known = new LinkedHashMap<>();
    List<Breaker> all = queues.breakers().image();
    all.forEach(each -> known.put(each.circuit(), each));
    check(all.size() == known.size(), () -> "a circuit has two breakers: " + all);
    check(all.size() <= 2 * Breakers.MAX, () -> all.size() + " breakers are known");
    all.forEach(this::checkProbe);
    records.calls().forEach(call -> check(call, known));
    return broken;
  }

  /** Of those that were let through one waits for its slot at most, and is to be found there. */
  private void checkProbe(Breaker breaker) {
    if (breaker.hasWaitingProbe()) {
      Call probe = records.call(breaker.probe().orElseThrow());
      check(
          probe != null && probe.state() == Call.State.QUEUED,
          () -> breaker + " waits for the start of what is not queued: " + probe);
    }
  }

  /** Where a call waits is known from its record and the breakers alone. */
  private void check(Call call, Map<Circuit, Breaker> known) {
    Invocation invocation = records.invocation(call.id().invocation());
    if (invocation == null) {
      return;
    }
    Breaker its = known.get(Circuit.of(invocation.submission(), call.spec()));
    boolean isToWait =
        call.state() == Call.State.QUEUED && its != null && its.isOpen() && !its.isProbe(call.id());
    check(
        queues.breakers().holds(call.id()) == isToWait,
        () -> call.id() + " is " + call.state() + ", and waits elsewhere than behind " + its);
  }

  private void check(boolean holds, Supplier<String> violation) {
    if (!holds) {
      broken.add(violation.get());
    }
  }
}
