package io.corale.node.cell;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.util.ProtoUtils;

/**
 * Turns a leader's snapshots away from replicas that are being opened. All other messages Ratis
 * refuses until it has opened one; a snapshot it would install into the files that it is reading,
 * and then fail the opening ({@code RaftServerImpl.startAsPeer} meets a follower that runs
 * already). The leader tries again a moment later. Threads: any.
 */
final class SnapshotGate implements ServerInterceptor {
  private final Set<RaftGroupId> opening = ConcurrentHashMap.newKeySet();

  /** What makes a Raft server ask this gate. */
  Parameters parameters() {
    Parameters parameters = new Parameters();
    GrpcConfigKeys.Server.setServicesCustomizer(
        parameters,
        (builder, types) ->
            types.contains(GrpcServices.Type.SERVER) ? builder.intercept(this) : builder);
    return parameters;
  }

  /** Keeps snapshots from a group from now on. */
  void shut(RaftGroupId group) {
    opening.add(group);
  }

  /** Lets them pass again. */
  void open(RaftGroupId group) {
    opening.remove(group);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new Guarded<>(call, next.startCall(call, headers));
  }

  /**
   * One stream of a peer's; its snapshot comes in many messages. Called by one thread at a time.
   */
  private final class Guarded<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private boolean isRefused;

    Guarded(ServerCall<Q, ?> call, ServerCall.Listener<Q> stream) {
      super(stream);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      if (!isRefused && message instanceof InstallSnapshotRequestProto snapshot) {
        RaftGroupId group = ProtoUtils.toRaftGroupId(snapshot.getServerRequest().getRaftGroupId());
        if (opening.contains(group)) {
          isRefused = true;
          call.close(
              Status.UNAVAILABLE.withDescription("group " + group + " is being opened"),
              new Metadata());
        }
      }
      if (!isRefused) {
        super.onMessage(message);
      }
    }

    @Override
    public void onHalfClose() {
      if (!isRefused) {
        super.onHalfClose();
      }
    }
  }
}
