package io.corale.scheduler;

import io.corale.model.Event;
import io.corale.model.InvocationId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ears that an event may be for without asking every branch: by its type, and by the
 * invocation that it is addressed to; always in the order in which they were opened.
 */
final class Listeners {
  /** No event has this type: here are the ears that take any. */
  private static final String ANY = "";

  private static final Map<Long, Place> NOBODY = Collections.emptyMap();

  private final Map<String, Map<Long, Place>> byType = new LinkedHashMap<>();
  private final Map<InvocationId, Map<Long, Place>> byInvocation = new LinkedHashMap<>();
  private int size;

  /** An ear of a branch. */
  record Place(Branch.Key branch, int ear) {}

  void put(Branch.Key branch, Ear ear) {
    Place place = new Place(branch, ear.number());
    for (String type : types(ear)) {
      byType.computeIfAbsent(type, t -> new LinkedHashMap<>()).put(ear.sequence(), place);
    }
    byInvocation
        .computeIfAbsent(branch.invocation(), i -> new LinkedHashMap<>())
        .put(ear.sequence(), place);
    size++;
  }

  void remove(Branch.Key branch, Ear ear) {
    types(ear).forEach(type -> remove(byType, type, ear));
    remove(byInvocation, branch.invocation(), ear);
    size--;
  }

  private static <K> void remove(Map<K, Map<Long, Place>> places, K key, Ear ear) {
    Map<Long, Place> there = places.get(key);
    if (there != null) {
      there.remove(ear.sequence());
      if (there.isEmpty()) {
        places.remove(key);
      }
    }
  }

  private static Set<String> types(Ear ear) {
    Set<String> types = new LinkedHashSet<>();
    ear.subscriptions().forEach(each -> types.add(each.type().orElse(ANY)));
    return types;
  }

  /** Whether exactly this ear is found here. */
  boolean has(Branch.Key branch, Ear ear) {
    Place place = new Place(branch, ear.number());
    return holds(byInvocation.get(branch.invocation()), ear, place)
        && types(ear).stream().allMatch(type -> holds(byType.get(type), ear, place));
  }

  private static boolean holds(@Nullable Map<Long, Place> places, Ear ear, Place place) {
    return places != null && place.equals(places.get(ear.sequence()));
  }

  /** Who listens for events of this type. */
  List<Place> of(Event event) {
    Map<Long, Place> all = new LinkedHashMap<>(byType.getOrDefault(event.type(), NOBODY));
    all.putAll(byType.getOrDefault(ANY, NOBODY));
    return inOrder(all);
  }

  /** Who listens in this invocation. */
  List<Place> of(InvocationId invocation) {
    return inOrder(byInvocation.getOrDefault(invocation, NOBODY));
  }

  /** A snapshot gives ears back in the order of their branches. */
  private static List<Place> inOrder(Map<Long, Place> places) {
    return places.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .toList();
  }

  /** How many ears are open. */
  int size() {
    return size;
  }
}
