package io.corale.gossip.seal;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes keys of a key: HKDF with HMAC-SHA-256 (RFC 5869), which the JDK has from version 25 on.
 *
 * <p><em>Extract</em> turns a secret of any form into a key of even quality; <em>expand</em> makes
 * of that as many bytes as are wanted, other ones for each {@code info}:
 *
 * <pre>
 *   T(0) = nothing,   T(i) = HMAC(key, T(i-1) | info | i),   output = T(1) | T(2) | ...
 * </pre>
 */
final class Hkdf {
  static final int HASH_BYTES = 32;

  /** The number of a block is one byte. */
  static final int MAX_BYTES = 255 * HASH_BYTES;

  private Hkdf() {}

  static byte[] derive(byte[] secret, byte[] salt, byte[] info, int length) {
    return expand(extract(salt, secret), info, length);
  }

  static byte[] extract(byte[] salt, byte[] secret) {
    return mac(salt.length == 0 ? new byte[HASH_BYTES] : salt).doFinal(secret);
  }

  static byte[] expand(byte[] key, byte[] info, int length) {
    if (length < 1 || length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "length must be 1 to " + MAX_BYTES + " bytes, was " + length);
    }
    Mac mac = mac(key);
    byte[] output = new byte[length];
    byte[] block = new byte[0];
    for (int done = 0, number = 1; done < length; done += HASH_BYTES, number++) {
      mac.update(block);
      mac.update(info);
      block = mac.doFinal(new byte[] {(byte) number});
      System.arraycopy(block, 0, output, done, Math.min(HASH_BYTES, length - done));
    }
    Arrays.fill(block, (byte) 0);
    return output;
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
