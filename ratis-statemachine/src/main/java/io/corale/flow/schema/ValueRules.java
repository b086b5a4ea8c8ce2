package io.corale.flow.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** The rules on a value itself: its type, the values there are, bounds of numbers. */
final class ValueRules {
  /** In the order of the draft. */
  private static final List<String> TYPES =
      List.of("null", "boolean", "object", "array", "number", "string", "integer");

  /** More digits before or after the point than a double has. */
  private static final int MAX_EXPONENT = 1_100;

  private ValueRules() {}

  static void read(Keys keys, List<Rule> rules) {
    if (keys.has("type")) {
      types(keys).ifPresent(types -> rules.add(new Type(types)));
    }
    keys.any("const").ifPresent(value -> rules.add(equalTo("const", List.of(value))));
    keys.list("enum").ifPresent(values -> rules.add(equalTo("enum", values)));
    bound(keys, rules, "minimum", "less than", compared -> compared >= 0);
    bound(keys, rules, "exclusiveMinimum", "not more than", compared -> compared > 0);
    bound(keys, rules, "maximum", "more than", compared -> compared <= 0);
    bound(keys, rules, "exclusiveMaximum", "not less than", compared -> compared < 0);
    keys.number("multipleOf").ifPresent(divisor -> multipleOf(keys, rules, divisor));
  }

  private static Optional<List<String>> types(Keys keys) {
    Optional<JsonNode> found = keys.any("type");
    Optional<List<String>> names =
        found.filter(JsonNode::isTextual).isPresent()
            ? keys.string("type").map(List::of)
            : keys.names("type");
    if (names.isPresent() && (names.get().isEmpty() || !TYPES.containsAll(names.get()))) {
      keys.problem(
          "type",
          "must be one of "
              + String.join(", ", TYPES)
              + ", or a list of them, found "
              + found.map(Values::excerpt).orElse("nothing"));
      return Optional.empty();
    }
    return names;
  }

  private static Rule equalTo(String keyword, List<JsonNode> values) {
    SortedSet<String> canonical = new TreeSet<>();
    for (JsonNode value : values) {
      canonical.add(Values.canonical(value, new Check(false), Place.ROOT));
    }
    String expected =
        values.stream().limit(5).map(Values::excerpt).collect(Collectors.joining(", "));
    return new Equal(keyword, canonical, values.size() > 5 ? expected + ", ..." : expected);
  }

  private static void bound(
      Keys keys, List<Rule> rules, String keyword, String broken, IntPredicate isGood) {
    keys.number(keyword).ifPresent(limit -> rules.add(new Bound(keyword, limit, broken, isGood)));
  }

  private static void multipleOf(Keys keys, List<Rule> rules, BigDecimal divisor) {
    if (divisor.signum() <= 0 || isFarOut(divisor)) {
      keys.problem("multipleOf", "must be a number above 0, found " + Values.cut("" + divisor));
    } else {
      rules.add(new MultipleOf(divisor));
    }
  }

  /** Whether a division by it, or of it, could take for ever. */
  private static boolean isFarOut(BigDecimal number) {
    long digitsBefore = (long) number.precision() - number.scale();
    return Math.abs(digitsBefore) > MAX_EXPONENT || Math.abs((long) number.scale()) > MAX_EXPONENT;
  }

  private record Type(List<String> types) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      String type = Values.type(value);
      return types.contains(type)
          || (type.equals("integer") && types.contains("number"))
          || check.violated(
              place, "type", () -> "expected " + String.join(" or ", types) + ", found " + type);
    }
  }

  private record Equal(String keyword, SortedSet<String> values, String expected) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      return values.contains(Values.canonical(value, check, place))
          || check.violated(
              place, keyword, () -> "expected " + expected + ", found " + Values.excerpt(value));
    }
  }

  private record Bound(String keyword, BigDecimal limit, String broken, IntPredicate isGood)
      implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      Optional<BigDecimal> number = Values.number(value);
      return number.isEmpty()
          || isGood.test(number.get().compareTo(limit))
          || check.violated(
              place,
              keyword,
              () -> Values.excerpt(value) + " is " + broken + " " + Values.cut("" + limit));
    }
  }

  private record MultipleOf(BigDecimal divisor) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      Optional<BigDecimal> number = Values.number(value);
      return number.isEmpty()
          || (!isFarOut(number.get()) && number.get().remainder(divisor).signum() == 0)
          || check.violated(
              place,
              "multipleOf",
              () -> Values.excerpt(value) + " is not a multiple of " + Values.cut("" + divisor));
    }
  }
}
