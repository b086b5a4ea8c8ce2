package io.corale.node.provider;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an attempt shows so that its provider believes who sends it. It is made just before the
 * attempt leaves and goes no further than the provider: the log, traces and errors never have it,
 * so no kind of it may tell its secrets in {@code toString}.
 */
public sealed interface Authentication {
  /** Shows nothing. */
  Authentication NONE = new None();

  /** Shows nothing. */
  record None() implements Authentication {}

  /**
   * Shows itself by HTTP.
   *
   * @param headers that are secret
   * @param query parameters that are secret, each with its values
   */
  record Shown(
      Scheme scheme, SortedMap<String, String> headers, SortedMap<String, List<String>> query)
      implements Authentication {
    public Shown {
      headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
      query = Collections.unmodifiableSortedMap(new TreeMap<>(query));
    }

    /** Never what is shown. */
    @Override
    public String toString() {
      return "Shown[" + scheme + "]";
    }
  }
}
