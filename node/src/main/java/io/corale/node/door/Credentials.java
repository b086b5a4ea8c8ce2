package io.corale.node.door;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The form of tokens: {@code corale_} with 32 random bytes in base64url. Only their SHA-256 is
 * kept; against 256 bits of chance a slow hash would add nothing.
 */
public final class Credentials {
  private static final int SECRET_BYTES = 32;
  private static final Pattern FORM = Pattern.compile("corale_[A-Za-z0-9_-]{43}");
  private static final SecureRandom RANDOM = new SecureRandom();

  private Credentials() {}

  /** A new token, to be shown once. */
  public static String newToken() {
    byte[] secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(secret);
    return "corale_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  /**
   * What is kept of a token: its SHA-256 in lower-case hexadecimal. The refusal of what is no token
   * does not repeat it, for it may be a mistyped secret.
   */
  public static String hash(String token) {
    if (!FORM.matcher(token).matches()) {
      throw new IllegalArgumentException(
          "this is not a token: expected 'corale_' and 43 letters, digits, '-' or '_'");
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(token.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Compares two hashes in constant time. */
  static boolean same(String oneHash, String otherHash) {
    return MessageDigest.isEqual(
        oneHash.getBytes(StandardCharsets.US_ASCII), otherHash.getBytes(StandardCharsets.US_ASCII));
  }
}
