package io.corale.gossip;

import io.corale.model.Incarnation;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A node as the overlay knows it.
 *
 * @param doorAddress {@code host:port} where it takes requests
 * @param raftPeer its Ratis peer id, {@code <dns-name>_<port>}
 * @param raftAddress {@code <dns-name>:<port>}
 * @param readsFormat the newest format of logs and snapshots that it can read; 0 where it does not
 *     say
 * @param heardMillis how long ago something came from it itself; 0 of this node, empty where it is
 *     not known
 * @param pendingBand how many requests what it leads has accepted that have not ended, as {@link
 *     Bands} says it; empty where it is not known
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
    int cellsFollowed,
    OptionalLong heardMillis,
    OptionalInt pendingBand) {
  /** One that nothing is known of but what it says of itself. */
  public NodeView(
      Incarnation incarnation,
      String doorAddress,
      String raftPeer,
      String raftAddress,
      String build,
      int readsFormat,
      State state,
      int cellsLed,
      int cellsFollowed) {
    this(
        incarnation,
        doorAddress,
        raftPeer,
        raftAddress,
        build,
        readsFormat,
        state,
        cellsLed,
        cellsFollowed,
        OptionalLong.empty(),
        OptionalInt.empty());
  }

  /** How alive a node is believed to be. */
  public enum State {
    ALIVE,
    SUSPECT,
    LEAVING
  }
}
