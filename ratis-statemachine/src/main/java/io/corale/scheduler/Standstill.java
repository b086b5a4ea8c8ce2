package io.corale.scheduler;

import io.corale.model.InvocationId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Finds which parts of a work stand still, because all that they and those that they await have
 * open is held (ADR 32).
 */
final class Standstill {
  /** Of a call that is not held. */
  static final long GOES_ON = Long.MAX_VALUE;

  private static final long NOTHING_OPEN = -1;

  private Standstill() {}

  /**
   * Since when each part stands still, in cell time: since the last of it came to be held. Those
   * that do not are not there.
   *
   * @param parts each before those that it awaits
   * @param heldSince of a call; {@link #GOES_ON} where it is not
   */
  static Map<InvocationId, Long> of(List<Works.Part> parts, ToLongFunction<Call> heldSince) {
    Map<InvocationId, Long> since = new LinkedHashMap<>();
    for (int i = parts.size() - 1; i >= 0; i--) {
      Works.Part part = parts.get(i);
      long its = since.getOrDefault(part.invocation(), NOTHING_OPEN);
      for (Call call : part.calls()) {
        its = Math.max(its, heldSince.applyAsLong(call));
      }
      since.put(part.invocation(), its);
      if (part.awaitedBy().isPresent()) {
        since.merge(part.awaitedBy().get(), its, Math::max);
      }
    }
    since.values().removeIf(last -> last == NOTHING_OPEN || last == GOES_ON);
    return since;
  }
}
