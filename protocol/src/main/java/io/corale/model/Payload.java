package io.corale.model;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;

/**
 * The immutable bytes of one JSON value (UTF-8), carried as they are and parsed only where a
 * composition's expressions look into them.
 */
public record Payload(ByteString bytes) {
  /**
   * The largest payload that travels inside a log entry. Ratis refuses entries above its appender
   * buffer, and a batch must hold several commands (rule 33).
   */
  public static final int MAX_INLINE_BYTES = 32 * 1024;

  /** The JSON value {@code null}, what a composition without input gets. */
  public static final Payload NULL = ofJson("null");

  /** The payload with this JSON text. */
  public static Payload ofJson(String json) {
    return new Payload(ByteString.copyFrom(json, StandardCharsets.UTF_8));
  }

  /** The size that counts against limits. */
  public int sizeBytes() {
    return bytes.size();
  }

  /** Whether it may stand inside a log entry. */
  public boolean fitsInline() {
    return bytes.size() <= MAX_INLINE_BYTES;
  }

  /** The JSON text. */
  public String json() {
    return bytes.toStringUtf8();
  }

  /** Its JSON text if short; else its beginning and size, so that a log line stays a line. */
  @Override
  public String toString() {
    return bytes.size() <= 120
        ? bytes.toStringUtf8()
        : bytes.substring(0, 100).toStringUtf8() + "... (" + bytes.size() + " bytes)";
  }
}
