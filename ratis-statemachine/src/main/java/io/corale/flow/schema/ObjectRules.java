package io.corale.flow.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.corale.flow.regex.LinearPattern;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rules on objects. */
final class ObjectRules {
  private ObjectRules() {}

  static void read(Keys keys, List<Rule> rules) {
    keys.count("minProperties").ifPresent(least -> rules.add(new MinProperties(least)));
    keys.count("maxProperties").ifPresent(most -> rules.add(new MaxProperties(most)));
    keys.names("required").ifPresent(names -> rules.add(new Required(names)));
    keys.namesByName("dependentRequired")
        .ifPresent(names -> rules.add(new DependentRequired(names)));
    keys.refuse(
        "dependencies",
        "is of an older draft; 'dependentRequired' and 'dependentSchemas' do the same");
    keys.part("propertyNames").ifPresent(part -> rules.add(new PropertyNames(part)));
    Optional<Map<String, Part>> named = keys.partsByName("properties");
    Optional<Map<LinearPattern, Part>> patterns = keys.partsByPattern("patternProperties");
    Optional<Part> others = keys.part("additionalProperties");
    if (named.isPresent() || patterns.isPresent() || others.isPresent()) {
      rules.add(
          new Properties(
              named.orElse(new LinkedHashMap<>()), patterns.orElse(new LinkedHashMap<>()), others));
    }
    keys.partsByName("dependentSchemas").ifPresent(parts -> rules.add(new DependentSchemas(parts)));
  }

  private record MinProperties(int least) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      return !value.isObject()
          || value.size() >= least
          || check.violated(
              place, "minProperties", () -> value.size() + " properties are fewer than " + least);
    }
  }

  private record MaxProperties(int most) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      return !value.isObject()
          || value.size() <= most
          || check.violated(
              place, "maxProperties", () -> value.size() + " properties are more than " + most);
    }
  }

  private record Required(List<String> names) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      return !value.isObject() || hasAll(check, value, place, "required", names);
    }
  }

  private record DependentRequired(Map<String, List<String>> names) implements Rule {
    DependentRequired {
      names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
    }

    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      check.spend(names.size(), place);
      boolean holds = true;
      for (var each : names.entrySet()) {
        holds &=
            !value.has(each.getKey())
                || hasAll(check, value, place, "dependentRequired", each.getValue());
      }
      return holds;
    }
  }

  private static boolean hasAll(
      Check check, JsonNode value, Place place, String keyword, List<String> names) {
    check.spend(names.size(), place);
    boolean hasAll = true;
    for (String name : names) {
      hasAll &=
          value.has(name)
              || check.violated(
                  place, keyword, () -> "property '" + Values.cut(name) + "' is missing");
    }
    return hasAll;
  }

  private record PropertyNames(Part part) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      boolean holds = true;
      for (var field : value.properties()) {
        JsonNode name = TextNode.valueOf(field.getKey());
        holds &= check.meets(part, name, place.field(field.getKey()), Seen.NOTHING);
      }
      return holds;
    }
  }

  /**
   * {@code properties}, {@code patternProperties}, and {@code additionalProperties} for the fields
   * that neither of them names.
   */
  private record Properties(
      Map<String, Part> named, Map<LinearPattern, Part> patterns, Optional<Part> others)
      implements Rule {
    Properties {
      named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
      patterns = Collections.unmodifiableMap(new LinkedHashMap<>(patterns));
    }

    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      check.spend(value.size(), place);
      boolean holds = true;
      for (var field : value.properties()) {
        holds &= holds(check, field.getKey(), field.getValue(), place, seen);
      }
      return holds;
    }

    private boolean holds(Check check, String name, JsonNode value, Place around, Seen seen) {
      Place place = around.field(name);
      boolean isKnown = false;
      boolean holds = true;
      Part part = named.get(name);
      if (part != null) {
        isKnown = true;
        holds = check.meets(part, value, place, Seen.NOTHING);
      }
      for (var each : patterns.entrySet()) {
        if (check.finds(each.getKey(), name, place)) {
          isKnown = true;
          holds &= check.meets(each.getValue(), value, place, Seen.NOTHING);
        }
      }
      if (!isKnown && others.isPresent()) {
        isKnown = true;
        holds = check.meets(others.get(), value, place, Seen.NOTHING);
      }
      if (isKnown) {
        seen.add(name);
      }
      return holds;
    }
  }

  private record DependentSchemas(Map<String, Part> parts) implements Rule {
    DependentSchemas {
      parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
    }

    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      check.spend(parts.size(), place);
      boolean holds = true;
      for (var each : parts.entrySet()) {
        holds &= !value.has(each.getKey()) || check.meets(each.getValue(), value, place, seen);
      }
      return holds;
    }

    @Override
    public List<Part> inPlace() {
      return List.copyOf(parts.values());
    }
  }
}
