package io.corale.node.cell;

import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Readers;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the nodes that are here read of logs and snapshots, by what they say of themselves (rule
 * 36). Of one that has fallen silent, or is about to leave, nobody knows with which build it comes
 * back. Thread-safe.
 */
final class Builds {
  private final Overlay overlay;

  Builds(Overlay overlay) {
    this.overlay = overlay;
  }

  /** Those who take part in a cell, by the ids of their Raft peers, with what they read. */
  Readers readers(Set<String> peers) {
    Map<String, Integer> newest = new TreeMap<>();
    for (NodeView node : overlay.nodes()) {
      if (node.state() == NodeView.State.ALIVE) {
        newest.merge(node.raftPeer(), format(node), Math::min);
      }
    }
    return new Readers(peers, newest);
  }

  /** Whether a peer is here and reads this format; every one reads what every build does. */
  boolean reads(String peer, int format) {
    return readers(Set.of(peer)).common() >= format;
  }

  /** Builds from before formats were activated do not say. */
  private static int format(NodeView node) {
    return Math.max(node.readsFormat(), Entry.BASE_FORMAT);
  }
}
