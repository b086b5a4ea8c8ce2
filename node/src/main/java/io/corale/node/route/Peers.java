package io.corale.node.route;

import io.corale.gossip.NodeView;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.function.Consumer;

/** The doors of the other nodes. */
public interface Peers {
  /**
   * Sends a request to a node and hands over its responses in order; the last one is without {@code
   * more}. Where the request certainly did not leave this node, the last one is empty; where it
   * left and no answer came within {@code patience}, it is {@code unknown}.
   *
   * @param responses called on any thread, one at a time
   * @return lets go: nothing is handed over any more, the other side is told that nobody waits
   */
  Runnable send(
      NodeView node, Door.Request request, Duration patience, Consumer<Door.Response> responses);
}
