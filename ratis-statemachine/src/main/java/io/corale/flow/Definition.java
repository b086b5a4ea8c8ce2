package io.corale.flow;

import io.corale.flow.FunctionCalls.Calling;
import io.corale.model.Payload;
import java.util.List;
import java.util.Optional;

/** What reading the definition of a function by itself gave, as it stands in a catalog. */
public sealed interface Definition {
  /**
   * A composition may call it, if it refers to nothing that cannot be fetched.
   *
   * @param canonical its source as JSON without spaces and with sorted keys
   */
  record Whole(Payload canonical) implements Definition {}

  /** It is none; at least one diagnostic, in the order of reading. */
  record Broken(List<Diagnostic> diagnostics) implements Definition {
    public Broken {
      diagnostics = List.copyOf(diagnostics);
      if (diagnostics.isEmpty()) {
        throw new IllegalArgumentException("a broken definition has at least one diagnostic");
      }
    }
  }

  /** Reads YAML 1.2 or JSON; never throws, whatever the text. */
  static Definition read(String name, String text) {
    Findings findings = new Findings();
    Optional<Marked> value = SourceReader.readResource(text, findings);
    value.ifPresent(present -> read(name, present, findings));
    if (value.isEmpty() || !findings.isEmpty()) {
      return new Broken(findings.inOrder());
    }
    Payload canonical = Json.write(value.get().value());
    if (canonical.sizeBytes() > Composition.MAX_CANONICAL_BYTES) {
      findings.add(
          1,
          1,
          "the function is "
              + canonical.sizeBytes()
              + " bytes long as JSON without spaces, no composition could hold it",
          "the limit is " + Composition.MAX_CANONICAL_BYTES);
      return new Broken(findings.inOrder());
    }
    return new Whole(canonical);
  }

  private static void read(String name, Marked text, Findings findings) {
    ForeignFunctions reader =
        new ForeignFunctions(
            new Expressions(findings, Expressions.Mode.STRICT),
            new Links(findings, Resources.NONE),
            new Expansion());
    Site nowhere =
        new Site(
            new Marked.Fields(text.line(), text.column(), List.of()),
            "a call of '" + name + "'",
            Scope.root(),
            new Flow.Around(List.of(), Scope.Kind.SEQUENCE));
    reader.work(
        new Marked.Field(text.line(), text.column(), name, text),
        findings,
        new Calling(text, name, Optional.empty(), nowhere));
  }
}
