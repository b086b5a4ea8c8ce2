package io.corale.node.outward.http;

import com.google.protobuf.ByteString;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;

/** What came back for a message. */
public record Reply(int status, HttpHeaders headers, ByteString body) {
  /** The value of a header. */
  public Optional<String> header(CharSequence name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** The type of the body, or nothing. */
  public String contentType() {
    return header(Message.CONTENT_TYPE).orElse("");
  }

  /** Whether it says that the answer is to be had at another place. */
  boolean pointsElsewhere() {
    return status >= 300 && status < 400;
  }
}
