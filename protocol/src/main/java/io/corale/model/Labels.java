package io.corale.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes the labels by which invocations are found. */
public final class Labels {
  private Labels() {}

  /** One label. */
  public static SortedMap<String, String> of(String key, String value) {
    SortedMap<String, String> labels = new TreeMap<>();
    labels.put(key, value);
    return Collections.unmodifiableSortedMap(labels);
  }
}
