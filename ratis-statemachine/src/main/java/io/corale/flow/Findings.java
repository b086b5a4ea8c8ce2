package io.corale.flow;

import io.corale.flow.jq.Query;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What was found wrong while a source is read: the first of it, in the order of places. */
final class Findings {
  /** Nobody reads on; the rest shows when these are gone. */
  static final int MAX = 100;

  /** A hint may name all that its reader's text has defined. */
  static final int MAX_TEXT_CHARS = 1_000;

  private final NavigableSet<Diagnostic> diagnostics = new TreeSet<>();

  boolean isEmpty() {
    return diagnostics.isEmpty();
  }

  List<Diagnostic> inOrder() {
    return List.copyOf(diagnostics);
  }

  void add(int line, int column, String message, String hint) {
    diagnostics.add(new Diagnostic(line, column, shortened(message), shortened(hint)));
    if (diagnostics.size() > MAX) {
      diagnostics.pollLast();
    }
  }

  private static String shortened(String text) {
    return text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS - 3) + "...";
  }

  /** As {@link Spelling#hint}, as long as somebody may read it: to compare all words takes time. */
  String hint(String word, Collection<String> known, String otherwise) {
    return diagnostics.size() == MAX ? "" : Spelling.hint(word, known, otherwise);
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
            hint(
                field.key(),
                words,
                known.isEmpty()
                    ? "there are no keys here"
                    : "expected one of: " + String.join(", ", known)));
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

  /** The one field of an item of a list of tasks or cases, its name; reports anything else. */
  Optional<Marked.Field> named(Marked item) {
    Optional<Marked.Fields> fields = object(item, "a task");
    if (fields.isPresent() && fields.get().fields().size() != 1) {
      add(
          item,
          "an item of a list of tasks has one key, the task's name, found "
              + fields.get().fields().size()
              + " keys",
          "indent what belongs to the task below its name");
      return Optional.empty();
    }
    return fields.map(present -> present.fields().get(0));
  }

  /** The name of a variable that a composition may bind; reports anything else. */
  Optional<String> variable(Marked value, String what) {
    Optional<String> name = string(value, what);
    if (name.isPresent() && !name.get().matches("[A-Za-z_][A-Za-z0-9_]{0,62}")) {
      add(
          value,
          what + " '" + name.get() + "' is not the name of a variable",
          "expected a letter or '_', then letters, digits or '_', without '$'");
      return Optional.empty();
    }
    if (name.isPresent() && Query.RESERVED.contains(name.get())) {
      add(value, what + " cannot be '" + name.get() + "', which has a meaning", "");
      return Optional.empty();
    }
    return name;
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
