package io.corale.deploy.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback ports that nobody listens on at this moment, below those that systems give to outgoing
 * connections: one of these may be taken at any moment by whoever connects to somebody.
 */
public final class FreePorts {
  /** Test processes that run side by side have a half of them each, the first or the second. */
  private static final int HALF = Integer.getInteger("corale.ports.half", 0);

  private static final int MIDDLE = 23_500;
  private static final int LOWEST = HALF == 2 ? MIDDLE : 15_000;
  private static final int BEYOND = HALF == 1 ? MIDDLE : 32_000;

  /** Far more than are ever in use. */
  private static final int TRIES = 1_000;

  private FreePorts() {}

  /** That many different ports; all are held until all are found. */
  public static List<Integer> find(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ServerSocket socket = open();
        held.add(socket);
        ports.add(socket.getLocalPort());
      }
      return ports;
    } finally {
      held.forEach(FreePorts::close);
    }
  }

  private static ServerSocket open() {
    IOException last = new IOException("none tried");
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, BEYOND);
      try {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
      } catch (IOException e) {
        last = e;
      }
    }
    throw new UncheckedIOException("no free loopback port", last);
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
