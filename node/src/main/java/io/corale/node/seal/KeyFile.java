package io.corale.node.seal;

import io.corale.node.disk.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The file from which a node takes the keys of its cluster: one key a line, the one that seals
 * first; empty lines and such that begin with {@code #} are passed over.
 */
public final class KeyFile {
  /** A line for each key, and as many remarks. */
  private static final long MAX_BYTES = 16 * 1024;

  private KeyFile() {}

  /**
   * Reads the keys.
   *
   * @throws IOException if they cannot be used; the message says why, and never what stands there
   */
  public static KeyRing read(Path file) throws IOException {
    List<SealingKey> keys = new ArrayList<>();
    List<String> lines = PrivateFile.read(file, MAX_BYTES, HOW_TO_MAKE_ONE).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        keys.add(key(file + ":" + (i + 1), line));
      }
    }
    if (keys.isEmpty()) {
      throw new IOException("key file " + file + " has no key: " + HOW_TO_MAKE_ONE);
    }
    Set<String> ids = keys.stream().map(SealingKey::id).collect(Collectors.toSet());
    if (keys.size() > KeyRing.MAX_KEYS || ids.size() < keys.size()) {
      throw new IOException(
          "key file " + file + " must have 1 to " + KeyRing.MAX_KEYS + " keys, all different");
    }
    return new KeyRing(keys, new SecureRandom());
  }

  private static final String HOW_TO_MAKE_ONE =
      "expected 32 bytes in base64 or hexadecimal, as `openssl rand -base64 32` prints them";

  private static SealingKey key(String place, String line) throws IOException {
    Optional<byte[]> key = hexadecimal(line).or(() -> base64(line));
    if (key.isEmpty()) {
      throw new IOException("key file " + place + ": no key: " + HOW_TO_MAKE_ONE);
    }
    if (key.get().length != SealingKey.KEY_BYTES) {
      throw new IOException(
          "key file " + place + ": the key has " + key.get().length + " bytes: " + HOW_TO_MAKE_ONE);
    }
    return new SealingKey(key.get());
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

  /**
   * Makes a file with a new key, readable by its user only, unless there is one: for a node or a
   * cluster that somebody tries out. Whoever sees it sees the whole key.
   */
  public static void make(Path file) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    byte[] key = new byte[SealingKey.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    Path draft =
        Files.createTempFile(
            file.toAbsolutePath().getParent(),
            file.getFileName().toString(),
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(draft, Base64.getEncoder().encodeToString(key) + "\n");
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
