package io.corale.model;

/**
 * One try of a call.
 *
 * @param number from 1, rising by one with each try
 */
public record AttemptId(CallId call, int number) implements Comparable<AttemptId> {
  public AttemptId {
    if (number < 1) {
      throw new IllegalArgumentException("attempt number must be at least 1, was " + number);
    }
  }

  @Override
  public int compareTo(AttemptId other) {
    int byCall = call.compareTo(other.call);
    return byCall != 0 ? byCall : Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return call + "#" + number;
  }
}
