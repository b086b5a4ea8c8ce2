package io.corale.flow.proto;

/** That a text describes no service that could be called, and where it goes wrong. */
public final class ProtoFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final int line;
  private final int column;
  private final String hint;

  ProtoFailure(Place place, String reason, String hint) {
    super(reason);
    this.reason = reason;
    this.line = place.line();
    this.column = place.column();
    this.hint = hint;
  }

  /** What is wrong. */
  public String reason() {
    return reason;
  }

  /** From 1. */
  public int line() {
    return line;
  }

  /** From 1. */
  public int column() {
    return column;
  }

  /** What could be done; may be empty. */
  public String hint() {
    return hint;
  }
}
