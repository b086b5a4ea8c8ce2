package io.corale.wire.netty;

import io.corale.wire.Door;
import java.time.Duration;

/** The bounds of a conversation through a door, each with its reason. */
public final class DoorLimits {
  /** The largest value of an invocation fits, with what is said about it; a mistake does not. */
  public static final int MAX_FRAME_BYTES = 9 * 1024 * 1024;

  /** A definition and a long list fit, and what carries no value of an invocation needs no more. */
  public static final int MAX_PLAIN_REQUEST_BYTES = 1024 * 1024;

  /** The most labels and the longest envelope fit beside a value that makes a frame large. */
  static final int MAX_BESIDE_VALUE_BYTES = 64 * 1024;

  /** Before a hello is accepted nobody has anything long to say. */
  public static final int MAX_FIRST_FRAME_BYTES = 64 * 1024;

  /** Where a large frame says what it is: its envelope with the credential, and not its value. */
  static final int HEADING_BYTES = 8 * 1024;

  /**
   * A large frame that has begun is through by then, and one that waits for a reader has begun, or
   * whoever sends or reads it is too slow.
   */
  public static final Duration LARGE_FRAME = Duration.ofSeconds(30);

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

  /** A reader that leaves more than this unread, and reads nothing for a while, is cut off. */
  public static final int MAX_UNREAD_BYTES = 16 * 1024 * 1024;

  /** However it reads: small answers beyond it would fill our memory. */
  public static final int MAX_SMALL_UNREAD_BYTES = 4 * MAX_UNREAD_BYTES;

  /** Who reads nothing for so long does not read. */
  public static final Duration STALLED = Duration.ofSeconds(5);

  /** Large answers that wait for a reader: sixteen of the largest values. */
  public static final long MAX_ANSWERS_WAITING_BYTES = 16L * MAX_FRAME_BYTES;

  /** Large questions that wait for a connection; beyond them it is full. */
  public static final long MAX_QUESTIONS_WAITING_BYTES = 4L * MAX_FRAME_BYTES;

  /** Who opened a connection closes it after this long without use. */
  public static final Duration IDLE_OPENED = Duration.ofMinutes(5);

  /** Longer than the other side's, so that a request never meets a connection being closed. */
  public static final Duration IDLE_ACCEPTED = Duration.ofMinutes(10);

  /** The longest time that one request may wait for its answer; longer waits ask again. */
  public static final Duration MAX_DEADLINE = Duration.ofHours(1);

  /** How often open requests are looked at for deadlines that have passed. */
  static final Duration SWEEP = Duration.ofMillis(50);

  private DoorLimits() {}

  /** The numbers of what nodes say to each other end before it; clients have those from it on. */
  private static final int END_OF_NODES = 60;

  /** Whether it is spoken between nodes only, and not by clients nor on their behalf. */
  static boolean isOfNodes(Door.Request.WhatCase what) {
    return what.getNumber() >= Door.Request.ADD_REPLICA_FIELD_NUMBER
        && what.getNumber() < END_OF_NODES;
  }

  /** What a request of this kind may have: those that carry values of invocations have more. */
  static int mostBytes(Door.Request.WhatCase what) {
    return switch (what) {
      case SUBMIT, RESOLVE_INCIDENT, DELIVER -> MAX_FRAME_BYTES;
      default -> MAX_PLAIN_REQUEST_BYTES;
    };
  }
}
