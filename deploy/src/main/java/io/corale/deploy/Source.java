package io.corale.deploy;

import io.corale.flow.Compilation;
import io.corale.flow.Compiler;
import io.corale.flow.Composition;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A file with the source of a composition. */
final class Source {
  private Source() {}

  /** Compiles a file; what is wrong with it is printed as FILE:LINE:COLUMN: message; hint. */
  static Optional<Composition> compile(Path file, PrintWriter err) {
    try {
      Compilation compilation = Compiler.compile(Files.readString(file));
      if (compilation instanceof Compilation.Compiled good) {
        return Optional.of(good.composition());
      }
      ((Compilation.Broken) compilation)
          .diagnostics()
          .forEach(diagnostic -> err.println(file + ":" + diagnostic));
    } catch (NoSuchFileException e) {
      err.println(file + ": there is no such file");
    } catch (IOException e) {
      err.println(file + ": cannot be read as UTF-8 text: " + e.getMessage());
    }
    return Optional.empty();
  }
}
