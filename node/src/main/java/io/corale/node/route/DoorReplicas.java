package io.corale.node.route;

import io.corale.node.cell.ReplicaCreator;
import io.corale.node.registry.BornMember;
import io.corale.wire.Common;
import io.corale.wire.Door;
import io.corale.wire.netty.Connections;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Asks other nodes at their doors to create replicas. Thread-safe. */
public final class DoorReplicas implements ReplicaCreator {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Connections connections;

  /** The connections stay the caller's to close. */
  public DoorReplicas(Connections connections) {
    this.connections = connections;
  }

  @Override
  public CompletableFuture<Created> create(BornMember member, Door.AddReplica request) {
    Door.Request asked =
        Door.Request.newBuilder()
            .setEnvelope(NodeWord.envelope(PATIENCE))
            .setAddReplica(request)
            .build();
    return connections.ask(member.doorAddress(), asked).thenApply(DoorReplicas::created);
  }

  private static Created created(Door.Response response) {
    if (response.hasDone()) {
      return Created.DONE;
    }
    return response.hasRefused() && response.getRefused().getCode() == Common.Refusal.Code.CONFLICT
        ? Created.NEVER
        : Created.UNREACHABLE;
  }
}
