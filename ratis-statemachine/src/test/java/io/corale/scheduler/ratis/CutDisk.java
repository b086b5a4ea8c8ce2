package io.corale.scheduler.ratis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * A disk of a machine that dies at a chosen step: before it is done, when it is half done, or when
 * it is done. Where the power is cut with it, the names that were not synced are as before.
 */
final class CutDisk implements SnapshotDisk {
  private final SnapshotDisk real = new Real();
  private final Deque<Unsynced> unsynced = new ArrayDeque<>();
  private final int fatalStep;
  private final When when;
  private final boolean isPowerCut;
  private int steps;

  CutDisk(int fatalStep, When when, boolean isPowerCut) {
    this.fatalStep = fatalStep;
    this.when = when;
    this.isPowerCut = isPowerCut;
  }

  @Override
  public void write(Path file, Content content) throws IOException {
    step(
        () -> real.write(file, content),
        () -> {
          ByteArrayOutputStream all = new ByteArrayOutputStream();
          content.writeTo(all);
          Files.write(file, Arrays.copyOf(all.toByteArray(), all.size() / 2));
        });
  }

  @Override
  public void force(Path file) throws IOException {
    step(() -> real.force(file), () -> {});
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    unsynced.push(Unsynced.now(to));
    unsynced.push(Unsynced.now(from));
    step(() -> real.move(from, to), () -> {});
  }

  @Override
  public void delete(Path file) throws IOException {
    unsynced.push(Unsynced.now(file));
    step(() -> real.delete(file), () -> {});
  }

  @Override
  public void sync(Path directory) throws IOException {
    step(
        () -> {
          real.sync(directory);
          unsynced.removeIf(each -> directory.equals(each.path.getParent()));
        },
        () -> {});
  }

  private void step(Deed whole, Deed half) throws IOException {
    steps++;
    boolean isFatal = steps == fatalStep;
    if (!isFatal || when == When.DONE) {
      whole.run();
    } else if (when == When.HALF_DONE) {
      half.run();
    }
    if (isFatal) {
      if (isPowerCut) {
        unsynced.forEach(Unsynced::restore);
      }
      throw new Death();
    }
  }

  private interface Deed {
    void run() throws IOException;
  }

  /** How far the fatal step comes. */
  enum When {
    BEGUN,
    HALF_DONE,
    DONE
  }

  /** No exception: nothing of the process runs on. */
  static final class Death extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** What a name stood for before it was changed; empty where it was free. */
  private record Unsynced(Path path, Optional<ByteBuffer> content) {
    static Unsynced now(Path path) throws IOException {
      return new Unsynced(
          path,
          Files.exists(path)
              ? Optional.of(ByteBuffer.wrap(Files.readAllBytes(path)))
              : Optional.empty());
    }

    void restore() {
      try {
        Files.deleteIfExists(path);
        if (content.isPresent()) {
          Files.write(path, content.get().array());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
