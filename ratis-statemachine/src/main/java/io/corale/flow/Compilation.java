package io.corale.flow;

import java.util.List;

/** What compiling a source gave: a composition, or what it lacks, or all that is wrong with it. */
public sealed interface Compilation {
  /** The source is a composition that contains all that it needs. */
  record Compiled(Composition composition) implements Compilation {}

  /**
   * Nothing is wrong with the source, but it refers to resources that are not at hand; at least one
   * need.
   *
   * @param draft to be looked at, never to be run: something stands in for each resource
   */
  record Lacking(Composition draft, List<Need> needs) implements Compilation {
    public Lacking {
      needs = List.copyOf(needs);
      if (needs.isEmpty()) {
        throw new IllegalArgumentException("a composition without needs is whole");
      }
    }
  }

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
