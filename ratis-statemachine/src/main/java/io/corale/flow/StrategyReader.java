package io.corale.flow;

import io.corale.flow.Listening.Count;
import io.corale.flow.Listening.Strategy;
import io.corale.scheduler.Ear;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/** Reads which events are consumed: {@code one}, {@code any} or {@code all} of some filters. */
final class StrategyReader {
  private static final List<String> COUNTS = List.of("one", "any", "all");

  private final Findings findings;
  private final EventReader events;

  StrategyReader(Findings findings, EventReader events) {
    this.findings = findings;
    this.events = events;
  }

  /**
   * @param others keys that may stand beside it
   */
  Optional<Strategy> read(
      Marked.Fields to, String where, List<String> others, SortedSet<String> variables) {
    List<String> keys = new ArrayList<>(COUNTS);
    keys.addAll(others);
    findings.requireKeys(to, where, keys, Map.of());
    List<String> counts = COUNTS.stream().filter(key -> to.get(key).isPresent()).toList();
    if (counts.size() != 1) {
      findings.add(
          to,
          counts.isEmpty()
              ? where + " has none of 'one', 'any' and 'all'"
              : where + " has '" + String.join("' and '", counts) + "' at once",
          "");
      return Optional.empty();
    }
    String key = counts.get(0);
    Count count = Count.valueOf(key.toUpperCase(Locale.ROOT));
    Marked value = to.get(key).orElseThrow();
    if (count == Count.ONE) {
      return events
          .filter(value, where + ".one", variables)
          .map(filter -> new Strategy(count, List.of(filter)));
    }
    return filters(value, where + "." + key, count, variables);
  }

  private Optional<Strategy> filters(
      Marked value, String where, Count count, SortedSet<String> variables) {
    if (!(value instanceof Marked.Items items)) {
      findings.add(value, where + " must be a list, found " + value.kind(), "");
      return Optional.empty();
    }
    if (items.items().isEmpty() && count == Count.ALL) {
      findings.add(
          value, where + " must be a list with at least one item, found an empty list", "");
      return Optional.empty();
    }
    if (items.items().size() > Ear.MAX_SUBSCRIPTIONS / 2) {
      findings.add(
          value,
          where + " has more than " + Ear.MAX_SUBSCRIPTIONS / 2 + " filters",
          "an expression can compare with a list");
      return Optional.empty();
    }
    List<EventFilter> read = new ArrayList<>();
    for (Marked item : items.items()) {
      events.filter(item, "a filter of " + where, variables).ifPresent(read::add);
    }
    return read.size() == items.items().size()
        ? Optional.of(new Strategy(count, read))
        : Optional.empty();
  }
}
