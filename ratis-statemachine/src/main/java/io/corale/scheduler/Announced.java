package io.corale.scheduler;

import io.corale.model.Event;
import io.corale.model.InvocationId;
import java.util.Comparator;
import java.util.Optional;

/**
 * What is remembered of an event that was announced, so that it is announced once.
 *
 * @param sequence its place in the order of announcing
 * @param untilMicros cell time
 * @param reached how many ears and schedules it was for
 */
public record Announced(Key key, long sequence, long untilMicros, int reached) {
  private static final long FIXED_BYTES = 200;

  /**
   * By what an event is the same. Ordered, so that a map stands many ids that were chosen to have
   * one hash.
   */
  public record Key(String source, String id, Optional<InvocationId> to)
      implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::source)
            .thenComparing(Key::id)
            .thenComparing(key -> key.to.map(InvocationId::value).orElse(""));

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }

    static Key of(Event event, Optional<InvocationId> to) {
      return new Key(event.source(), event.id(), to);
    }
  }

  long sizeBytes() {
    return FIXED_BYTES
        + key.source().length()
        + key.id().length()
        + key.to().map(id -> id.value().length()).orElse(0);
  }
}
