package io.corale.gossip.seal;

import java.util.EnumMap;
import java.util.Map;

/** Counts what was refused, by reason. */
final class Refusals {
  private final Map<Refusal, Long> counts = new EnumMap<>(Refusal.class);

  Opened.Refused count(Refusal why) {
    counts.merge(why, 1L, Long::sum);
    return new Opened.Refused(why);
  }

  long of(Refusal why) {
    return counts.getOrDefault(why, 0L);
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
