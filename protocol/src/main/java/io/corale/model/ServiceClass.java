package io.corale.model;

/**
 * How much later than its shortest possible run an invocation without a deadline may end: its
 * synthetic deadline is {@code stretch} times its remaining work.
 */
public enum ServiceClass {
  URGENT(0),
  INTERACTIVE(2),
  STANDARD(5),
  BATCH(50);

  private final int stretch;

  ServiceClass(int stretch) {
    this.stretch = stretch;
  }

  /** The factor on the rank of the whole invocation; 0 means due at once. */
  public int stretch() {
    return stretch;
  }
}
