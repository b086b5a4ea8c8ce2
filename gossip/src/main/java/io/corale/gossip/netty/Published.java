package io.corale.gossip.netty;

import io.corale.gossip.BothForms;
import io.corale.gossip.ClaimView;
import io.corale.gossip.NodeView;
import io.corale.model.CellId;
import io.corale.model.NodeId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;

/**
 * What is believed, for readers that must not wait. It is written under the monitor of the core,
 * and read by anybody.
 */
final class Published {
  /** Ages in views are as old as this at most. */
  private static final long VIEW_MICROS = TimeUnit.SECONDS.toMicros(1);

  /** While claims change all the time, nodes are not counted anew each time. */
  private static final long LEAST_VIEW_MICROS = TimeUnit.MILLISECONDS.toMicros(500);

  private final Map<CellId, List<ClaimView>> claims = new ConcurrentHashMap<>();

  /** The same cells in their order: each request asks the table, and few ask for these. */
  private final NavigableSet<CellId> cells = new ConcurrentSkipListSet<>();

  private long seenGeneration = -1;
  private long seenStandings = -1;
  private long viewedMicros;
  private volatile List<NodeView> nodes = List.of();

  /** The same by id: each request asks for one. */
  private volatile Map<NodeId, NodeView> nodesById = Map.of();

  void refresh(BothForms forms, long micros) {
    refreshClaims(forms);
    long age = micros - viewedMicros;
    boolean isNews = forms.generation() != seenGeneration && age >= LEAST_VIEW_MICROS;
    if (age >= VIEW_MICROS || isNews || forms.standings() != seenStandings) {
      seenGeneration = forms.generation();
      seenStandings = forms.standings();
      viewedMicros = micros;
      nodes = List.copyOf(forms.nodes(micros));
      nodesById = byId(nodes);
    }
  }

  void refreshClaims(BothForms forms) {
    for (CellId cell : forms.takeChangedCells()) {
      List<ClaimView> now = List.copyOf(forms.claims(cell));
      if (now.isEmpty()) {
        claims.remove(cell);
        cells.remove(cell);
      } else {
        claims.put(cell, now);
        cells.add(cell);
      }
    }
  }

  private static Map<NodeId, NodeView> byId(List<NodeView> nodes) {
    Map<NodeId, NodeView> byId = new LinkedHashMap<>(2 * nodes.size());
    nodes.forEach(node -> byId.putIfAbsent(node.incarnation().node(), node));
    return Collections.unmodifiableMap(byId);
  }

  List<NodeView> nodes() {
    return nodes;
  }

  Optional<NodeView> node(NodeId node) {
    return Optional.ofNullable(nodesById.get(node));
  }

  List<ClaimView> claims(CellId cell) {
    return claims.getOrDefault(cell, List.of());
  }

  /** The cells that somebody claims, by their order, so many of them after this one. */
  List<CellId> cells(Optional<CellId> after, int limit) {
    return after.map(cell -> cells.tailSet(cell, false)).orElse(cells).stream()
        .limit(limit)
        .toList();
  }
}
