package io.corale.node.route;

import com.google.protobuf.ByteString;
import io.corale.gossip.netty.Exchanger;
import io.corale.wire.Door;
import io.corale.wire.netty.Connections;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Carries gossip to the doors of other nodes. Thread-safe. */
public final class DoorGossip implements Exchanger {
  /** As long as a node that doubts itself waits for the answer to its last way to probe. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final Connections connections;

  /** The connections stay the caller's to close. */
  public DoorGossip(Connections connections) {
    this.connections = connections;
  }

  @Override
  public CompletableFuture<ByteString> ask(String address, ByteString message) {
    Door.Request request =
        Door.Request.newBuilder()
            .setEnvelope(NodeWord.envelope(PATIENCE))
            .setGossip(Door.Gossip.newBuilder().setMessage(message))
            .build();
    return connections
        .ask(address, request)
        .thenCompose(
            response ->
                response.hasGossip()
                    ? CompletableFuture.completedFuture(response.getGossip().getMessage())
                    : CompletableFuture.failedFuture(
                        new IllegalStateException("no gossip: " + response.getWhatCase())));
  }
}
