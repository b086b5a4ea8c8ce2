package io.corale.gossip.seal;

import io.corale.model.Incarnation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret that all nodes of a cluster share, of which each life of a node has a key of its own.
 *
 * <p>Nothing is sealed under the shared secret itself. What a sender seals with is
 *
 * <pre>
 *   HKDF-SHA-256(secret, salt "corale gossip 1",
 *                info "sender" | length, cluster name | length, node id | boot)
 * </pre>
 *
 * with lengths of one byte and the boot counter of eight. So two senders never share a key, and
 * each may count its nonces by itself. A key is named on the wire by four bytes made of itself in
 * the same way (info "id"), which say nothing about it.
 */
public final class ClusterKey {
  /** AES-256. */
  public static final int BYTES = 32;

  private static final byte[] SALT = ascii("corale gossip 1");
  private static final byte[] SENDER = ascii("sender");
  private static final byte[] ID = ascii("id");

  private final byte[] secret;
  private final int id;

  /**
   * @param secret {@value #BYTES} bytes
   */
  public ClusterKey(byte[] secret) {
    if (secret.length != BYTES) {
      throw new IllegalArgumentException(
          "a key has " + BYTES + " bytes, this one has " + secret.length);
    }
    this.secret = secret.clone();
    this.id = ByteBuffer.wrap(Hkdf.derive(secret, SALT, ID, Integer.BYTES)).getInt();
  }

  /**
   * The key that nodes share which were told a text, and no file: whoever knows the text has it.
   */
  public static ClusterKey derived(String text) {
    byte[] secret = text.getBytes(StandardCharsets.UTF_8);
    return new ClusterKey(Hkdf.derive(secret, ascii("corale overlay 1"), new byte[0], BYTES));
  }

  int id() {
    return id;
  }

  boolean hasSecretOf(ClusterKey other) {
    return MessageDigest.isEqual(secret, other.secret);
  }

  /** The key of one life of a node in one cluster. */
  SecretKeySpec of(ClusterName cluster, Incarnation sender) {
    byte[] node = ascii(sender.node().value());
    byte[] info =
        ByteBuffer.allocate(SENDER.length + 1 + cluster.bytes() + 1 + node.length + Long.BYTES)
            .put(SENDER)
            .put((byte) cluster.bytes())
            .put(cluster.encoded())
            .put((byte) node.length)
            .put(node)
            .putLong(sender.boot())
            .array();
    return new SecretKeySpec(Hkdf.derive(secret, SALT, info, BYTES), "AES");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Its name on the wire, never the key. */
  @Override
  public String toString() {
    return "key " + HexFormat.of().toHexDigits(id);
  }
}
