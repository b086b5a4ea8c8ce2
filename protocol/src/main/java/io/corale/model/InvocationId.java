package io.corale.model;

/**
 * The name of one execution of a composition, unique within its owner: chosen by its caller, or
 * derived by its cell from another name, and then marked by a {@code ~}.
 */
public record InvocationId(String value) implements Comparable<InvocationId> {
  /** Throws {@link IllegalArgumentException} when {@code value} breaks the grammar of names. */
  public InvocationId {
    Names.tokenOrDerived("invocation id", value);
  }

  /**
   * That of the invocation which this one runs as its {@code number}th, such as {@code order~2}.
   */
  public InvocationId run(long number) {
    return new InvocationId(value + "~" + number);
  }

  /** Whether a cell has derived it; a caller may ask about such an id, and choose none. */
  public boolean isDerived() {
    return value.indexOf('~') >= 0;
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
