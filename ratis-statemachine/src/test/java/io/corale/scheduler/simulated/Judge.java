package io.corale.scheduler.simulated;

import java.util.Set;
import java.util.function.Supplier;

/** Ends a run at the first moment at which something that it listens to does not hold. */
record Judge(Set<Check> listensTo) {
  /** A promise was broken. */
  static final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Check check;

    Violation(Check check, String message) {
      super(check + ": " + message);
      this.check = check;
    }

    Check check() {
      return check;
    }
  }

  boolean listensTo(Check check) {
    return listensTo.contains(check);
  }

  void require(Check check, boolean holds, Supplier<String> violation) {
    if (!holds && listensTo.contains(check)) {
      throw new Violation(check, violation.get());
    }
  }
}
