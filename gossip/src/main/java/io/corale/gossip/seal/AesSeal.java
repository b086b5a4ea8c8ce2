package io.corale.gossip.seal;

import io.corale.model.Incarnation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals with AES-256 in Galois/Counter Mode (NIST SP 800-38D) under a key of this life of the node.
 *
 * <pre>
 *   {@link Header header} | ciphertext | 16 bytes: tag
 *   key:             {@link ClusterKey}, of the cluster's name and the sender in the header
 *   nonce, 96 bits:  4 bytes of zero | the counter in the header
 *   associated data: "corale gossip" | 0 | length of the cluster's name, 1 byte | name | header
 * </pre>
 *
 * What is refused costs little: whoever has no key is found out by at most one derivation of a key
 * and one tag, leaves nothing behind, and has nobody forgotten.
 */
public final class AesSeal implements Seal {
  static final int TAG_BYTES = 16;
  private static final int NONCE_BYTES = 12;

  /** Beyond the largest cluster that the overlay is made for; about 500 bytes each. */
  static final int MAX_SENDERS = 16_384;

  private static final byte[] CONTEXT = "corale gossip\0".getBytes(StandardCharsets.US_ASCII);

  private final ClusterName cluster;
  private final Incarnation self;
  private final SentCounter counter;
  private final Senders senders;
  private final Refusals refusals = new Refusals();
  private final Cipher cipher;
  private final byte[] context;
  private KeyRing keys;
  private SecretKeySpec own;

  /**
   * @param self this life of the node, which was never before and will not be again
   */
  public AesSeal(ClusterName cluster, Incarnation self, KeyRing keys) {
    this(cluster, self, keys, new SentCounter(0), new Senders(MAX_SENDERS));
  }

  AesSeal(
      ClusterName cluster, Incarnation self, KeyRing keys, SentCounter counter, Senders senders) {
    this.cluster = cluster;
    this.self = self;
    this.keys = keys;
    this.own = keys.primary().of(cluster, self);
    this.counter = counter;
    this.senders = senders;
    this.context =
        ByteBuffer.allocate(CONTEXT.length + 1 + cluster.bytes())
            .put(CONTEXT)
            .put((byte) cluster.bytes())
            .put(cluster.encoded())
            .array();
    this.cipher = gcm();
  }

  /** From now on seals and opens with these keys; what was heard and sent is remembered. */
  public void rotate(KeyRing next) {
    keys = next;
    own = next.primary().of(cluster, self);
  }

  @Override
  public int maxPayloadBytes() {
    return MAX_DATAGRAM_BYTES - Header.FIXED_BYTES - self.node().value().length() - TAG_BYTES;
  }

  @Override
  public byte[] seal(byte[] payload) {
    if (payload.length > maxPayloadBytes()) {
      throw new IllegalArgumentException(
          "payload has " + payload.length + " bytes, expected at most " + maxPayloadBytes());
    }
    Header header = new Header(Header.Form.SEALED, keys.primary().id(), counter.next(), self);
    byte[] datagram = new byte[header.bytes() + payload.length + TAG_BYTES];
    header.write(ByteBuffer.wrap(datagram));
    try {
      begin(Cipher.ENCRYPT_MODE, own, header, datagram);
      cipher.doFinal(payload, 0, payload.length, datagram, header.bytes());
      return datagram;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES/GCM", e);
    }
  }

  @Override
  public Opened open(byte[] datagram) {
    Optional<Refusal> unfit = unfit(datagram);
    if (unfit.isPresent()) {
      return refusals.count(unfit.get());
    }
    Optional<ClusterKey> under = keys.named(Header.keyId(datagram));
    if (under.isEmpty()) {
      return refusals.count(Refusal.UNKNOWN_KEY);
    }
    return Header.read(Header.Form.SEALED, datagram)
        .map(header -> open(header, under.get(), datagram))
        .orElseGet(() -> refusals.count(Refusal.NO_SENDER));
  }

  private static Optional<Refusal> unfit(byte[] datagram) {
    return Datagrams.unfit(datagram, Header.Form.SEALED, Refusal.PLAIN_TEXT, TAG_BYTES);
  }

  private Opened open(Header header, ClusterKey under, byte[] datagram) {
    if (header.sender().equals(self)) {
      return refusals.count(Refusal.OWN);
    }
    Senders.Sender sender = senders.find(header.sender());
    Optional<Refusal> again = sender.window.refuses(header.counter());
    if (again.isPresent()) {
      return refusals.count(again.get());
    }
    SecretKeySpec key = sender.key(under, cluster);
    Optional<byte[]> payload = decrypt(header, key, datagram);
    if (payload.isEmpty()) {
      return refusals.count(Refusal.FORGED);
    }
    senders.heard(sender, header.counter(), under, key);
    return new Opened.Message(header.sender(), payload.get());
  }

  private Optional<byte[]> decrypt(Header header, SecretKeySpec key, byte[] datagram) {
    try {
      begin(Cipher.DECRYPT_MODE, key, header, datagram);
      return Optional.of(
          cipher.doFinal(datagram, header.bytes(), datagram.length - header.bytes()));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES/GCM", e);
    }
  }

  private void begin(int mode, SecretKeySpec key, Header header, byte[] datagram)
      throws GeneralSecurityException {
    byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putInt(0).putLong(header.counter()).array();
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
    cipher.updateAAD(context);
    cipher.updateAAD(datagram, 0, header.bytes());
  }

  private static Cipher gcm() {
    try {
      return Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES/GCM", e);
    }
  }

  @Override
  public long refused(Refusal why) {
    return refusals.of(why);
  }

  /** Whose it is, never a key. */
  @Override
  public String toString() {
    return "seal of " + self + " in " + cluster + " with " + keys;
  }
}
