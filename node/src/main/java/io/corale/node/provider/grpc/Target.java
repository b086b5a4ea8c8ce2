package io.corale.node.provider.grpc;

import java.util.Locale;

/** Whom a message goes to: a host at a port, through TLS or not. */
record Target(boolean isPlain, String host, int port) {
  static final int PLAIN_PORT = 80;
  static final int TLS_PORT = 443;

  Target {
    host = host.toLowerCase(Locale.ROOT);
  }

  /** As the pseudo-header has it. */
  String authority() {
    return port == (isPlain ? PLAIN_PORT : TLS_PORT) ? host : host + ":" + port;
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
