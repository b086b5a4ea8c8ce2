package io.corale.flow.jq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.corale.flow.regex.LinearPattern;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.internal.tree.literal.StringLiteral;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/**
 * A call of one of jq's functions on regular expressions.
 *
 * @param fixed the regular expression if it is written in the call; else it is compiled, and paid
 *     for, each time
 * @param use what to do with it
 */
record RegexCall(Optional<Regex> fixed, Expression pattern, Expression flags, Matching.Use use)
    implements Expression {
  /** What compiling costs more than the characters of a pattern. */
  private static final int COMPILE_STEPS = 64;

  /** The functions by name, each with how many arguments it takes without flags. */
  private static final SortedMap<String, Integer> ARGUMENTS = arguments();

  private static SortedMap<String, Integer> arguments() {
    SortedMap<String, Integer> arguments = new TreeMap<>();
    for (String name : List.of("test", "match", "capture", "scan", "splits")) {
      arguments.put(name, 1);
    }
    arguments.put("sub", 2);
    arguments.put("gsub", 2);
    // split/1 takes a string, not a pattern.
    arguments.put("split", 1);
    return Collections.unmodifiableSortedMap(arguments);
  }

  /** The functions, as {@code name/arguments}. */
  static SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>();
    ARGUMENTS.forEach(
        (name, count) -> {
          names.add(name + "/" + count);
          names.add(name + "/" + (count + 1));
        });
    names.remove("split/1");
    return names;
  }

  /** The call of a function of {@link #names}. */
  static Expression of(String name, List<Expression> arguments, int start)
      throws ExpressionFailure {
    int plain = ARGUMENTS.getOrDefault(name, 1);
    Expression pattern = arguments.get(0);
    Expression flags = arguments.size() > plain ? arguments.get(plain) : new StringLiteral("");
    Matching.Use use = Matching.use(name, plain == 2 ? arguments.get(1) : Calls.nothing());
    Optional<Regex> fixed = Optional.empty();
    if (pattern instanceof StringLiteral text && flags instanceof StringLiteral letters) {
      try {
        String all = letters.value().textValue() + (Matching.isGlobal(name) ? "g" : "");
        fixed = Optional.of(Regex.compile(text.value().textValue(), all));
      } catch (JsonQueryException e) {
        throw new ExpressionFailure("uses " + e.getMessage(), start, "");
      }
    }
    Expression all = Matching.isGlobal(name) ? new WithGlobal(flags) : flags;
    return new Counted(new RegexCall(fixed, pattern, all, use));
  }

  @Override
  public void apply(
      Scope scope, JsonNode input, @Nullable Path path, PathOutput output, boolean requiresPath)
      throws JsonQueryException {
    if (fixed.isPresent()) {
      match(scope, input, fixed.get(), output);
      return;
    }
    List<JsonNode> letters = new ArrayList<>();
    flags.apply(scope, input, letters::add);
    for (JsonNode each : letters) {
      pattern.apply(scope, input, value -> match(scope, input, compiled(value, each), output));
    }
  }

  private void match(Scope scope, JsonNode input, Regex regex, PathOutput output)
      throws JsonQueryException {
    if (!input.isTextual()) {
      throw new JsonQueryException(Meter.kind(input) + " cannot be matched, as it is not a string");
    }
    use.apply(
        scope,
        new Matches(regex, input.textValue()),
        input.textValue(),
        value -> {
          Meter.weighNew(value);
          output.emit(value, null);
        });
  }

  /** A pattern may be a list of itself and its flags. */
  private static Regex compiled(JsonNode pattern, JsonNode flags) throws JsonQueryException {
    if (pattern.isArray()
        && pattern.size() > 0
        && pattern.size() < 3
        && !pattern.get(0).isArray()) {
      String more = flags.isTextual() ? flags.textValue() : "";
      JsonNode letters = pattern.size() == 2 ? pattern.get(1) : NullNode.getInstance();
      return compiled(pattern.get(0), TextNode.valueOf(more + letters.asText("")));
    }
    if (!pattern.isTextual() || !(flags.isTextual() || flags.isNull())) {
      throw new JsonQueryException(
          Meter.kind(pattern) + " with the flags " + Meter.kind(flags) + " is not a pattern");
    }
    String text = pattern.textValue();
    String letters = flags.isNull() ? "" : flags.textValue();
    Meter.spend(COMPILE_STEPS + Math.min(text.length(), LinearPattern.MAX_CHARS));
    Meter.spendBytes(letters.length());
    Regex regex = Regex.compile(text, letters);
    Meter.spend(regex.pattern().costOfCompiling());
    return regex;
  }

  /** Flags with the one for all matches. */
  private record WithGlobal(Expression flags) implements Expression {
    @Override
    public void apply(
        Scope scope, JsonNode input, @Nullable Path path, PathOutput output, boolean requiresPath)
        throws JsonQueryException {
      flags.apply(
          scope,
          input,
          value -> {
            boolean isText = value.isNull() || value.isTextual();
            output.emit(isText ? TextNode.valueOf(value.asText("") + "g") : value, null);
          });
    }
  }
}
