package io.corale.model;

import java.util.Optional;

/**
 * The name of one execution of a composition, unique within its owner: chosen by its caller, or
 * derived by its cell from another name, and then marked by a {@code ~}.
 */
public record InvocationId(String value) implements Comparable<InvocationId> {
  private static final String DUE = "~due~";

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

  /** That of the {@code number}th invocation of a schedule, such as {@code report~due~2}. */
  public static InvocationId scheduled(String composition, long number) {
    return new InvocationId(composition + DUE + number);
  }

  /** The composition of whose schedule it is; empty where it is of none. */
  public Optional<String> schedule() {
    int at = value.indexOf(DUE);
    return at < 0 || value.indexOf('~', at + DUE.length()) >= 0
        ? Optional.empty()
        : Optional.of(value.substring(0, at));
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
