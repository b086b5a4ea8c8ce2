package io.corale.scheduler;

import io.corale.model.InvocationId;
import io.corale.scheduler.Command.Hold.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
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

  /** All that holds the calls of one. */
  List<String> holding(InvocationId id) {
    List<String> all = new ArrayList<>();
    if (holdsOwner) {
      all.add(new Target.OfOwner().toString());
    }
    Optional<Invocation> next = Optional.ofNullable(invocations.get(id));
    while (next.isPresent()) {
      Invocation at = next.get();
      String name = at.submission().composition().name();
      if (at.held().isPresent()) {
        all.add(new Target.OfInvocation(at.id()).toString());
      }
      if (compositions.contains(name)) {
        all.add(new Target.OfComposition(name).toString());
      }
      next =
          at.submission()
              .descent()
              .awaitedBy()
              .flatMap(key -> Optional.ofNullable(invocations.get(key.invocation())));
    }
    return all.stream().distinct().toList();
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
