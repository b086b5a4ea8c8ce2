package io.corale.gossip;

import io.corale.model.Incarnation;

/**
 * A node as the overlay knows it.
 *
 * @param doorAddress {@code host:port} where it takes requests
 * @param raftPeer its Ratis peer id, {@code <dns-name>_<port>}
 * @param raftAddress {@code <dns-name>:<port>}
 * @param readsFormat the newest format of logs and snapshots that it can read; 0 where it does not
 *     say
 */
public record NodeView(
    Incarnation incarnation,
    String doorAddress,
    String raftPeer,
    String raftAddress,
    String build,
    int readsFormat,
    State state,
    int cellsLed,
    int cellsFollowed) {
  /** How alive a node is believed to be. */
  public enum State {
    ALIVE,
    SUSPECT,
    LEAVING
  }
}
