package io.corale.scheduler;

import io.corale.model.InvocationId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which of the ended invocations have no receipt any more and are readable still, oldest end first,
 * and what their records weigh (rule 24).
 */
final class History {
  private final Timers<InvocationId> ends = new Timers<>();
  private final Map<InvocationId, Timers.Timer<InvocationId>> places = new LinkedHashMap<>();

  /** Those of them that have a text. */
  private final Timers<InvocationId> withText = new Timers<>();

  private final Map<InvocationId, Timers.Timer<InvocationId>> placesWithText =
      new LinkedHashMap<>();
  private long sizeBytes;
  private long sparedBytes;

  /** Its receipt has ended. */
  void add(Invocation ended) {
    Timers.Timer<InvocationId> place =
        ends.set(ended.ended().orElseThrow().atMicros(), ended.submission().sequence(), ended.id());
    if (places.put(ended.id(), place) != null) {
      throw new IllegalStateException(ended.id() + " has become history twice");
    }
    sizeBytes += ended.sizeBytes();
    sparedBytes += ended.sparedBytes();
    if (ended.sparedBytes() > 0) {
      placesWithText.put(ended.id(), withText.set(place.atMicros(), place.sequence(), ended.id()));
    }
  }

  boolean has(InvocationId id) {
    return places.containsKey(id);
  }

  /** A record was replaced, or removed, whether it was history or not. */
  void changed(Invocation before, @Nullable Invocation after) {
    Timers.Timer<InvocationId> place = places.get(before.id());
    if (place == null) {
      return;
    }
    sizeBytes += (after == null ? 0 : after.sizeBytes()) - before.sizeBytes();
    if (after == null) {
      sparedBytes -= before.sparedBytes();
      places.remove(before.id());
      ends.callOff(place);
      Timers.Timer<InvocationId> among = placesWithText.remove(before.id());
      if (among != null) {
        withText.callOff(among);
      }
    }
  }

  /** Whose end is the oldest. */
  Optional<InvocationId> oldest() {
    return ends.first();
  }

  /** Whose end is the oldest of those that have a text. */
  Optional<InvocationId> oldestWithText() {
    return withText.first();
  }

  int size() {
    return places.size();
  }

  /** With the texts, each as often as it is held. */
  long sizeBytes() {
    return sizeBytes;
  }

  /** What the records alone weigh. */
  long recordBytes() {
    return sizeBytes - sparedBytes;
  }
}
