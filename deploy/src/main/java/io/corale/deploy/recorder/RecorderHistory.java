package io.corale.deploy.recorder;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A record that a recorder wrote, judged from its starts and ends alone: the running counts in it
 * are checked, not believed. Immutable. Everything it says counts since the record's last reset.
 */
public final class RecorderHistory {
  private final List<Event> events;
  private final Tallies tallies = new Tallies();

  private RecorderHistory(List<Event> events) {
    this.events = Collections.unmodifiableList(events);
    for (Event event : events) {
      tallies.add(event);
      if (event.what() != Event.Kind.RESET) {
        require(event);
      }
    }
  }

  private void require(Event event) {
    int running = tallies.of(event.function()).running();
    int total = tallies.total().running();
    if (running != event.running() || total != event.total()) {
      throw new IllegalArgumentException(
          "the record is not whole: "
              + running
              + " of "
              + event.function()
              + " and "
              + total
              + " in total run after "
              + event);
    }
  }

  /** Reads a file; its last line may be cut off, as it is while the recorder writes. */
  public static RecorderHistory read(Path file) throws IOException {
    return parse(Files.readString(file, StandardCharsets.UTF_8));
  }

  /** Reads NDJSON, such as {@code GET /_record} answers. */
  public static RecorderHistory parse(String ndjson) {
    List<Event> events = new ArrayList<>();
    int from = 0;
    for (int end = ndjson.indexOf('\n'); end >= 0; end = ndjson.indexOf('\n', from)) {
      String line = ndjson.substring(from, end);
      from = end + 1;
      try {
        events.add(Event.read(line));
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("line " + (events.size() + 1) + " is no event", e);
      }
    }
    return new RecorderHistory(events);
  }

  /** Every event, in the order in which they happened. */
  public List<Event> events() {
    return events;
  }

  /** The most executions of all functions at once. */
  public int highest() {
    return tallies.total().highest();
  }

  /** The most executions of one function at once; 0 if it was never called. */
  public int highest(String function) {
    Stats stats = stats().get(function);
    return stats == null ? 0 : stats.highest();
  }

  /** The counts by function. */
  public SortedMap<String, Stats> stats() {
    return tallies.stats();
  }

  /** The counts of all functions together. */
  public Stats total() {
    return tallies.total().stats();
  }

  /** The attempts that started, by key, each list in the order of the starts. */
  public Map<String, List<Integer>> attempts() {
    Map<String, List<Integer>> attempts = new LinkedHashMap<>();
    tallies.total().attempts().forEach((key, numbers) -> attempts.put(key, List.copyOf(numbers)));
    return Collections.unmodifiableMap(attempts);
  }

  /** The keys of which two executions ran at once. */
  public List<String> overlapping() {
    return List.copyOf(tallies.total().overlapping());
  }
}
