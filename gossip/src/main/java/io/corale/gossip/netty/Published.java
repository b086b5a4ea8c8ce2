package io.corale.gossip.netty;

import io.corale.gossip.BothForms;
import io.corale.gossip.ClaimView;
import io.corale.gossip.NodeView;
import io.corale.model.CellId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/**
 * What is believed, for readers that must not wait. It is written under the monitor of the core,
 * and read by anybody.
 */
final class Published {
  /** Ages in views are as old as this at most. */
  private static final long VIEW_MICROS = TimeUnit.SECONDS.toMicros(1);

  private final ConcurrentNavigableMap<CellId, List<ClaimView>> claims =
      new ConcurrentSkipListMap<>();
  private long seenGeneration = -1;
  private long viewedMicros;
  private volatile List<NodeView> nodes = List.of();

  void refresh(BothForms forms, long micros) {
    refreshClaims(forms);
    boolean isOld = micros - viewedMicros >= VIEW_MICROS;
    if (isOld || forms.generation() != seenGeneration) {
      seenGeneration = forms.generation();
      viewedMicros = micros;
      nodes = List.copyOf(forms.nodes(micros));
    }
  }

  void refreshClaims(BothForms forms) {
    for (CellId cell : forms.takeChangedCells()) {
      List<ClaimView> now = List.copyOf(forms.claims(cell));
      if (now.isEmpty()) {
        claims.remove(cell);
      } else {
        claims.put(cell, now);
      }
    }
  }

  List<NodeView> nodes() {
    return nodes;
  }

  List<ClaimView> claims(CellId cell) {
    return claims.getOrDefault(cell, List.of());
  }

  /** The cells that somebody claims, by their order, so many of them after this one. */
  List<CellId> cells(Optional<CellId> after, int limit) {
    return after.map(cell -> claims.tailMap(cell, false)).orElse(claims).keySet().stream()
        .limit(limit)
        .toList();
  }
}
