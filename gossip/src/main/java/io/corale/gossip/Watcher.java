package io.corale.gossip;

import io.corale.model.Incarnation;

/** Is told when a node is believed to stand differently. Called by the core; must not block. */
@FunctionalInterface
public interface Watcher {
  void stands(Incarnation who, Standing now);
}
