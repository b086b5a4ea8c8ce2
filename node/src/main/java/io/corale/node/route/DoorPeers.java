package io.corale.node.route;

import io.corale.gossip.NodeView;
import io.corale.wire.Common;
import io.corale.wire.Door;
import io.corale.wire.netty.Connections;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The other nodes, reached by one connection each. Thread-safe. */
public final class DoorPeers implements Peers {
  private final Connections connections;

  /** The connections stay the caller's to close. */
  public DoorPeers(Connections connections) {
    this.connections = connections;
  }

  @Override
  public Runnable send(
      NodeView node, Door.Request request, Duration patience, Consumer<Door.Response> responses) {
    Door.Request.Builder timed = request.toBuilder();
    timed.getEnvelopeBuilder().setDeadlineMillis(Math.max(1, patience.toMillis()));
    CompletableFuture<Door.Response> last =
        connections.ask(node.doorAddress(), timed.build(), responses);
    last.thenAccept(response -> responses.accept(notServed(response) ? nothing() : response));
    return () -> last.cancel(false);
  }

  /** The connection says unavailable when nothing left, a node says it while it is leaving. */
  private static boolean notServed(Door.Response response) {
    return response.hasRefused()
        && response.getRefused().getCode() == Common.Refusal.Code.UNAVAILABLE;
  }

  private static Door.Response nothing() {
    return Door.Response.getDefaultInstance();
  }
}
