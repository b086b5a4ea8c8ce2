package io.corale.node.discover;

import io.corale.model.Account;
import io.corale.model.Allowance;
import io.corale.model.Limit;
import io.corale.model.ScopeLimit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Limits of the scopes of an account, number by number, so that those of an answer, of what is
 * known and of what was declared can be compared. What is not said is above all numbers.
 */
final class Numbers {
  /** What is not said. */
  static final int NONE = Integer.MAX_VALUE;

  private final SortedMap<Of, Integer> numbers;

  /**
   * What a number is of.
   *
   * @param window in which so many may start; empty: so many may run at once
   */
  record Of(String scope, Optional<Limit.Window> window) implements Comparable<Of> {
    private static final Comparator<Of> ORDER =
        Comparator.comparing(Of::scope)
            .thenComparingInt(of -> of.window().map(Limit.Window::ordinal).orElse(-1));

    @Override
    public int compareTo(Of other) {
      return ORDER.compare(this, other);
    }
  }

  Numbers(SortedMap<Of, Integer> numbers) {
    this.numbers = Collections.unmodifiableSortedMap(numbers);
  }

  static Numbers of(List<Allowance> allowances) {
    SortedMap<Of, Integer> numbers = new TreeMap<>();
    for (Allowance allowance : allowances) {
      allowance.concurrency().ifPresent(most -> numbers.put(running(allowance.scope()), most));
      allowance
          .rates()
          .forEach(rate -> numbers.put(started(allowance.scope(), rate), rate.starts()));
    }
    return new Numbers(numbers);
  }

  static Numbers of(Account declared) {
    SortedMap<Of, Integer> numbers = new TreeMap<>();
    for (ScopeLimit scope : declared.scopes()) {
      numbers.put(running(scope.scope()), scope.concurrency());
      for (Limit limit : scope.more()) {
        if (limit instanceof Limit.Rate rate) {
          numbers.put(started(scope.scope(), rate), rate.starts());
        }
      }
    }
    return new Numbers(numbers);
  }

  private static Of running(String scope) {
    return new Of(scope, Optional.empty());
  }

  private static Of started(String scope, Limit.Rate rate) {
    return new Of(scope, Optional.of(rate.window()));
  }

  /** All that are said. */
  Set<Of> keys() {
    return numbers.keySet();
  }

  /** {@link #NONE} where nothing is said of it. */
  int get(Of of) {
    return numbers.getOrDefault(of, NONE);
  }

  /** Whether any is of what may start in a while. */
  boolean hasRates() {
    return numbers.keySet().stream().anyMatch(of -> of.window().isPresent());
  }

  /** The smaller of each that is said here or there. */
  Numbers least(Numbers other) {
    SortedMap<Of, Integer> least = new TreeMap<>(numbers);
    other.numbers.forEach((of, number) -> least.merge(of, number, Math::min));
    return new Numbers(least);
  }

  List<Allowance> allowances() {
    Map<String, OptionalInt> running = new LinkedHashMap<>();
    Map<String, List<Limit.Rate>> rates = new LinkedHashMap<>();
    numbers.forEach(
        (of, number) -> {
          running.putIfAbsent(of.scope(), OptionalInt.empty());
          List<Limit.Rate> its = rates.computeIfAbsent(of.scope(), added -> new ArrayList<>());
          of.window()
              .ifPresentOrElse(
                  window -> its.add(new Limit.Rate(number, window)),
                  () -> running.put(of.scope(), OptionalInt.of(number)));
        });
    return running.entrySet().stream()
        .map(
            each ->
                new Allowance(
                    each.getKey(), each.getValue(), rates.getOrDefault(each.getKey(), List.of())))
        .toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Numbers it && it.numbers.equals(numbers);
  }

  @Override
  public int hashCode() {
    return numbers.hashCode();
  }

  @Override
  public String toString() {
    return numbers.toString();
  }
}
