package io.corale.scheduler.ratis;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * What a snapshot asks of the file system, step by step: after each of them the power may fail.
 *
 * <p>A name that was moved or deleted is so for certain once its directory was synced; until then a
 * power cut may undo it. Used by one thread at a time for one file.
 */
interface SnapshotDisk {
  /** Writes a file, replacing what is there; its bytes are durable when this returns. */
  void write(Path file, Content content) throws IOException;

  /** Makes the bytes durable of a file that somebody else wrote. */
  void force(Path file) throws IOException;

  /** Gives a file another name, replacing what has that name; all at once. */
  void move(Path from, Path to) throws IOException;

  /** Deletes a file where it is. */
  void delete(Path file) throws IOException;

  /** Makes durable which names a directory has. */
  void sync(Path directory) throws IOException;

  /** What is to be in a file. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** The file system of this machine. */
  final class Real implements SnapshotDisk {
    @Override
    public void write(Path file, Content content) throws IOException {
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel));
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
    }

    @Override
    public void force(Path file) throws IOException {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }

    @Override
    public void move(Path from, Path to) throws IOException {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path file) throws IOException {
      Files.deleteIfExists(file);
    }

    @Override
    public void sync(Path directory) throws IOException {
      try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
        names.force(true);
      }
    }
  }
}
