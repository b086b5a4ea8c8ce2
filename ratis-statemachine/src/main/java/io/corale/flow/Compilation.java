package io.corale.flow;

import java.util.List;

/** What compiling a source gave: a composition, or everything that is wrong with it. */
public sealed interface Compilation {
  /** The source is a composition. */
  record Compiled(Composition composition) implements Compilation {}

  /** The source is none; at least one diagnostic, in the order of reading. */
  record Broken(List<Diagnostic> diagnostics) implements Compilation {
    public Broken {
      diagnostics = List.copyOf(diagnostics);
      if (diagnostics.isEmpty()) {
        throw new IllegalArgumentException("a broken source has at least one diagnostic");
      }
    }
  }
}
