package io.corale.node.provider.http;

import com.google.protobuf.ByteString;
import io.corale.node.outward.http.Message;
import io.corale.node.outward.http.Origin;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

/** Where a reply that points elsewhere leads (RFC 9110, section 15.4). Pure. */
final class Redirects {
  /** Longer ways are circles. */
  static final int MAX_MESSAGES = 6;

  private static final List<Integer> FOLLOWED = List.of(301, 302, 303, 307, 308);

  /** What an author gave to one origin is not for another. */
  private static final List<String> PERSONAL = List.of("Authorization", "Cookie");

  private Redirects() {}

  /** A way to go, or why there is none. */
  sealed interface Way {
    /** With this message. */
    record Open(Message message) implements Way {}

    /** There is none. */
    record Closed(String why) implements Way {}
  }

  /** Whether this status points to one other place. */
  static boolean isFollowed(int status) {
    return FOLLOWED.contains(status);
  }

  /**
   * The way from a message on.
   *
   * @param messages that the attempt has sent
   */
  static Way from(Message sent, int status, String location, int messages) {
    if (messages >= MAX_MESSAGES) {
      return new Way.Closed("it was pointed elsewhere more than " + (MAX_MESSAGES - 1) + " times");
    }
    URI to;
    try {
      to = sent.uri().resolve(new URI(location));
    } catch (URISyntaxException | IllegalArgumentException e) {
      return new Way.Closed("it points to what is no URI");
    }
    if (!Origin.isSpoken(to) || to.getHost() == null || to.getRawUserInfo() != null) {
      return new Way.Closed("it points to what is no http(s)://host[:port][/path]");
    }
    Origin origin = Origin.of(to);
    if (sent.origin().isSecure() && !origin.isSecure()) {
      return new Way.Closed("it points out of TLS, to " + origin);
    }
    return new Way.Open(next(sent, status, origin, Message.path(to)));
  }

  private static Message next(Message sent, int status, Origin origin, String path) {
    boolean isAskedAnew =
        (status == 303 && !sent.method().equals("HEAD"))
            || (status < 303 && sent.method().equals("POST"));
    NavigableMap<String, String> headers = Message.noHeaders();
    headers.putAll(sent.headers());
    if (!origin.equals(sent.origin())) {
      PERSONAL.forEach(headers::remove);
    }
    Optional<ByteString> body = sent.body();
    if (isAskedAnew) {
      headers.remove(Message.CONTENT_TYPE);
      body = Optional.empty();
    }
    return new Message(origin, isAskedAnew ? "GET" : sent.method(), path, headers, body);
  }
}
