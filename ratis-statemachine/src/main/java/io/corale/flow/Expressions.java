package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.flow.jq.ExpressionFailure;
import io.corale.flow.jq.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** Reads the expressions of a source, in brackets as the standard has it: <code>${ ... }</code>. */
final class Expressions {
  private final Findings findings;
  private final Mode mode;

  /** What counts as an expression. */
  enum Mode {
    /** What stands in brackets. */
    STRICT,
    /** Any string that can be evaluated; where it cannot, it stands for itself. */
    LOOSE
  }

  Expressions(Findings findings, Mode mode) {
    this.findings = findings;
    this.mode = mode;
  }

  /** The same, in another text. */
  Expressions reportingTo(Findings others) {
    return new Expressions(others, mode);
  }

  /** What the expressions at one place may look at. */
  private sealed interface Sphere {
    Query compile(String jq) throws ExpressionFailure;

    /** Data and these variables. */
    record Variables(SortedSet<String> names) implements Sphere {
      @Override
      public Query compile(String jq) throws ExpressionFailure {
        return Query.compile(jq, names);
      }
    }

    /** These secrets and nothing else. */
    record Secrets(SortedSet<String> names) implements Sphere {
      @Override
      public Query compile(String jq) throws ExpressionFailure {
        return Query.compileSecrets(jq, names);
      }
    }
  }

  /** A string that is an expression by its place, with or without its brackets. */
  Optional<Template> query(Marked value, String what, SortedSet<String> variables) {
    Optional<String> text = findings.string(value, what);
    return text.isEmpty()
        ? Optional.empty()
        : compile(
                (Marked.Scalar) value, unwrapped(text.get()), what, new Sphere.Variables(variables))
            .map(Template.Computed::new);
  }

  /** A string that is an expression by its place, or an object or list with some inside. */
  Optional<Template> filter(Marked value, String what, SortedSet<String> variables) {
    if (value instanceof Marked.Scalar) {
      return query(value, what, variables);
    }
    return template(value, what, variables);
  }

  /** A value in which only bracketed strings are expressions. */
  Optional<Template> template(Marked value, String what, SortedSet<String> variables) {
    return template(value, what, new Sphere.Variables(variables));
  }

  /**
   * A value in which bracketed strings are expressions that look at secrets and nothing else.
   *
   * @param names of the secrets that were declared
   */
  Optional<Template> secret(Marked value, String what, SortedSet<String> names) {
    return template(value, what, new Sphere.Secrets(names));
  }

  private Optional<Template> template(Marked value, String what, Sphere sphere) {
    if (value instanceof Marked.Fields fields) {
      return fields(fields, what, sphere);
    }
    if (value instanceof Marked.Items items) {
      return items(items, what, sphere);
    }
    Marked.Scalar scalar = (Marked.Scalar) value;
    if (!scalar.value().isTextual() || !scalar.value().textValue().contains("${")) {
      return Optional.of(bare(scalar.value(), sphere));
    }
    Text text = unwrapped(scalar.value().textValue());
    if (text.start() == 0) {
      findings.add(
          scalar,
          "an expression in " + what + " must be the whole string",
          "write ${ \"... \\(.field) ...\" }");
      return Optional.empty();
    }
    return compile(scalar, text, what, sphere).map(Template.Computed::new);
  }

  /** A value without brackets; one that is secret by its place is never tried. */
  private Template bare(JsonNode value, Sphere sphere) {
    if (mode == Mode.STRICT || !value.isTextual() || sphere instanceof Sphere.Secrets) {
      return new Template.Literal(value);
    }
    try {
      return new Template.Attempted(sphere.compile(value.textValue()), value);
    } catch (ExpressionFailure e) {
      return new Template.Literal(value);
    }
  }

  private Optional<Template> fields(Marked.Fields fields, String what, Sphere sphere) {
    SortedMap<String, Template> templates = new TreeMap<>();
    boolean isLiteral = true;
    boolean isWhole = true;
    for (Marked.Field field : fields.fields()) {
      Optional<Template> template = template(field.value(), what, sphere);
      isWhole &= template.isPresent();
      isLiteral &= template.isPresent() && template.get() instanceof Template.Literal;
      template.ifPresent(present -> templates.put(field.key(), present));
    }
    if (!isWhole) {
      return Optional.empty();
    }
    return Optional.of(
        isLiteral ? new Template.Literal(fields.value()) : new Template.Fields(templates));
  }

  private Optional<Template> items(Marked.Items items, String what, Sphere sphere) {
    List<Template> templates = new ArrayList<>();
    for (Marked item : items.items()) {
      template(item, what, sphere).ifPresent(templates::add);
    }
    if (templates.size() < items.items().size()) {
      return Optional.empty();
    }
    boolean isLiteral = templates.stream().allMatch(each -> each instanceof Template.Literal);
    return Optional.of(
        isLiteral ? new Template.Literal(items.value()) : new Template.Items(templates));
  }

  /** An expression without brackets, and where in its string it starts. */
  private record Text(String jq, int start) {}

  private static Text unwrapped(String string) {
    int start = 0;
    while (start < string.length() && Character.isWhitespace(string.charAt(start))) {
      start++;
    }
    String trimmed = string.strip();
    return trimmed.startsWith("${") && trimmed.endsWith("}")
        ? new Text(trimmed.substring(2, trimmed.length() - 1), start + 2)
        : new Text(string, 0);
  }

  private Optional<Query> compile(Marked.Scalar scalar, Text text, String what, Sphere sphere) {
    try {
      return Optional.of(sphere.compile(text.jq()));
    } catch (ExpressionFailure e) {
      int column =
          scalar.textColumn() == 0
              ? scalar.column()
              : scalar.textColumn() + text.start() + e.offset();
      String hint =
          e.slip().isEmpty() ? e.hint() : findings.hint(e.slip(), e.words(), shortList(e.words()));
      findings.add(scalar.line(), column, "the expression of " + what + " " + e.reason(), hint);
      return Optional.empty();
    }
  }

  private static String shortList(List<String> words) {
    return words.isEmpty() || words.size() > 8 ? "" : "known are: " + String.join(", ", words);
  }
}
