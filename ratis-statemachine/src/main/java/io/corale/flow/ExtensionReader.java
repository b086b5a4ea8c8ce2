package io.corale.flow;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code use.extensions}; their tasks are read anew for each task that they extend. */
final class ExtensionReader {
  /** Each is one level around every task that it extends. */
  static final int MAX_EXTENSIONS = 16;

  private static final List<String> WORDS =
      List.of(
          "all",
          "call",
          "composite",
          "emit",
          "for",
          "listen",
          "raise",
          "run",
          "set",
          "switch",
          "try",
          "wait");
  private static final List<String> KEYS = List.of("extend", "when", "before", "after");

  private final Findings findings;

  /**
   * What stands around tasks of a kind.
   *
   * @param place its JSON pointer
   * @param extend the kind
   * @param bytes of its canonical form
   */
  record Extension(String place, String extend, Marked.Fields fields, int bytes) {
    /** Whether it extends tasks that do this work. */
    boolean isFor(String work) {
      boolean isComposite = work.equals("do") || work.equals("fork");
      return extend.equals("all") || extend.equals(isComposite ? "composite" : work);
    }
  }

  ExtensionReader(Findings findings) {
    this.findings = findings;
  }

  /** In the order of writing; without those that are wrong. */
  List<Extension> read(Marked value) {
    Optional<Marked.Items> items = findings.list(value, "use.extensions");
    List<Extension> extensions = new ArrayList<>();
    if (items.isEmpty()) {
      return extensions;
    }
    if (items.get().items().size() > MAX_EXTENSIONS) {
      findings.add(items.get(), "more than " + MAX_EXTENSIONS + " extensions", "");
      return extensions;
    }
    Set<String> names = new LinkedHashSet<>();
    for (int i = 0; i < items.get().items().size(); i++) {
      Optional<Marked.Field> named = named(items.get().items().get(i), names);
      if (named.isPresent()) {
        String place = "/use/extensions/" + i + "/" + named.get().key();
        extension(named.get(), place).ifPresent(extensions::add);
      }
    }
    return List.copyOf(extensions);
  }

  private Optional<Marked.Field> named(Marked item, Set<String> names) {
    Optional<Marked.Fields> fields = findings.object(item, "an extension");
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    if (fields.get().fields().size() != 1) {
      findings.add(item, "an item of use.extensions has one key, the extension's name", "");
      return Optional.empty();
    }
    Marked.Field field = fields.get().fields().get(0);
    if (!names.add(field.key()) || !FunctionReader.NAME.matcher(field.key()).matches()) {
      findings.add(
          field,
          "extension '" + field.key() + "' is not a name, or stands twice",
          FunctionReader.NAME_RULE);
      return Optional.empty();
    }
    return Optional.of(field);
  }

  private Optional<Extension> extension(Marked.Field field, String place) {
    String where = "extension '" + field.key() + "'";
    Optional<Marked.Fields> fields = findings.object(field.value(), where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), where, KEYS, Map.of());
    if (fields.get().get("before").isEmpty() && fields.get().get("after").isEmpty()) {
      findings.add(field, where + " has neither 'before' nor 'after'", "");
    }
    Optional<Marked> extend = findings.required(fields.get(), "extend", where);
    Optional<String> word = extend.flatMap(each -> findings.string(each, where + ".extend"));
    if (word.isPresent() && !WORDS.contains(word.get())) {
      String known = "expected one of: " + String.join(", ", WORDS);
      boolean isComposite = word.get().equals("do") || word.get().equals("fork");
      findings.add(
          extend.get(),
          where + ".extend '" + word.get() + "' is no kind of task",
          isComposite
              ? "write composite, which is 'do' and 'fork'"
              : findings.hint(word.get(), WORDS, known));
      return Optional.empty();
    }
    int bytes = Json.write(fields.get().value()).sizeBytes();
    return word.map(present -> new Extension(place, present, fields.get(), bytes));
  }
}
