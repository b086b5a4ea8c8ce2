package io.corale.flow.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The rules that apply other schemas to the same value. */
final class Choices {
  private Choices() {}

  static void read(Keys keys, List<Rule> rules) {
    keys.parts("allOf").ifPresent(parts -> rules.add(new AllOf(parts)));
    keys.parts("anyOf").ifPresent(parts -> rules.add(new AnyOf(parts)));
    keys.parts("oneOf").ifPresent(parts -> rules.add(new OneOf(parts)));
    keys.part("not").ifPresent(part -> rules.add(new Not(part)));
    Optional<Part> then = keys.part("then");
    Optional<Part> otherwise = keys.part("else");
    keys.part("if").ifPresent(part -> rules.add(new If(part, then, otherwise)));
  }

  /** Nothing is as the schema {@code false} demands. */
  record Never(String keyword) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      return check.violated(
          place,
          keyword.isEmpty() ? "false" : keyword,
          () -> Values.excerpt(value) + " is not allowed");
    }
  }

  private record AllOf(List<Part> parts) implements Rule {
    AllOf {
      parts = List.copyOf(parts);
    }

    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      boolean holds = true;
      for (Part part : parts) {
        holds &= check.meets(part, value, place, seen);
      }
      return holds;
    }

    @Override
    public List<Part> inPlace() {
      return parts;
    }
  }

  private record AnyOf(List<Part> parts) implements Rule {
    AnyOf {
      parts = List.copyOf(parts);
    }

    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      boolean holds = false;
      for (int i = 0; i < parts.size() && (!holds || check.looksAtOthers()); i++) {
        holds |= check.wouldMeet(parts.get(i), value, place, seen);
      }
      return holds
          || check.violated(
              place,
              "anyOf",
              () -> Values.excerpt(value) + " meets none of " + parts.size() + " schemas");
    }

    @Override
    public List<Part> inPlace() {
      return parts;
    }
  }

  private record OneOf(List<Part> parts) implements Rule {
    OneOf {
      parts = List.copyOf(parts);
    }

    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      int met = 0;
      for (Part part : parts) {
        met += check.wouldMeet(part, value, place, seen) ? 1 : 0;
      }
      String found = met == 0 ? " meets none of " : " meets " + met + " of ";
      return met == 1
          || check.violated(
              place,
              "oneOf",
              () -> Values.excerpt(value) + found + parts.size() + " schemas, expected one");
    }

    @Override
    public List<Part> inPlace() {
      return parts;
    }
  }

  private record Not(Part part) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      return !check.wouldMeet(part, value, place, Seen.NOTHING)
          || check.violated(
              place,
              "not",
              () -> Values.excerpt(value) + " meets the schema that it must not meet");
    }

    @Override
    public List<Part> inPlace() {
      return List.of(part);
    }
  }

  private record If(Part condition, Optional<Part> then, Optional<Part> otherwise) implements Rule {
    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      Optional<Part> next = check.wouldMeet(condition, value, place, seen) ? then : otherwise;
      return next.isEmpty() || check.meets(next.get(), value, place, seen);
    }

    @Override
    public List<Part> inPlace() {
      return Stream.of(Optional.of(condition), then, otherwise).flatMap(Optional::stream).toList();
    }
  }
}
