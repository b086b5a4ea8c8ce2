package io.corale.scheduler.ratis;

import io.corale.scheduler.Entry;
import io.corale.scheduler.wire.EntryCodec;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * An entry on its way into the log of this process. Its type is its passport: what came over the
 * network carries another one, and only the superpeer may append.
 */
public final class EntryMessage implements Message {
  private final ByteString content;

  private EntryMessage(ByteString content) {
    this.content = content;
  }

  /** The message of an entry. */
  public static EntryMessage of(Entry entry) {
    // Nobody else holds the array, so that wrapping it is safe.
    return new EntryMessage(UnsafeByteOperations.unsafeWrap(EntryCodec.encodeToArray(entry)));
  }

  /**
   * The entry in the bytes of a log. They are copied, once: the scheduler keeps payloads that point
   * into them, and Ratis may use its buffer again.
   */
  static Entry entry(ByteString content) {
    return EntryCodec.decode(
        com.google.protobuf.UnsafeByteOperations.unsafeWrap(content.toByteArray()));
  }

  @Override
  public ByteString getContent() {
    return content;
  }

  @Override
  public String toString() {
    return "entry of " + content.size() + " bytes";
  }
}
