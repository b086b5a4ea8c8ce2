package io.corale.flow.schema;

import java.util.BitSet;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which fields or items of one value some rule has looked at: what {@code unevaluatedProperties}
 * and {@code unevaluatedItems} leave alone.
 */
final class Seen {
  /** For schemas in which nobody asks. */
  static final Seen NOTHING = new Seen(false);

  private final boolean remembers;
  private final SortedSet<String> fields = new TreeSet<>();
  private final BitSet items = new BitSet(0);

  private Seen(boolean remembers) {
    this.remembers = remembers;
  }

  static Seen empty() {
    return new Seen(true);
  }

  void add(String field) {
    if (remembers) {
      fields.add(field);
    }
  }

  void add(int item) {
    if (remembers) {
      items.set(item);
    }
  }

  void addAll(Seen other) {
    if (remembers && other.remembers) {
      fields.addAll(other.fields);
      items.or(other.items);
    }
  }

  boolean has(String field) {
    return fields.contains(field);
  }

  boolean has(int item) {
    return items.get(item);
  }

  /** What copying it costs. */
  int size() {
    return fields.size() + items.length() / Long.SIZE;
  }
}
