package io.corale.scheduler;

import java.util.Comparator;

/**
 * Which of the calls that wait until something answers is to find out whether it does (ADR 34):
 * what has failed least often, for else one call that can only fail would hold up all that would be
 * answered; of those, the one that its queue would start first.
 *
 * @param order of the account
 */
record Precedence(Order order, long nowMicros) implements Comparator<Ready> {
  @Override
  public int compare(Ready one, Ready other) {
    int byTried = Integer.compare(one.tried(), other.tried());
    return byTried != 0 ? byTried : inQueue(one, other);
  }

  private int inQueue(Ready one, Ready other) {
    boolean isLate = isLate(one);
    boolean isOtherLate = isLate(other);
    if (isLate != isOtherLate) {
      // What is late has few turns beside what is not, unless it is urgent: then it has them all.
      boolean isLateFirst = (isLate ? one : other).isUrgent();
      return isLate == isLateFirst ? -1 : 1;
    }
    return isLate ? Predecessors.compareLate(one, other) : compareTimely(one, other);
  }

  boolean isLate(Ready call) {
    return Predecessors.isLate(order, call, nowMicros);
  }

  private int compareTimely(Ready one, Ready other) {
    int byKey = Long.compare(order.key(one), order.key(other));
    return byKey != 0 ? byKey : Long.compare(one.sequence(), other.sequence());
  }

  /** What loses nothing where it fails comes first, whatever else is said of it. */
  Comparator<Ready> sparing() {
    return Comparator.comparing(Ready::isTriedAgain, Comparator.reverseOrder()).thenComparing(this);
  }
}
