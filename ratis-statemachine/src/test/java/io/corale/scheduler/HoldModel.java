package io.corale.scheduler;

import io.corale.model.InvocationId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is held, as the rule says it: whatever is named, and what is awaited by that (ADR 32). */
final class HoldModel {
  private final Map<InvocationId, Invocation> invocations = new LinkedHashMap<>();
  private final Set<String> compositions = new LinkedHashSet<>();
  private boolean holdsOwner;

  private HoldModel() {}

  static HoldModel of(Image image) {
    HoldModel model = new HoldModel();
    image.invocations().forEach(each -> model.invocations.put(each.id(), each));
    for (Image.Hold hold : image.holds()) {
      hold.composition().ifPresent(model.compositions::add);
      model.holdsOwner |= hold.composition().isEmpty();
    }
    return model;
  }

  boolean holdsOwner() {
    return holdsOwner;
  }

  /** Whether its calls are held, whatever becomes of all others. */
  boolean holds(InvocationId id) {
    Invocation invocation = invocations.get(id);
    if (invocation == null) {
      return false;
    }
    Optional<Branch.Key> above = invocation.submission().descent().awaitedBy();
    return invocation.held().isPresent()
        || compositions.contains(invocation.submission().composition().name())
        || above.filter(key -> holds(key.invocation())).isPresent();
  }
}
