package io.corale.node;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that nobody has at this moment, below those that a system gives to whoever connects: one of
 * those may be gone before it is bound again.
 */
public final class FreePort {
  /** Test processes that run side by side have a half of them each, the first or the second. */
  private static final int HALF = Integer.getInteger("corale.ports.half", 0);

  private static final int MIDDLE = 23_500;
  private static final int LOWEST = HALF == 2 ? MIDDLE : 15_000;
  private static final int BEYOND = HALF == 1 ? MIDDLE : 32_000;
  private static final int TRIES = 1_000;

  private FreePort() {}

  private interface Binding {
    Closeable at(int port) throws IOException;
  }

  /** One to listen at. */
  public static int tcp() throws IOException {
    return find(port -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
  }

  /** One for datagrams. */
  public static int udp() throws IOException {
    return find(port -> new DatagramSocket(port, InetAddress.getLoopbackAddress()));
  }

  private static int find(Binding binding) throws IOException {
    IOException last = new IOException("none tried");
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, BEYOND);
      try {
        binding.at(port).close();
        return port;
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }
}
