package io.corale.scheduler;

import io.corale.model.Event;
import io.corale.model.InvocationId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the ears that an event may be for without asking every branch: by its type, and by the
 * invocation that it is addressed to; always in the order in which they were opened.
 */
final class Listeners {
  /** No event has this type: here are the ears that take any. */
  private static final String ANY = "";

  private static final SortedMap<Long, Place> NOBODY =
      Collections.unmodifiableSortedMap(new TreeMap<>());

  private final Map<String, SortedMap<Long, Place>> byType = new LinkedHashMap<>();
  private final Map<InvocationId, SortedMap<Long, Place>> byInvocation = new LinkedHashMap<>();
  private int size;

  /** An ear of a branch. */
  record Place(Branch.Key branch, int ear) {}

  void put(Branch.Key branch, Ear ear) {
    Place place = new Place(branch, ear.number());
    for (String type : types(ear)) {
      byType.computeIfAbsent(type, t -> new TreeMap<>()).put(ear.sequence(), place);
    }
    byInvocation
        .computeIfAbsent(branch.invocation(), i -> new TreeMap<>())
        .put(ear.sequence(), place);
    size++;
  }

  void remove(Branch.Key branch, Ear ear) {
    types(ear).forEach(type -> remove(byType, type, ear));
    remove(byInvocation, branch.invocation(), ear);
    size--;
  }

  private static <K> void remove(Map<K, SortedMap<Long, Place>> places, K key, Ear ear) {
    SortedMap<Long, Place> there = places.getOrDefault(key, NOBODY);
    if (there.size() == 1) {
      places.remove(key);
    } else {
      there.remove(ear.sequence());
    }
  }

  private static SortedSet<String> types(Ear ear) {
    SortedSet<String> types = new TreeSet<>();
    ear.subscriptions().forEach(each -> types.add(each.type().orElse(ANY)));
    return types;
  }

  /** Whether exactly this ear is found here. */
  boolean has(Branch.Key branch, Ear ear) {
    Place place = new Place(branch, ear.number());
    return place.equals(byInvocation.getOrDefault(branch.invocation(), NOBODY).get(ear.sequence()))
        && types(ear).stream()
            .allMatch(type -> place.equals(byType.getOrDefault(type, NOBODY).get(ear.sequence())));
  }

  /** Who listens for events of this type. */
  Collection<Place> of(Event event) {
    SortedMap<Long, Place> all = new TreeMap<>(byType.getOrDefault(event.type(), NOBODY));
    all.putAll(byType.getOrDefault(ANY, NOBODY));
    return all.values();
  }

  /** Who listens in this invocation. */
  List<Place> of(InvocationId invocation) {
    return new ArrayList<>(byInvocation.getOrDefault(invocation, NOBODY).values());
  }

  /** How many ears are open. */
  int size() {
    return size;
  }
}
