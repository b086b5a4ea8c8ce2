package io.corale.node.seal;

import com.google.protobuf.ByteString;
import io.corale.model.OwnerId;
import io.corale.model.SealedSecret;
import io.corale.model.SecretName;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import javax.crypto.AEADBadTagException;

/**
 * The keys of a cluster as one node has them: the first seals, all of them open. Thread-safe.
 *
 * <p>What is sealed is bound to its owner and its name: a ciphertext that is moved to another place
 * does not open there. Its form is
 *
 * <pre>
 *   1 byte: the form, 1 | 12 bytes: nonce | ciphertext and tag
 * </pre>
 */
public final class KeyRing {
  /** Keys are changed by the year, not by the day; each is tried by its name only. */
  static final int MAX_KEYS = 16;

  private static final byte FORM = 1;
  private static final int LEAST_BYTES = 1 + SealingKey.NONCE_BYTES + SealingKey.TAG_BYTES;

  private final Map<String, SealingKey> keys = new LinkedHashMap<>();
  private final List<SealingKey> order;
  private final RandomGenerator chance;

  /** What came of opening a secret. */
  public sealed interface Opened {
    /** What it says: one JSON value. */
    record Value(ByteString json) implements Opened {
      /** Never what it says. */
      @Override
      public String toString() {
        return "Value";
      }
    }

    /** It cannot be opened here, and why not, for people. */
    record Closed(String why) implements Opened {}
  }

  /**
   * @param order the first seals
   * @param chance draws nonces; cryptographically strong
   */
  KeyRing(List<SealingKey> order, RandomGenerator chance) {
    this.order = List.copyOf(order);
    this.chance = chance;
    order.forEach(key -> keys.put(key.id(), key));
  }

  /** The ring of a node that was given no keys: it neither seals nor opens. */
  public static KeyRing none() {
    return new KeyRing(
        List.of(),
        () -> {
          throw new IllegalStateException("nothing is sealed without a key");
        });
  }

  /** Whether it can seal. */
  public boolean hasKey() {
    return !order.isEmpty();
  }

  /** Whether the secret is sealed under the key that seals today. */
  public boolean isCurrent(SealedSecret secret) {
    return hasKey() && order.get(0).id().equals(secret.key());
  }

  /**
   * Seals under the first key, with a nonce that is drawn anew.
   *
   * @param json at most {@link SealedSecret#MAX_VALUE_BYTES}
   * @param wallMillis now
   */
  public SealedSecret seal(
      OwnerId owner, SecretName name, long version, long wallMillis, ByteString json) {
    SealingKey key = order.get(0);
    byte[] nonce = new byte[SealingKey.NONCE_BYTES];
    chance.nextBytes(nonce);
    byte[] sealed = key.seal(nonce, context(owner, name), json.toByteArray());
    ByteString form =
        ByteString.copyFrom(new byte[] {FORM})
            .concat(ByteString.copyFrom(nonce))
            .concat(ByteString.copyFrom(sealed));
    return new SealedSecret(name, version, wallMillis, key.id(), form);
  }

  /** Opens with the key under which it was sealed, if that is on the ring. */
  public Opened open(OwnerId owner, SealedSecret secret) {
    SealingKey key = keys.get(secret.key());
    if (key == null) {
      return new Opened.Closed(
          "it is sealed under key "
              + secret.key()
              + ", which is not in the key file (secrets.keyFile) of this node");
    }
    ByteString sealed = secret.sealed();
    if (sealed.size() < LEAST_BYTES || sealed.byteAt(0) != FORM) {
      return new Opened.Closed("it is sealed in a form that this build does not know");
    }
    byte[] nonce = sealed.substring(1, 1 + SealingKey.NONCE_BYTES).toByteArray();
    byte[] text = sealed.substring(1 + SealingKey.NONCE_BYTES).toByteArray();
    try {
      return new Opened.Value(
          ByteString.copyFrom(key.open(nonce, context(owner, secret.name()), text)));
    } catch (AEADBadTagException e) {
      return new Opened.Closed(
          "it was sealed for another owner or name, or was changed after it was sealed");
    }
  }

  /** Owners have no '/', so that no two places have the same. */
  private static byte[] context(OwnerId owner, SecretName name) {
    return ("corale secret " + owner + "/" + name).getBytes(StandardCharsets.UTF_8);
  }

  /** The names of the keys, never the keys. */
  @Override
  public String toString() {
    return order.toString();
  }
}
