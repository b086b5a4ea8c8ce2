package io.corale.wire.netty;

import java.util.OptionalInt;

/** The versions of the door's protocol that one side speaks. */
public record ProtocolRange(int min, int max) {
  /** What this build speaks. */
  public static final ProtocolRange OURS = new ProtocolRange(1, 1);

  public ProtocolRange {
    if (min < 1 || max < min) {
      throw new IllegalArgumentException(
          "protocol range must be 1 <= min <= max, was " + min + " to " + max);
    }
  }

  /** The highest version that both speak. */
  public OptionalInt highestShared(ProtocolRange other) {
    int highest = Math.min(max, other.max);
    return highest >= Math.max(min, other.min) ? OptionalInt.of(highest) : OptionalInt.empty();
  }

  @Override
  public String toString() {
    return min + " to " + max;
  }
}
