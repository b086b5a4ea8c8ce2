package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.scheduler.Subscription;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which events a task listens for.
 *
 * @param with what attributes and data must be
 * @param correlations by their names
 */
record EventFilter(SortedMap<String, Like> with, SortedMap<String, Correlation> correlations) {
  /** The attributes that a replica compares. */
  private static final List<String> NAMES = List.of("type", "source", "subject");

  EventFilter {
    with = Collections.unmodifiableSortedMap(new TreeMap<>(with));
    correlations = Collections.unmodifiableSortedMap(new TreeMap<>(correlations));
  }

  /** What a value must be like. */
  sealed interface Like {
    boolean mentions(String variable);

    /** The same. */
    record Same(JsonNode value) implements Like {
      @Override
      public boolean mentions(String variable) {
        return false;
      }
    }

    /** Such that this, evaluated on it, gives true, or the value itself. */
    record Computed(Template template) implements Like {
      @Override
      public boolean mentions(String variable) {
        return template.mentions(variable);
      }
    }

    /** An object with these fields, and any others. */
    record Fields(SortedMap<String, Like> fields) implements Like {
      public Fields {
        fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
      }

      @Override
      public boolean mentions(String variable) {
        return fields.values().stream().anyMatch(field -> field.mentions(variable));
      }
    }
  }

  /**
   * What ties events to each other.
   *
   * @param from what of an event does, evaluated on the whole event
   * @param expect what that must give; where it is missing, what the first event gave
   */
  record Correlation(Template from, Optional<Template> expect) {
    boolean mentions(String variable) {
      return from.mentions(variable) || (expect.isPresent() && expect.get().mentions(variable));
    }
  }

  boolean mentions(String variable) {
    return with.values().stream().anyMatch(like -> like.mentions(variable))
        || correlations.values().stream().anyMatch(each -> each.mentions(variable));
  }

  /** Whether a correlation expects what an expression gives on the input of the task. */
  boolean comparesWithInput() {
    return correlations.values().stream()
        .map(Correlation::expect)
        .anyMatch(expect -> expect.filter(each -> !(each instanceof Template.Literal)).isPresent());
  }

  /** Whether {@link #subscription} says it all. */
  boolean isExact() {
    return correlations.isEmpty()
        && with.entrySet().stream()
            .allMatch(
                each -> NAMES.contains(each.getKey()) && each.getValue() instanceof Like.Same);
  }

  /** As far as a replica compares. */
  Subscription subscription() {
    return new Subscription(constant("type"), constant("source"), constant("subject"));
  }

  private Optional<String> constant(String attribute) {
    return Optional.ofNullable(with.get(attribute))
        .filter(Like.Same.class::isInstance)
        .map(like -> ((Like.Same) like).value().textValue());
  }
}
