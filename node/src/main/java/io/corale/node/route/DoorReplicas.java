package io.corale.node.route;

import io.corale.gossip.NodeView;
import io.corale.node.cell.ReplicaCreator;
import io.corale.node.cell.ReplicaTender;
import io.corale.node.registry.BornMember;
import io.corale.wire.Common;
import io.corale.wire.Door;
import io.corale.wire.netty.Connections;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Asks other nodes at their doors to create replicas, and to bring them back. Thread-safe. */
public final class DoorReplicas implements ReplicaCreator, ReplicaTender {
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

  @Override
  public CompletableFuture<Door.ReplicaReport> tend(NodeView node, Door.TendReplica request) {
    Door.Request asked =
        Door.Request.newBuilder()
            .setEnvelope(NodeWord.envelope(PATIENCE))
            .setTendReplica(request)
            .build();
    return connections.ask(node.doorAddress(), asked).thenApply(DoorReplicas::report);
  }

  private static Door.ReplicaReport report(Door.Response response) {
    if (!response.hasReplica()) {
      throw new IllegalStateException("no report: " + response.getWhatCase());
    }
    return response.getReplica();
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
