package io.corale.wire.netty;

import java.net.InetSocketAddress;

/** Reads {@code host:port}, with IPv6 hosts in square brackets. */
public final class Addresses {
  private static final int MAX_PORT = 65_535;

  private Addresses() {}

  /** Unresolved, so that each connection asks the resolver anew. */
  public static InetSocketAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    boolean bareIpv6 = text.indexOf(':') != colon && !text.startsWith("[");
    if (colon < 1 || bareIpv6) {
      throw bad(text);
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    return InetSocketAddress.createUnresolved(host, port(text, text.substring(colon + 1)));
  }

  private static int port(String text, String digits) {
    try {
      int port = Integer.parseInt(digits);
      if (port >= 0 && port <= MAX_PORT) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw bad(text);
    }
    throw bad(text);
  }

  private static IllegalArgumentException bad(String text) {
    return new IllegalArgumentException(
        "address '" + text + "' is not host:port, such as localhost:7400 or [::1]:7400");
  }
}
