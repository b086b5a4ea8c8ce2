package io.corale.scheduler;

import io.corale.model.Event;
import java.util.List;
import java.util.stream.Collectors;

/** When a composition runs by itself. */
public sealed interface Timing {
  /** Never: a version without a schedule has replaced one that had one. */
  record Never() implements Timing {}

  /** Each time when so much has passed since the last time. */
  record Every(long micros) implements Timing {
    public Every {
      requirePositive(micros);
    }
  }

  /** When so much has passed since the last invocation of it ended. */
  record After(long micros) implements Timing {
    public After {
      requirePositive(micros);
    }
  }

  /** When the calendar says so: an expression that only the superpeer evaluates (rule 8). */
  record Cron(String expression) implements Timing {}

  /**
   * When events come that fit: one for any of the filters, or one for each.
   *
   * @param isAll whether each filter needs an event
   * @param filters as far as a replica compares; one that fits none of them is not for it
   * @param isExact whether that says it all; else the interpreter judges what fits
   */
  record On(boolean isAll, List<Subscription> filters, boolean isExact) implements Timing {
    public On {
      filters = List.copyOf(filters);
      if (filters.isEmpty() || filters.size() > Ear.MAX_SUBSCRIPTIONS) {
        throw new IllegalArgumentException(
            "a schedule has from 1 to "
                + Ear.MAX_SUBSCRIPTIONS
                + " filters of events: "
                + filters.size());
      }
    }

    boolean accepts(Event event) {
      return filters.stream().anyMatch(filter -> filter.accepts(event));
    }

    /** In a line for a person. */
    public String words() {
      return filters.stream()
          .map(Subscription::toString)
          .distinct()
          .collect(
              Collectors.joining(isAll ? " and " : " or ", "on ", isExact ? "" : ", filtered"));
    }
  }

  private static void requirePositive(long micros) {
    if (micros < 1) {
      throw new IllegalArgumentException("a schedule waits for at least a microsecond: " + micros);
    }
  }
}
