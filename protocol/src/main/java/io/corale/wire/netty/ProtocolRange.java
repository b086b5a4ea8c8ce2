package io.corale.wire.netty;

import java.util.OptionalInt;

/** The versions of the door's protocol that one side speaks. */
public record ProtocolRange(int min, int max) {
  /** The first in which frames have more than 1 MiB; who speaks less ends a connection at one. */
  static final int WITH_LARGE_FRAMES = 2;

  /** What this build speaks. */
  public static final ProtocolRange OURS = new ProtocolRange(1, WITH_LARGE_FRAMES);

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

  /** What a frame may have for somebody who speaks this version. */
  static int mostBytes(int version) {
    return version < WITH_LARGE_FRAMES
        ? DoorLimits.MAX_PLAIN_REQUEST_BYTES
        : DoorLimits.MAX_FRAME_BYTES;
  }

  @Override
  public String toString() {
    return min + " to " + max;
  }
}
