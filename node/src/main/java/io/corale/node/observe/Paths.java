package io.corale.node.observe;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What can be looked at.
 *
 * @param pages by path; may take a moment
 * @param probes by path; answered at once, also while a page takes its time
 */
public record Paths(
    SortedMap<String, Supplier<Page>> pages, SortedMap<String, Supplier<Page>> probes) {
  /** Copies both. */
  public Paths {
    pages = Collections.unmodifiableSortedMap(new TreeMap<>(pages));
    probes = Collections.unmodifiableSortedMap(new TreeMap<>(probes));
  }
}
