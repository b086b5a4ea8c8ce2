package io.corale.scheduler.wire;

import io.corale.scheduler.Image;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What tells one state from another: a digest of the snapshot that it would be written as. */
public final class StateDigest {
  private StateDigest() {}

  /**
   * The first 64 bits of the SHA-256 of the image's records; takes as long as encoding a snapshot.
   */
  public static long of(Image image) {
    MessageDigest digest = sha256();
    try {
      SnapshotCodec.encodeReferring(
          image, new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteBuffer.wrap(digest.digest()).getLong();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }
}
