package io.corale.deploy.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
