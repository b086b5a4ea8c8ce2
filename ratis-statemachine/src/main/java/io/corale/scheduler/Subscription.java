package io.corale.scheduler;

import io.corale.model.Event;
import java.util.Optional;

/**
 * Which events an ear is for, as far as a replica decides it: by what they are called, exactly. The
 * interpreter decides the rest.
 *
 * @param type empty where any will do, as are the others
 */
public record Subscription(
    Optional<String> type, Optional<String> source, Optional<String> subject) {
  /** To all events. */
  public static final Subscription ALL =
      new Subscription(Optional.empty(), Optional.empty(), Optional.empty());

  boolean accepts(Event event) {
    return type.map(event.type()::equals).orElse(true)
        && source.map(event.source()::equals).orElse(true)
        && subject.map(event.subject()::equals).orElse(true);
  }

  long sizeBytes() {
    return length(type) + length(source) + length(subject);
  }

  private static long length(Optional<String> text) {
    return text.map(String::length).orElse(0).longValue();
  }

  @Override
  public String toString() {
    return type.orElse("any type")
        + source.map(from -> " from " + from).orElse("")
        + subject.map(about -> " about " + about).orElse("");
  }
}
