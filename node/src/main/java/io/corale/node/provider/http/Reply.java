package io.corale.node.provider.http;

import com.google.protobuf.ByteString;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;

/** What came back for a message. */
record Reply(int status, HttpHeaders headers, ByteString body) {
  Optional<String> header(CharSequence name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** The type of the body, or nothing. */
  String contentType() {
    return header(Message.CONTENT_TYPE).orElse("");
  }
}
