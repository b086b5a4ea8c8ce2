package io.corale.gossip.lookup;

import java.util.function.Supplier;

/** What holds at every moment of every schedule. */
enum Invariant {
  /** At most one epoch of a cell accepts requests. */
  ONE_EPOCH("I1"),
  /** Along one trail the claims that are followed strictly rise. */
  UPWARDS("I2"),
  /** Who is led is found from each node that reaches its members. */
  REACHABLE("I3"),
  /** No request is accepted behind a RETIRE. */
  RETIRED("I4"),
  /** No more than three claims are followed, and nobody is asked twice. */
  BOUNDED("T6");

  private final String name;

  Invariant(String name) {
    this.name = name;
  }

  void require(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new Violation(this, name + ": " + otherwise.get());
    }
  }

  /** It does not hold. */
  static final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Invariant of;

    private Violation(Invariant of, String message) {
      super(message);
      this.of = of;
    }

    Invariant of() {
      return of;
    }
  }
}
