package io.corale.flow.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The rules on lists. */
final class ListRules {
  private ListRules() {}

  static void read(Keys keys, List<Rule> rules) {
    keys.count("minItems").ifPresent(least -> rules.add(new MinItems(least)));
    keys.count("maxItems").ifPresent(most -> rules.add(new MaxItems(most)));
    if (keys.truth("uniqueItems").orElse(false)) {
      rules.add(new UniqueItems());
    }
    keys.refuse("additionalItems", "is of an older draft; 'prefixItems' and 'items' do the same");
    Optional<List<Part>> prefix = keys.parts("prefixItems");
    Optional<Part> rest = keys.part("items");
    if (prefix.isPresent() || rest.isPresent()) {
      rules.add(new Items(prefix.orElse(List.of()), rest));
    }
    int least = keys.count("minContains").orElse(1);
    int most = keys.count("maxContains").orElse(Integer.MAX_VALUE);
    keys.part("contains").ifPresent(part -> rules.add(new Contains(part, least, most)));
  }

  private record MinItems(int least) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      return !value.isArray()
          || value.size() >= least
          || check.violated(
              place, "minItems", () -> value.size() + " items are fewer than " + least);
    }
  }

  private record MaxItems(int most) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      return !value.isArray()
          || value.size() <= most
          || check.violated(place, "maxItems", () -> value.size() + " items are more than " + most);
    }
  }

  private record UniqueItems() implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      if (!value.isArray()) {
        return true;
      }
      SortedSet<String> earlier = new TreeSet<>();
      for (JsonNode item : value) {
        if (!earlier.add(Values.canonical(item, check, place))) {
          int index = earlier.size();
          return check.violated(
              place, "uniqueItems", () -> "item " + index + " equals an earlier one");
        }
      }
      return true;
    }
  }

  /** {@code prefixItems} and {@code items}: the first few, and those after them. */
  private record Items(List<Part> prefix, Optional<Part> rest) implements Rule {
    Items {
      prefix = List.copyOf(prefix);
    }

    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      boolean holds = true;
      int known = rest.isPresent() ? value.size() : Math.min(prefix.size(), value.size());
      for (int i = 0; value.isArray() && i < known; i++) {
        Part part = i < prefix.size() ? prefix.get(i) : rest.orElseThrow();
        seen.add(i);
        holds &= check.meets(part, value.get(i), place.item(i), Seen.NOTHING);
      }
      return holds;
    }
  }

  private record Contains(Part part, int least, int most) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      if (!value.isArray()) {
        return true;
      }
      int found = count(check, value, place, seen);
      if (found < least) {
        return check.violated(
            place,
            least == 1 ? "contains" : "minContains",
            () -> found + " matching items are fewer than " + least);
      }
      return found <= most
          || check.violated(
              place, "maxContains", () -> found + " matching items are more than " + most);
    }

    private int count(Check check, JsonNode value, Place place, Seen seen) {
      int found = 0;
      for (int i = 0; i < value.size(); i++) {
        if (check.wouldMeet(part, value.get(i), place.item(i), Seen.NOTHING)) {
          seen.add(i);
          found++;
        }
      }
      return found;
    }
  }
}
