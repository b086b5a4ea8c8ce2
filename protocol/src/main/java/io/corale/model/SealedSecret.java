package io.corale.model;

import com.google.protobuf.ByteString;

/**
 * A secret of an owner as everything but a superpeer about to send it holds it: sealed under a key
 * of the cluster, which is nowhere but in files of its nodes.
 *
 * @param version rises with each change, removal included; a cell never goes back
 * @param changedWallMillis when it was changed last, for people
 * @param key names the key that opens it; empty: the secret was removed
 * @param sealed what only that key can read; empty where it was removed
 */
public record SealedSecret(
    SecretName name, long version, long changedWallMillis, String key, ByteString sealed) {
  /** A token, a password or a private key; what is larger is no secret but a document. */
  public static final int MAX_VALUE_BYTES = 8 * 1024;

  /** What sealing adds: the mark of its form, a nonce, a tag; and some room for a later form. */
  public static final int MAX_SEALED_BYTES = MAX_VALUE_BYTES + 128;

  private static final int MAX_KEY_CHARS = 64;

  public SealedSecret {
    if (version < 1) {
      throw new IllegalArgumentException("version of secret '" + name + "' was " + version);
    }
    if (sealed.size() > MAX_SEALED_BYTES || key.length() > MAX_KEY_CHARS) {
      throw new IllegalArgumentException(
          "secret '" + name + "' takes " + sealed.size() + " bytes, at most " + MAX_SEALED_BYTES);
    }
    if (key.isEmpty() != sealed.isEmpty()) {
      throw new IllegalArgumentException("secret '" + name + "' is neither sealed nor removed");
    }
  }

  /** What is left of a secret: its name, so that no older version comes back. */
  public static SealedSecret removed(SecretName name, long version, long changedWallMillis) {
    return new SealedSecret(name, version, changedWallMillis, "", ByteString.EMPTY);
  }

  /** Whether the owner has it no more. */
  public boolean isRemoved() {
    return key.isEmpty();
  }
}
