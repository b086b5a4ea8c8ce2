package io.corale.gossip.coordinate;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A coordinate on the wire, in 21 bytes, big-endian:
 *
 * <pre>
 *   8 x 2 bytes: position | 2: height | 2: adjustment, each signed, in tenths of a millisecond
 *   1 byte: error, 255 is 1.5
 * </pre>
 *
 * All of them fit, since a coordinate stops at 3,000 ms by itself. Rounding costs less than the
 * noise below a millisecond.
 */
public final class CoordinateForm {
  /** What each coordinate takes. */
  public static final int BYTES = 2 * Coordinate.DIMENSIONS + 2 + 2 + 1;

  private static final double TENTHS = 10;
  private static final double ERROR_STEPS = 255 / Coordinate.MAX_ERROR;

  private CoordinateForm() {}

  /** In {@value #BYTES} bytes. */
  public static byte[] write(Coordinate coordinate) {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    for (int i = 0; i < Coordinate.DIMENSIONS; i++) {
      out.putShort(tenths(coordinate.position(i)));
    }
    out.putShort(tenths(coordinate.height())).putShort(tenths(coordinate.adjustment()));
    return out.put((byte) Math.round(coordinate.error() * ERROR_STEPS)).array();
  }

  private static short tenths(double millis) {
    return (short) Math.round(millis * TENTHS);
  }

  /** Empty where these bytes are no coordinate, or one where no node can be. */
  public static Optional<Coordinate> read(byte[] bytes) {
    if (bytes.length != BYTES) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    double[] position = new double[Coordinate.DIMENSIONS];
    for (int i = 0; i < Coordinate.DIMENSIONS; i++) {
      position[i] = in.getShort() / TENTHS;
    }
    double height = in.getShort() / TENTHS;
    double adjustment = in.getShort() / TENTHS;
    double error = (in.get() & 0xFF) / ERROR_STEPS;
    try {
      return Optional.of(Coordinate.of(position, height, adjustment, error));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // What is possible is the coordinate's to know.
    }
  }
}
