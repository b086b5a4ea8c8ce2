package io.corale.flow.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.flow.regex.LinearPattern;
import java.util.List;

/** The rules on strings. A character is a code point. */
final class TextRules {
  private TextRules() {}

  static void read(Keys keys, List<Rule> rules) {
    keys.count("minLength").ifPresent(least -> rules.add(new MinLength(least)));
    keys.count("maxLength").ifPresent(most -> rules.add(new MaxLength(most)));
    keys.pattern("pattern").ifPresent(pattern -> rules.add(new Matches(pattern)));
  }

  private static boolean isText(JsonNode value) {
    return Values.type(value).equals("string");
  }

  private static int length(JsonNode value, Check check, Place place) {
    String text = value.asText();
    check.spend(text.length() / 256, place);
    return text.codePointCount(0, text.length());
  }

  private record MinLength(int least) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      if (!isText(value)) {
        return true;
      }
      int length = length(value, check, place);
      return length >= least
          || check.violated(
              place, "minLength", () -> length + " characters are fewer than " + least);
    }
  }

  private record MaxLength(int most) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      if (!isText(value)) {
        return true;
      }
      int length = length(value, check, place);
      return length <= most
          || check.violated(place, "maxLength", () -> length + " characters are more than " + most);
    }
  }

  private record Matches(LinearPattern pattern) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      if (!isText(value)) {
        return true;
      }
      return check.finds(pattern, value.asText(), place)
          || check.violated(
              place,
              "pattern",
              () -> Values.excerpt(value) + " does not match " + Values.cut(pattern.toString()));
    }
  }
}
