package io.corale.wire.netty;

import io.corale.model.Refusal;

/** No connection came to stand, so that nothing was asked; says why. */
public final class ConnectFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  ConnectFailedException(Refusal refusal) {
    super(refusal.toString());
    this.refusal = refusal;
  }

  /** Why: {@code UNAVAILABLE} where nobody answered, else in the words of who did. */
  public Refusal refusal() {
    return refusal;
  }
}
