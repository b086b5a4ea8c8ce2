package io.corale.gossip.seal;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands in the file from which a node takes the keys of its cluster: one key a line, the one
 * that seals first, in base64 or hexadecimal; empty lines and such that begin with {@code #} are
 * passed over. It is the form of the file for the secrets of owners, so that there is one to learn.
 *
 * <p>Who reads the file hands its text over, and is told what is wrong with which line, never what
 * stands there.
 */
public final class KeyFile {
  /** A line for each key, and remarks. */
  public static final int MAX_CHARS = 16 * 1024;

  private static final String EXPECTED =
      "expected 32 bytes in base64 or hexadecimal, as `openssl rand -base64 32` prints them";

  private KeyFile() {}

  /**
   * Reads the keys.
   *
   * @param file its name, for messages
   * @throws IllegalArgumentException if they cannot be used; the message says where and why
   */
  public static KeyRing parse(String file, String text) {
    return parse(file, text, Map.of());
  }

  /**
   * Reads keys of which some may stand in the file by a word of their own.
   *
   * @param named keys by such a word
   */
  public static KeyRing parse(String file, String text, Map<String, ClusterKey> named) {
    if (text.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          "key file " + file + " has more than " + MAX_CHARS + " characters");
    }
    List<ClusterKey> keys = new ArrayList<>();
    Map<Integer, Entry> seen = new LinkedHashMap<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        String place = "key file " + file + ", line " + (i + 1) + ": ";
        ClusterKey key =
            Optional.ofNullable(named.get(line))
                .orElseGet(() -> new ClusterKey(secret(place, line)));
        requireOther(place, key, Optional.ofNullable(seen.get(key.id())));
        seen.put(key.id(), new Entry(i + 1, key));
        keys.add(key);
        requireFew(place, keys.size());
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("key file " + file + " has no key: " + EXPECTED);
    }
    return new KeyRing(keys);
  }

  /** Where a key was met, to name that line when it comes again. */
  private record Entry(int line, ClusterKey key) {}

  private static byte[] secret(String place, String line) {
    byte[] secret =
        hexadecimal(line)
            .or(() -> base64(line))
            .orElseThrow(() -> new IllegalArgumentException(place + "no key: " + EXPECTED));
    if (secret.length != ClusterKey.BYTES) {
      throw new IllegalArgumentException(
          place + "the key has " + secret.length + " bytes: " + EXPECTED);
    }
    if (isOneByteRepeated(secret)) {
      throw new IllegalArgumentException(
          place + "all bytes of the key are equal, anybody would guess it: " + EXPECTED);
    }
    return secret;
  }

  private static boolean isOneByteRepeated(byte[] secret) {
    int differences = 0;
    for (byte one : secret) {
      differences |= one ^ secret[0];
    }
    return differences == 0;
  }

  private static void requireOther(String place, ClusterKey key, Optional<Entry> earlier) {
    if (earlier.isEmpty()) {
      return;
    }
    String line = "line " + earlier.get().line();
    throw new IllegalArgumentException(
        key.hasSecretOf(earlier.get().key())
            ? place + "the key of " + line + " again: expected another one"
            : place + "by chance its short name is that of the key of " + line + ": draw another");
  }

  private static void requireFew(String place, int count) {
    if (count > KeyRing.MAX_KEYS) {
      throw new IllegalArgumentException(
          place + "one key too many: expected at most " + KeyRing.MAX_KEYS);
    }
  }

  /** Only the length tells the two apart: hexadecimal digits are letters of base64 as well. */
  private static Optional<byte[]> hexadecimal(String line) {
    return line.matches("[0-9a-fA-F]{64}")
        ? Optional.of(HexFormat.of().parseHex(line))
        : Optional.empty();
  }

  private static Optional<byte[]> base64(String line) {
    try {
      return Optional.of(Base64.getDecoder().decode(line));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
