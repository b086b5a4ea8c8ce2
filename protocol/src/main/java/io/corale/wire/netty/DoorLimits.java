package io.corale.wire.netty;

import java.time.Duration;

/** The bounds of a conversation through a door, each with its reason. */
public final class DoorLimits {
  /** A batch of the largest inline payloads and a long list fit; a mistake does not. */
  public static final int MAX_FRAME_BYTES = 1024 * 1024;

  /** Whoever does not say hello by then does not speak our language. */
  public static final Duration HANDSHAKE = Duration.ofSeconds(5);

  /** On one network a connection stands within milliseconds, or its target is gone. */
  public static final Duration CONNECT = Duration.ofSeconds(2);

  /** Requests of one client without an answer; more would only queue behind each other. */
  public static final int MAX_OPEN_OF_CLIENT = 4_096;

  /** A node speaks for many clients over one connection. */
  public static final int MAX_OPEN_OF_NODE = 16_384;

  /** Above this many waiting bytes no further request is read, or sent, until they drained. */
  public static final int HIGH_WATER_BYTES = 1024 * 1024;

  /** Below this reading, or sending, goes on. */
  public static final int LOW_WATER_BYTES = 256 * 1024;

  /** A reader that leaves this much unread is cut off, so that it cannot fill our memory. */
  public static final int MAX_UNREAD_BYTES = 16 * 1024 * 1024;

  /** Who opened a connection closes it after this long without use. */
  public static final Duration IDLE_OPENED = Duration.ofMinutes(5);

  /** Longer than the other side's, so that a request never meets a connection being closed. */
  public static final Duration IDLE_ACCEPTED = Duration.ofMinutes(10);

  /** The longest time that one request may wait for its answer; longer waits ask again. */
  public static final Duration MAX_DEADLINE = Duration.ofHours(1);

  /** How often open requests are looked at for deadlines that have passed. */
  static final Duration SWEEP = Duration.ofMillis(50);

  private DoorLimits() {}
}
