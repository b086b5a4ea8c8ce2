package io.corale.model;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * The immutable bytes of one JSON value (UTF-8), carried as they are and parsed only where a
 * composition's expressions look into them.
 *
 * <p>What is too large for a log entry is a <em>text</em>: logs and snapshots only refer to it by
 * its hash (rule 33). A payload that was just read from there is such a {@link #isReference
 * reference}: it has no bytes until a cell's table of texts gives it some. Payloads are equal by
 * their content, whichever form they have.
 */
public final class Payload {
  /**
   * The largest payload that travels inside a log entry. Ratis refuses entries above its appender
   * buffer, and a batch must hold several commands (rule 33).
   */
  public static final int MAX_INLINE_BYTES = 32 * 1024;

  /** The largest payload: some hundred entries of a log, and a moment of its network (rule 33). */
  public static final int MAX_BYTES = 8 * 1024 * 1024;

  /** The JSON value {@code null}, what a composition without input gets. */
  public static final Payload NULL = ofJson("null");

  private final @Nullable ByteString bytes;

  /** Computed when it is first asked for; of two threads that do so, both get the same. */
  private volatile @Nullable Reference reference;

  public Payload(ByteString bytes) {
    this.bytes = bytes;
  }

  private Payload(@Nullable ByteString bytes, Reference reference) {
    this.bytes = bytes;
    this.reference = reference;
  }

  /**
   * By what a text is known.
   *
   * @param sha256 of its bytes, 32 bytes long
   * @param sizeBytes above {@link #MAX_INLINE_BYTES}, for what is smaller stands where it is used
   */
  public record Reference(ByteString sha256, int sizeBytes) {
    /** What it takes of an entry, or of the memory of a record; rounded up. */
    public static final int MAX_ENCODED_BYTES = 64;

    private static final int SHA256_BYTES = 32;

    public Reference {
      if (sha256.size() != SHA256_BYTES) {
        throw new IllegalArgumentException(
            "sha256 must have " + SHA256_BYTES + " bytes, has " + sha256.size());
      }
      if (sizeBytes <= MAX_INLINE_BYTES || sizeBytes > MAX_BYTES) {
        throw new IllegalArgumentException(
            "size of a text must be from %d to %d bytes, is %d"
                .formatted(MAX_INLINE_BYTES + 1, MAX_BYTES, sizeBytes));
      }
    }

    /** Whether it is that of these bytes. */
    public boolean isOf(ByteString bytes) {
      return bytes.size() == sizeBytes && sha256Of(bytes).equals(sha256);
    }

    /** Its first hexadecimal digits and its size: enough to tell it from others in a line. */
    @Override
    public String toString() {
      StringBuilder digits = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        digits.append("%02x".formatted(sha256.byteAt(i)));
      }
      return "text " + digits + " of " + sizeBytes + " bytes";
    }
  }

  /** The payload with this JSON text. */
  public static Payload ofJson(String json) {
    return new Payload(ByteString.copyFrom(json, StandardCharsets.UTF_8));
  }

  /** One that has no bytes yet. */
  public static Payload of(Reference reference) {
    return new Payload(null, reference);
  }

  /** One whose reference is known, as {@link Reference#isOf} has said. */
  public static Payload of(Reference reference, ByteString bytes) {
    return new Payload(bytes, reference);
  }

  /** The bytes of the value; a reference has none. */
  public ByteString bytes() {
    ByteString whole = bytes;
    if (whole == null) {
      throw new IllegalStateException(reference + " is only referred to here");
    }
    return whole;
  }

  /** The size that counts against limits. */
  public int sizeBytes() {
    ByteString whole = bytes;
    return whole == null ? reference().sizeBytes() : whole.size();
  }

  /** Whether it may stand inside a log entry; if not, it is a text. */
  public boolean fitsInline() {
    ByteString whole = bytes;
    return whole != null && whole.size() <= MAX_INLINE_BYTES;
  }

  /** What it takes where it stands: its bytes, or where it is a text, a reference to it. */
  public int standingBytes() {
    return fitsInline() ? sizeBytes() : Reference.MAX_ENCODED_BYTES;
  }

  /** Whether it has no bytes yet. */
  public boolean isReference() {
    return bytes == null;
  }

  /**
   * By what it is known where it is a text. Takes some milliseconds for each megabyte when it is
   * first asked for, and nothing after that.
   *
   * @throws IllegalArgumentException if it fits inline, or is too large for a text
   */
  public Reference reference() {
    Reference known = reference;
    if (known == null) {
      known = new Reference(sha256Of(bytes()), bytes().size());
      reference = known;
    }
    return known;
  }

  private static ByteString sha256Of(ByteString bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (ByteBuffer piece : bytes.asReadOnlyByteBufferList()) {
        digest.update(piece);
      }
      return ByteString.copyFrom(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The JSON text. */
  public String json() {
    return bytes().toStringUtf8();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    return other instanceof Payload that && sizeBytes() == that.sizeBytes() && isAs(that);
  }

  private boolean isAs(Payload other) {
    boolean areKnown = reference != null && other.reference != null;
    boolean areHere = !isReference() && !other.isReference();
    boolean byReference = areKnown || !areHere;
    return byReference ? reference().equals(other.reference()) : bytes().equals(other.bytes());
  }

  /** Of a text its size is enough: there are few, and its bytes may not be here. */
  @Override
  public int hashCode() {
    return fitsInline() ? bytes().hashCode() : sizeBytes();
  }

  /** Its JSON text if short; else its beginning and size, so that a log line stays a line. */
  @Override
  public String toString() {
    if (isReference()) {
      return reference().toString();
    }
    return sizeBytes() <= 120
        ? json()
        : bytes().substring(0, 100).toStringUtf8() + "... (" + sizeBytes() + " bytes)";
  }
}
