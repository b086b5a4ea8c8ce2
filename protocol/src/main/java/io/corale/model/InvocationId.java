package io.corale.model;

/** The caller-chosen name of one execution of a composition, unique within its owner. */
public record InvocationId(String value) implements Comparable<InvocationId> {
  /** Throws {@link IllegalArgumentException} when {@code value} breaks the grammar of names. */
  public InvocationId {
    Names.token("invocation id", value);
  }

  @Override
  public int compareTo(InvocationId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
