package io.corale.flow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Everything that was found wrong while a source is read. */
final class Findings {
  /** Nobody reads on; the rest shows when these are gone. */
  static final int MAX = 100;

  private final Set<Diagnostic> diagnostics = new LinkedHashSet<>();

  boolean isEmpty() {
    return diagnostics.isEmpty();
  }

  List<Diagnostic> inOrder() {
    List<Diagnostic> sorted = new ArrayList<>(diagnostics);
    sorted.sort(null);
    return List.copyOf(sorted.subList(0, Math.min(MAX, sorted.size())));
  }

  void add(int line, int column, String message, String hint) {
    diagnostics.add(new Diagnostic(line, column, message, hint));
  }

  void add(Marked at, String message, String hint) {
    add(at.line(), at.column(), message, hint);
  }

  void add(Marked.Field at, String message, String hint) {
    add(at.line(), at.column(), message, hint);
  }

  /** Reports each key that is not known here, or known and not supported yet. */
  void requireKeys(
      Marked.Fields fields, String where, Collection<String> known, Map<String, String> refused) {
    for (Marked.Field field : fields.fields()) {
      if (refused.containsKey(field.key())) {
        add(
            field,
            "'" + field.key() + "' is not supported yet in " + where,
            refused.getOrDefault(field.key(), ""));
      } else if (!known.contains(field.key())) {
        Set<String> words = new LinkedHashSet<>(known);
        words.addAll(refused.keySet());
        add(
            field,
            "unknown key '" + field.key() + "' in " + where,
            Spelling.hint(field.key(), words, "expected one of: " + String.join(", ", known)));
      }
    }
  }

  /** The value as an object; reports anything else. */
  Optional<Marked.Fields> object(Marked value, String what) {
    if (value instanceof Marked.Fields fields) {
      return Optional.of(fields);
    }
    add(value, what + " must be an object, found " + value.kind(), "");
    return Optional.empty();
  }

  /** The value as a list with at least one item; reports anything else. */
  Optional<Marked.Items> list(Marked value, String what) {
    if (value instanceof Marked.Items items && !items.items().isEmpty()) {
      return Optional.of(items);
    }
    String found = value instanceof Marked.Items ? "an empty list" : value.kind();
    add(value, what + " must be a list with at least one item, found " + found, "");
    return Optional.empty();
  }

  /** The value as a string; reports anything else. */
  Optional<String> string(Marked value, String what) {
    if (value instanceof Marked.Scalar scalar && scalar.value().isTextual()) {
      return Optional.of(scalar.value().textValue());
    }
    boolean isBare = value instanceof Marked.Scalar scalar && !scalar.value().isNull();
    add(value, what + " must be a string, found " + value.kind(), isBare ? "put it in quotes" : "");
    return Optional.empty();
  }

  /** A field that must be there; a misspelt one was reported as such. */
  Optional<Marked> required(Marked.Fields fields, String key, String where) {
    Optional<Marked> value = fields.get(key);
    if (value.isEmpty() && fields.fields().stream().noneMatch(each -> isSlip(each.key(), key))) {
      add(fields, where + " has no '" + key + "'", "");
    }
    return value;
  }

  /** Whether a key was surely meant to be this word; short words are too near to others. */
  static boolean isSlip(String key, String word) {
    return word.length() > 4 && !key.equals(word) && Spelling.distance(key, word) <= 1;
  }
}
