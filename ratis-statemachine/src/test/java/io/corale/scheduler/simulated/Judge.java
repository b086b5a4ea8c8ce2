package io.corale.scheduler.simulated;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/** Ends a run at the first moment at which something that it listens to does not hold. */
final class Judge {
  private final Set<Check> listensTo;
  private final Set<Check> asked = EnumSet.noneOf(Check.class);

  Judge(Set<Check> listensTo) {
    this.listensTo = listensTo;
  }

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

  /** What this run has put to the test, however it came out. */
  Set<Check> asked() {
    return EnumSet.copyOf(asked);
  }

  /** This is put to the test here, by somebody else. */
  void watches(Check check) {
    asked.add(check);
  }

  void require(Check check, boolean holds, Supplier<String> violation) {
    asked.add(check);
    if (!holds && listensTo.contains(check)) {
      throw new Violation(check, violation.get());
    }
  }
}
