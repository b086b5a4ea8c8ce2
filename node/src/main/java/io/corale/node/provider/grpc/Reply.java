package io.corale.node.provider.grpc;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What came back for a message.
 *
 * @param status of HTTP
 * @param headers the last that came, with the trailers over them; their names are lower case
 */
record Reply(int status, SortedMap<String, String> headers, ByteString body) {
  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }
}
