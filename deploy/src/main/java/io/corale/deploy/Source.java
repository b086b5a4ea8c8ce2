package io.corale.deploy;

import io.corale.flow.Compilation;
import io.corale.flow.Compiler;
import io.corale.flow.Composition;
import io.corale.flow.Need;
import io.corale.flow.Resources;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file with the source of a composition, compiled.
 *
 * @param composition a draft where it needs something
 */
record Source(Composition composition, List<Need> needs) {
  /** Compiles a file; what is wrong with it is printed as FILE:LINE:COLUMN: message; hint. */
  static Optional<Source> compile(Path file, PrintWriter err) {
    return compile(file, Resources.NONE, err);
  }

  /** With the resources at hand. */
  static Optional<Source> compile(Path file, Resources resources, PrintWriter err) {
    try {
      Compilation compilation = Compiler.compile(Files.readString(file), resources);
      if (compilation instanceof Compilation.Compiled good) {
        return Optional.of(new Source(good.composition(), List.of()));
      }
      if (compilation instanceof Compilation.Lacking lacking) {
        return Optional.of(new Source(lacking.draft(), lacking.needs()));
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
