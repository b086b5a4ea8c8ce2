package io.corale.scheduler;

import io.corale.model.InvocationId;
import io.corale.model.ServiceClass;
import io.corale.model.Terms;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the flows of a cell have outstanding, counted from its records alone (rule 17, ADR 33): the
 * works that have open calls, each with the rank of the invocation that nobody awaits.
 */
public final class FlowModel {
  private final Map<String, Long> outstanding = new LinkedHashMap<>();
  private final Terms terms;

  private FlowModel(Terms terms) {
    this.terms = terms;
  }

  /**
   * All but one.
   *
   * @param terms as the owner has agreed to them, whatever the image says
   */
  public static FlowModel without(InvocationId left, Image image, Terms terms) {
    Map<InvocationId, Invocation.Submission> all = new LinkedHashMap<>();
    image.invocations().forEach(each -> all.put(each.id(), each.submission()));
    Set<InvocationId> works = new LinkedHashSet<>();
    image.calls().forEach(call -> works.add(top(all, call.id().invocation())));
    works.remove(left);
    FlowModel model = new FlowModel(terms);
    for (InvocationId work : works) {
      Invocation.Submission its = all.get(work);
      if (its != null) {
        long micros = Math.min(its.rankMicros(), Flows.MAX_PIECE_MICROS);
        model.outstanding.merge(its.caller() + '/' + its.serviceClass(), micros, Long::sum);
      }
    }
    return model;
  }

  private static InvocationId top(
      Map<InvocationId, Invocation.Submission> all, InvocationId first) {
    Invocation.Submission its = all.get(first);
    Optional<Branch.Key> above = its == null ? Optional.empty() : its.descent().awaitedBy();
    return above.map(key -> top(all, key.invocation())).orElse(first);
  }

  /** For how long new work of a flow is pushed back. */
  public long delayMicros(String caller, ServiceClass serviceClass, long slots) {
    long weights = 0;
    for (String flow : outstanding.keySet()) {
      weights += terms.weight(flow.substring(0, flow.lastIndexOf('/')));
    }
    long its = outstanding.getOrDefault(caller + '/' + serviceClass, 0L);
    return its * weights / (Math.max(1, slots) * terms.weight(caller));
  }
}
