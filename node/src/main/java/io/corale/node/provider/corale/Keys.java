package io.corale.node.provider.corale;

import io.corale.model.InvocationId;
import io.corale.model.OwnerId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names what is run elsewhere: by the owner who asks and the idempotency key of the call, so that
 * all attempts of a call are one invocation there, and no two owners ever ask for the same one.
 */
final class Keys {
  /** Room for the digest within the longest id. */
  private static final int MAX_SHOWN = 90;

  /** 96 bits: nobody finds two keys with one digest. */
  private static final int DIGEST_BYTES = 12;

  private Keys() {}

  /** Such as {@code acme:order-7:2:8c4f...}: readable, and told apart by its digest. */
  static InvocationId invocation(OwnerId asker, String key) {
    String whole = asker + ":" + key;
    String shown = whole.replace('/', ':').replace('~', '.');
    String head = shown.length() <= MAX_SHOWN ? shown : shown.substring(0, MAX_SHOWN);
    return new InvocationId(head + ":" + digest(whole));
  }

  private static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
