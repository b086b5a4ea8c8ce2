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
  private long sizeBytes;

  /** Its receipt has ended. */
  void add(Invocation ended) {
    Timers.Timer<InvocationId> place =
        ends.set(ended.ended().orElseThrow().atMicros(), ended.submission().sequence(), ended.id());
    if (places.put(ended.id(), place) != null) {
      throw new IllegalStateException(ended.id() + " has become history twice");
    }
    sizeBytes += ended.sizeBytes();
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
      places.remove(before.id());
      ends.callOff(place);
    }
  }

  /** Whose end is the oldest. */
  Optional<InvocationId> oldest() {
    return ends.first();
  }

  int size() {
    return places.size();
  }

  long sizeBytes() {
    return sizeBytes;
  }
}
