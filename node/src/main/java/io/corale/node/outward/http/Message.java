package io.corale.node.outward.http;

import com.google.protobuf.ByteString;
import java.net.URI;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One message to an origin, without the headers that every attempt has.
 *
 * @param path with its query, beginning with a slash
 * @param headers whose names do not look at case
 */
public record Message(
    Origin origin,
    String method,
    String path,
    SortedMap<String, String> headers,
    Optional<ByteString> body) {
  /** The header. */
  public static final String CONTENT_TYPE = "Content-Type";

  public Message {
    SortedMap<String, String> copy = noHeaders();
    copy.putAll(headers);
    headers = Collections.unmodifiableSortedMap(copy);
  }

  /** To be filled. */
  public static NavigableMap<String, String> noHeaders() {
    return new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  }

  /** Path and query of a URI as they are sent. */
  public static String path(URI written) {
    URI uri = URI.create(written.toASCIIString());
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  /** Where it goes. */
  public URI uri() {
    return URI.create((origin.isSecure() ? "https://" : "http://") + origin.authority() + path);
  }
}
