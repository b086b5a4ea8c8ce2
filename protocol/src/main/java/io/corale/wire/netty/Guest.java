package io.corale.wire.netty;

import io.corale.model.Incarnation;
import java.util.Optional;

/**
 * Whom a door let in.
 *
 * @param node set if it proved to be a node of this cluster
 * @param name for log lines
 */
public record Guest(int protocol, Optional<Incarnation> node, String name) {
  /** Whether it proved to be a node of this cluster. */
  public boolean isNode() {
    return node.isPresent();
  }

  int maxOpen() {
    return isNode() ? DoorLimits.MAX_OPEN_OF_NODE : DoorLimits.MAX_OPEN_OF_CLIENT;
  }
}
