package io.corale.node.step;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.corale.flow.Composition;
import io.corale.flow.FunctionSpec;
import io.corale.flow.Implementation;
import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.node.cell.Cell;
import io.corale.scheduler.OwnerScheduler;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long calls are expected to take: as their cell has learned it, or as their author declares
 * where it has learned nothing. Thread-safe.
 *
 * <p>A cell is asked once a second for all functions of a composition: evaluations are many, and
 * each question waits for the entry that is being applied.
 */
final class Expectations {
  private static final Duration FRESH = Duration.ofSeconds(1);

  /** As many as there are compiled compositions. */
  private static final int MAX_COMPOSITIONS = 1_000;

  private final Cache<Key, SortedMap<String, Long>> learned;

  private record Key(CellId cell, CompositionRef composition) {}

  /**
   * @param ticker by which what was learned grows old
   */
  Expectations(Ticker ticker) {
    learned =
        Caffeine.newBuilder()
            .ticker(ticker)
            .expireAfterWrite(FRESH)
            .maximumSize(MAX_COMPOSITIONS)
            .build();
  }

  long micros(
      Cell cell, Composition composition, FunctionSpec function, Implementation implementation) {
    Long known = learned(cell, composition).get(name(function, implementation));
    return known == null ? implementation.expectedMicros() : implementation.saneMicros(known);
  }

  /** The cell is asked outside of the cache, in which others would wait for its entry, too. */
  private SortedMap<String, Long> learned(Cell cell, Composition composition) {
    Key key = new Key(cell.id(), composition.ref());
    SortedMap<String, Long> known = learned.getIfPresent(key);
    if (known == null) {
      known = read(cell, composition);
      learned.put(key, known);
    }
    return known;
  }

  private static SortedMap<String, Long> read(Cell cell, Composition composition) {
    return cell.read(scheduler -> read(scheduler, composition));
  }

  private static SortedMap<String, Long> read(OwnerScheduler scheduler, Composition composition) {
    SortedMap<String, Long> learned = new TreeMap<>();
    for (FunctionSpec function : composition.called()) {
      for (Implementation each : function.implementations()) {
        scheduler
            .learnedMicros(composition.ref().name(), function.name(), each.id())
            .ifPresent(micros -> learned.put(name(function, each), micros));
      }
    }
    return learned;
  }

  /** As the scheduler tells them apart. */
  private static String name(FunctionSpec function, Implementation implementation) {
    return function.name() + '/' + implementation.id();
  }
}
