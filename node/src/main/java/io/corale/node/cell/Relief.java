package io.corale.node.cell;

import io.corale.model.CellId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * To whom a node whose disk has too little room is to hand over the cells that it leads: each once,
 * and when it comes back, or could not be handed over, to the next one after a while. The others
 * may be as short of room, and would only pass it on.
 */
final class Relief {
  /** A change of superpeer costs its callers a moment; once a minute they do not feel it. */
  static final Duration PAUSE = Duration.ofMinutes(1);

  private final Map<CellId, Try> tries = new LinkedHashMap<>();

  private record Try(int number, long atNanos) {}

  /** The heir to whom this cell is to be handed over now; that it is tried is remembered. */
  <T> Optional<T> next(CellId led, List<T> heirs, long nowNanos) {
    Try last = tries.get(led);
    boolean isEarly = last != null && nowNanos - last.atNanos() < PAUSE.toNanos();
    if (isEarly || heirs.isEmpty()) {
      return Optional.empty();
    }
    int number = last == null ? 0 : last.number() + 1;
    tries.put(led, new Try(number, nowNanos));
    return Optional.of(heirs.get(number % heirs.size()));
  }

  /** Forgets all others. */
  void keepOnly(Set<CellId> cells) {
    tries.keySet().retainAll(cells);
  }
}
