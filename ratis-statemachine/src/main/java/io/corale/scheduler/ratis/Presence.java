package io.corale.scheduler.ratis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Whether something is on disk, where the answer decides over a replica (rule 6). Not as {@link
 * Files#exists} says it, to which what cannot be looked at is not there.
 */
public final class Presence {
  private Presence() {}

  /**
   * Whether it is there.
   *
   * @throws IOException if that cannot be known
   */
  public static boolean isThere(Path path) throws IOException {
    try {
      Files.readAttributes(path, BasicFileAttributes.class);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
