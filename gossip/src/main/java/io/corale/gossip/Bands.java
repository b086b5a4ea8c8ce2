package io.corale.gossip;

/**
 * Numbers of requests in one byte: {@code round(4 log2(1 + n))}, steps of 19 %, so that one byte
 * says how loaded a scheduler is, whatever the scale.
 */
public final class Bands {
  /** A value stays in its band until it is so far from the middle, or it would flicker. */
  private static final double HYSTERESIS = 0.75;

  private static final int MOST = 255;

  private Bands() {}

  /** The band of so many requests. */
  public static int of(long requests) {
    return (int) Math.min(MOST, Math.round(exact(requests)));
  }

  /** The band of so many requests, which is the one before unless they differ clearly. */
  static int of(long requests, int before) {
    return Math.abs(exact(requests) - before) < HYSTERESIS ? before : of(requests);
  }

  private static double exact(long requests) {
    return 4 * Math.log(1.0 + Math.max(0, requests)) / Math.log(2);
  }

  /**
   * What a band says of a number of requests.
   *
   * @param least there are so many at least
   * @param most and so many at most
   */
  public record Range(long least, long most) {}

  /** All numbers of which one may be told by this band. */
  public static Range range(int band) {
    long least = (long) Math.ceil(number(band - HYSTERESIS));
    long most = band >= MOST ? Long.MAX_VALUE : (long) Math.floor(number(band + HYSTERESIS));
    return new Range(Math.max(0, least), most);
  }

  private static double number(double band) {
    return Math.pow(2, band / 4) - 1;
  }

  /** The number in the middle of a band. */
  public static long requests(int band) {
    return Math.round(Math.pow(2, band / 4.0)) - 1;
  }
}
