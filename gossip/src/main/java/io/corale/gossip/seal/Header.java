package io.corale.gossip.seal;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The beginning of a datagram, which everybody can read and, under a seal, nobody can change.
 *
 * <pre>
 *   1 byte: form | 4: key, or cluster | 8: counter | 8: boot | 1: length of the node id | node id
 * </pre>
 *
 * The sender is named in full, so that a node opens what comes from one of which it has not heard.
 */
record Header(Form form, int keyId, long counter, Incarnation sender) {
  /** Without the id of the node. */
  static final int FIXED_BYTES = 1 + Integer.BYTES + Long.BYTES + Long.BYTES + 1;

  private static final int AT_KEY = 1;
  private static final int AT_COUNTER = AT_KEY + Integer.BYTES;
  private static final int AT_BOOT = AT_COUNTER + Long.BYTES;
  private static final int AT_LENGTH = AT_BOOT + Long.BYTES;

  /** The first byte. Nothing that is sent by accident begins so: neither text nor zeros. */
  enum Form {
    PLAIN_TEXT(0xC0),
    SEALED(0xC1);

    private final byte first;

    Form(int first) {
      this.first = (byte) first;
    }

    static Optional<Form> of(byte[] datagram) {
      for (Form form : values()) {
        if (datagram[0] == form.first) {
          return Optional.of(form);
        }
      }
      return Optional.empty();
    }
  }

  int bytes() {
    return FIXED_BYTES + sender.node().value().length();
  }

  void write(ByteBuffer out) {
    byte[] node = sender.node().value().getBytes(StandardCharsets.US_ASCII);
    out.put(form.first)
        .putInt(keyId)
        .putLong(counter)
        .putLong(sender.boot())
        .put((byte) node.length)
        .put(node);
  }

  /** Of a datagram of at least {@link #FIXED_BYTES}. */
  static int keyId(byte[] datagram) {
    return ByteBuffer.wrap(datagram).getInt(AT_KEY);
  }

  /** How long the whole header says it is, of a datagram of at least {@link #FIXED_BYTES}. */
  static int bytes(byte[] datagram) {
    return FIXED_BYTES + (datagram[AT_LENGTH] & 0xFF);
  }

  /** Empty where no node can have written this; the datagram is as long as its header says. */
  static Optional<Header> read(Form form, byte[] datagram) {
    ByteBuffer in = ByteBuffer.wrap(datagram);
    int length = bytes(datagram) - FIXED_BYTES;
    long counter = in.getLong(AT_COUNTER);
    if (counter < 1 || counter > SentCounter.END) {
      return Optional.empty();
    }
    String node = new String(datagram, FIXED_BYTES, length, StandardCharsets.US_ASCII);
    try {
      Incarnation sender = new Incarnation(new NodeId(node), in.getLong(AT_BOOT));
      return Optional.of(new Header(form, in.getInt(AT_KEY), counter, sender));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // The grammar of names is the model's to know.
    }
  }
}
