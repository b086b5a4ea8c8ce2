package io.corale.model;

/** One node of the flat network, stable over its restarts. */
public record NodeId(String value) implements Comparable<NodeId> {
  /** Throws {@link IllegalArgumentException} when {@code value} breaks the grammar of names. */
  public NodeId {
    Names.label("node", value);
  }

  @Override
  public int compareTo(NodeId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
