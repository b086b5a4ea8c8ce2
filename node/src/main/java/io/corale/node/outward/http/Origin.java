package io.corale.node.outward.http;

import java.net.URI;
import java.util.Locale;

/** Whom a message goes to: a host at a port, through TLS or not. */
public record Origin(boolean isSecure, String host, int port) {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** Of a URI that has a host. */
  public static Origin of(URI uri) {
    boolean isSecure = isSecure(uri);
    int usual = isSecure ? HTTPS_PORT : HTTP_PORT;
    return new Origin(
        isSecure,
        uri.getHost().toLowerCase(Locale.ROOT),
        uri.getPort() < 0 ? usual : uri.getPort());
  }

  /** Whether a URI has a scheme that can be spoken here. */
  public static boolean isSpoken(URI uri) {
    return isSecure(uri) || "http".equalsIgnoreCase(uri.getScheme());
  }

  private static boolean isSecure(URI uri) {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  /** As the header {@code Host} has it. */
  public String authority() {
    return port == (isSecure ? HTTPS_PORT : HTTP_PORT) ? host : host + ":" + port;
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
