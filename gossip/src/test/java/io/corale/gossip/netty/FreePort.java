package io.corale.gossip.netty;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for datagrams that nobody has at this moment, below those that a system gives to whoever
 * sends: one of those may be gone before it is bound again.
 */
final class FreePort {
  private static final int LOWEST = 15_000;
  private static final int BEYOND = 32_000;
  private static final int TRIES = 1_000;

  private FreePort() {}

  static int find() throws SocketException {
    SocketException last = new SocketException("none tried");
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, BEYOND);
      try (DatagramSocket socket = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (SocketException e) {
        last = e;
      }
    }
    throw last;
  }
}
