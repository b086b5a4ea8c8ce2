package io.corale.node.seal;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * One key of a cluster: AES-256 in Galois/Counter mode. Thread-safe.
 *
 * <p>A key may seal 2^32 times, since nonces are drawn (NIST SP 800-38D, 8.3): no cluster will.
 */
final class SealingKey {
  static final int KEY_BYTES = 32;
  static final int NONCE_BYTES = 12;
  static final int TAG_BYTES = 16;

  /** So many digits that two keys of a ring have the same by chance once in 2^64. */
  private static final int ID_CHARS = 16;

  private final SecretKeySpec key;
  private final String id;

  /**
   * @param key {@value #KEY_BYTES} bytes
   */
  SealingKey(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a key has 32 bytes");
    }
    this.key = new SecretKeySpec(key, "AES");
    this.id = idOf(key);
  }

  /** Made of the key itself, so that nobody gives one name to two keys. */
  private static String idOf(byte[] key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(new byte[] {'c', 'o', 'r', 'a', 'l', 'e', '-', 'k', 'e', 'y', 0});
      return HexFormat.of().formatHex(digest.digest(key)).substring(0, ID_CHARS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  String id() {
    return id;
  }

  /** What the text becomes, with its tag; {@code context} must be the same when it is opened. */
  byte[] seal(byte[] nonce, byte[] context, byte[] text) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES/GCM", e);
    }
  }

  /** Throws where key, nonce, context or content are not those of the sealing. */
  byte[] open(byte[] nonce, byte[] context, byte[] sealed) throws AEADBadTagException {
    try {
      return cipher(Cipher.DECRYPT_MODE, nonce, context).doFinal(sealed);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES/GCM", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
    cipher.updateAAD(context);
    return cipher;
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "key " + id;
  }
}
