package io.corale.gossip;

import io.corale.model.Incarnation;
import java.util.ArrayDeque;
import java.util.Deque;

/** One node of a {@link World}: its core, its clock, and whether it runs at all. */
final class Peer {
  /** Datagrams that the kernel keeps for a process that does not read. */
  private static final int SOCKET_BUFFER = 256;

  final int number;
  final String address;
  final double clockRate;
  final long clockOffset;
  Incarnation incarnation;
  GossipCore core;
  boolean isUp = true;
  long pausedUntil;
  long sentBytes;
  long secondBytes;
  long worstSecondBytes;
  long worstDatagramSecondBytes;
  private long datagramSecondBytes;
  private final Deque<Runnable> unread = new ArrayDeque<>();

  Peer(int number, Incarnation incarnation, GossipCore core, double clockRate, long clockOffset) {
    this.number = number;
    this.address = "n" + number + ":1";
    this.incarnation = incarnation;
    this.core = core;
    this.clockRate = clockRate;
    this.clockOffset = clockOffset;
  }

  /** Its own monotonic clock. */
  long clock(long virtualMicros) {
    return clockOffset + Math.round(virtualMicros * clockRate);
  }

  boolean isPaused(long virtualMicros) {
    return virtualMicros < pausedUntil;
  }

  void keep(Runnable datagram) {
    if (unread.size() < SOCKET_BUFFER) {
      unread.add(datagram);
    }
  }

  void readWhatIsKept() {
    while (!unread.isEmpty()) {
      unread.poll().run();
    }
  }

  void sendsDatagram(long bytes) {
    sends(bytes);
    datagramSecondBytes += bytes;
  }

  void forgetWorstSecond() {
    worstSecondBytes = 0;
    worstDatagramSecondBytes = 0;
  }

  void sends(long bytes) {
    sentBytes += bytes;
    secondBytes += bytes;
  }

  void endSecond() {
    worstSecondBytes = Math.max(worstSecondBytes, secondBytes);
    secondBytes = 0;
    worstDatagramSecondBytes = Math.max(worstDatagramSecondBytes, datagramSecondBytes);
    datagramSecondBytes = 0;
  }
}
