package io.corale.node.cell;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;

/**
 * What a replica takes on disk.
 *
 * @param snapshotAt when its newest snapshot was written; empty where there is none
 */
public record Footprint(long logBytes, long snapshotBytes, Optional<Instant> snapshotAt) {
  private static final Footprint NONE = new Footprint(0, 0, Optional.empty());

  /** Of the replica in this directory, as Ratis lays it out; nothing where there is none. */
  static Footprint of(Path replica) {
    try {
      Footprint log = sum(replica.resolve("current"), "log_*");
      Footprint snapshots = newest(replica.resolve("sm"));
      return new Footprint(log.logBytes, snapshots.snapshotBytes, snapshots.snapshotAt);
    } catch (IOException | DirectoryIteratorException e) {
      // Ratis renames and deletes while we look: the next look will see.
      return NONE;
    }
  }

  private static Footprint sum(Path directory, String glob) throws IOException {
    if (!Files.isDirectory(directory)) {
      return NONE;
    }
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
      for (Path file : files) {
        bytes += Files.size(file);
      }
    }
    return new Footprint(bytes, 0, Optional.empty());
  }

  private static Footprint newest(Path directory) throws IOException {
    Footprint newest = NONE;
    if (!Files.isDirectory(directory)) {
      return newest;
    }
    // Not the digests beside them.
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            directory, file -> file.getFileName().toString().matches("snapshot\\.[0-9]+_[0-9]+"))) {
      for (Path file : files) {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        Instant at = attributes.lastModifiedTime().toInstant();
        if (newest.snapshotAt.isEmpty() || newest.snapshotAt.get().isBefore(at)) {
          newest = new Footprint(0, attributes.size(), Optional.of(at));
        }
      }
    }
    return newest;
  }
}
