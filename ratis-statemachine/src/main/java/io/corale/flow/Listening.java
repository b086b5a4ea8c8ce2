package io.corale.flow;

import io.corale.flow.Task.Tasks;
import io.corale.scheduler.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a task listens for, how it reads what it hears, and when it has heard enough.
 *
 * @param to what it consumes
 * @param until after which it has heard enough; where it is missing, {@code to} says so
 * @param foreach what it does with each event
 */
record Listening(Strategy to, Optional<Until> until, Read read, Optional<Each> foreach) {
  /** How many events it takes. */
  enum Count {
    /** One that fits the one filter. */
    ONE,
    /** One that fits any of the filters, or any at all where there are none. */
    ANY,
    /** One for each of the filters. */
    ALL
  }

  /** Which events are consumed. */
  record Strategy(Count count, List<EventFilter> filters) {
    Strategy {
      filters = List.copyOf(filters);
    }

    boolean mentions(String variable) {
      return filters.stream().anyMatch(filter -> filter.mentions(variable));
    }

    List<Subscription> subscriptions() {
      return filters.isEmpty()
          ? List.of(Subscription.ALL)
          : filters.stream().map(EventFilter::subscription).distinct().toList();
    }
  }

  /** When a task that listens to any event has heard enough. */
  sealed interface Until {
    boolean mentions(String variable);

    /**
     * When this holds of the list of what it has consumed.
     *
     * @param isNever whether it plainly never does; nothing need be gathered then
     */
    record Holds(Template condition, boolean isNever) implements Until {
      @Override
      public boolean mentions(String variable) {
        return condition.mentions(variable);
      }
    }

    /** When these events have come, which it does not give. */
    record Heard(Strategy strategy) implements Until {
      @Override
      public boolean mentions(String variable) {
        return strategy.mentions(variable);
      }
    }
  }

  /** What of an event is read. */
  enum Read {
    DATA,
    ENVELOPE,
    RAW
  }

  /**
   * What is done with each event before the next.
   *
   * @param item the variable that has what was read
   * @param at the variable that has its number, from 0
   * @param filters of which only output and export are there
   */
  record Each(String item, String at, Optional<Tasks> tasks, Filters filters) {
    /** Whether the event must be remembered while the tasks run. */
    boolean looksAtItem() {
      return filters.mentions(item)
          || tasks.stream()
              .flatMap(list -> list.list().stream())
              .anyMatch(task -> task.mentions(item));
    }
  }

  List<Tasks> tasks() {
    return foreach.flatMap(Each::tasks).stream().toList();
  }

  /** All of which it must hear. */
  List<Subscription> subscriptions() {
    List<Subscription> all = new ArrayList<>(to.subscriptions());
    if (until.orElse(null) instanceof Until.Heard heard) {
      all.addAll(heard.strategy().subscriptions());
    }
    return all.stream().distinct().toList();
  }

  /** Whether it never ends by itself, so that nobody gets the list of what it has heard. */
  boolean isEndless() {
    return until.orElse(null) instanceof Until.Holds holds && holds.isNever();
  }

  /** Whether events are compared with the input of the task. */
  boolean comparesWithInput() {
    return filters().anyMatch(EventFilter::comparesWithInput);
  }

  /** All filters with which an event may be compared. */
  Stream<EventFilter> filters() {
    return Stream.concat(
        to.filters().stream(),
        until.filter(Until.Heard.class::isInstance).stream()
            .flatMap(each -> ((Until.Heard) each).strategy().filters().stream()));
  }

  /** How many events it probably takes. */
  int expectedEvents() {
    if (until.isPresent()) {
      return Ranks.EXPECTED_ITEMS;
    }
    return to.count() == Count.ALL ? to.filters().size() : 1;
  }

  /** Whether its own expressions look at this variable. */
  boolean mentions(String variable) {
    return to.mentions(variable)
        || until.stream().anyMatch(each -> each.mentions(variable))
        || Stream.ofNullable(foreach.orElse(null)).anyMatch(e -> e.filters().mentions(variable));
  }
}
