package io.corale.node.cell;

import io.corale.model.CellId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which of the cells that this node leads it is to hand over while its disk has too little room:
 * each once, and again when it has been given back for a while. The others may be as short of room,
 * and would only pass it on.
 */
final class Relief {
  /** A change of superpeer costs its callers a moment; once a minute they do not feel it. */
  static final Duration PAUSE = Duration.ofMinutes(1);

  private final Map<CellId, Long> handedOverNanos = new LinkedHashMap<>();

  /** Whether this cell, which it leads, is to be handed over now; that is remembered. */
  boolean isDue(CellId led, long nowNanos) {
    handedOverNanos.values().removeIf(at -> nowNanos - at >= PAUSE.toNanos());
    return handedOverNanos.putIfAbsent(led, nowNanos) == null;
  }
}
