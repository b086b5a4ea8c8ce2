package io.corale.deploy.bench;

import io.corale.deploy.cluster.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A directory for one run, which is gone after it. */
record Scratch(Path path) implements AutoCloseable {
  /** Below {@code parent}; where the system puts such directories if there is none. */
  static Scratch below(Optional<Path> parent) throws IOException {
    if (parent.isEmpty()) {
      return new Scratch(Files.createTempDirectory("corale-bench-"));
    }
    Files.createDirectories(parent.get());
    return new Scratch(Files.createTempDirectory(parent.get().toAbsolutePath(), "corale-bench-"));
  }

  @Override
  public void close() throws IOException {
    Trees.delete(path);
  }
}
