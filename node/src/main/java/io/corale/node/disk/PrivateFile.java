package io.corale.node.disk;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A small text file that only this node's user, and maybe its group, may read: keys stand there.
 */
public final class PrivateFile {
  /** A group may read it: orchestrators mount secrets for the group of a process. */
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.GROUP_WRITE);

  private PrivateFile() {}

  /**
   * Reads a key file.
   *
   * @param expected what should stand there, for the message where it is no text
   * @throws IOException if it cannot be used; the message says why, and never what stands there
   */
  public static String read(Path file, long maxBytes, String expected) throws IOException {
    requireUnread(file);
    try {
      if (Files.size(file) > maxBytes) {
        throw new IOException("key file " + file + " has more than " + maxBytes + " bytes");
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IOException("key file " + file + " is not text: " + expected, e);
    }
  }

  /** Whoever else can read it could open all that its keys seal. */
  private static void requireUnread(Path file) throws IOException {
    Set<PosixFilePermission> permissions;
    try {
      permissions = Files.getPosixFilePermissions(file);
    } catch (UnsupportedOperationException e) {
      return; // A file system without them: what protects files there is the operator's to know.
    } catch (NoSuchFileException e) {
      throw new IOException("key file " + file + " cannot be read: there is no such file", e);
    } catch (AccessDeniedException e) {
      throw new IOException("key file " + file + " cannot be read: access is denied", e);
    }
    if (permissions.stream().anyMatch(OTHERS::contains)) {
      throw new IOException(
          "key file "
              + file
              + " is open to others ("
              + PosixFilePermissions.toString(permissions)
              + "): chmod 600 it");
    }
  }
}
