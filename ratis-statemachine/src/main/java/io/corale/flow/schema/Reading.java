package io.corale.flow.schema;

import java.util.List;

/** What reading a schema gave: a schema, or everything that is wrong with it. */
public sealed interface Reading {
  /** The document is a schema. */
  record Whole(JsonSchema schema) implements Reading {}

  /** The document is none; at least one problem, in the order of reading. */
  record Broken(List<Problem> problems) implements Reading {
    public Broken {
      problems = List.copyOf(problems);
      if (problems.isEmpty()) {
        throw new IllegalArgumentException("a broken schema has at least one problem");
      }
    }
  }
}
