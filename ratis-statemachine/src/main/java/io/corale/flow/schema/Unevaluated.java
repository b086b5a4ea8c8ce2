package io.corale.flow.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The rules on what no other rule of the same schema has looked at; they come last. */
final class Unevaluated {
  private Unevaluated() {}

  static void read(Keys keys, List<Rule> rules) {
    keys.part("unevaluatedItems").ifPresent(part -> rules.add(new Items(part)));
    keys.part("unevaluatedProperties").ifPresent(part -> rules.add(new Properties(part)));
  }

  private record Items(Part part) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      check.spend(value.size(), place);
      boolean holds = true;
      for (int i = 0; value.isArray() && i < value.size(); i++) {
        if (!seen.has(i)) {
          holds &= check.meets(part, value.get(i), place.item(i), Seen.NOTHING);
          seen.add(i);
        }
      }
      return holds;
    }
  }

  private record Properties(Part part) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      check.spend(value.size(), place);
      boolean holds = true;
      for (var field : value.properties()) {
        if (!seen.has(field.getKey())) {
          holds &= check.meets(part, field.getValue(), place.field(field.getKey()), Seen.NOTHING);
          seen.add(field.getKey());
        }
      }
      return holds;
    }
  }
}
