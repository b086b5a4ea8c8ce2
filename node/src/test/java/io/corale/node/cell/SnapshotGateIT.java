package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.node.FreePort;
import io.corale.node.registry.BornMember;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.apache.ratis.util.ProtoUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A leader that sends a snapshot to a replica that still reads its own. */
@Timeout(60)
final class SnapshotGateIT {
  private static final RaftGroupId OPENED = RaftGroupId.valueOf(new UUID(7, 1));
  private static final RaftGroupId OPEN = RaftGroupId.valueOf(new UUID(7, 2));

  @TempDir Path directory;

  /** Ratis would begin to install it, and then fail to open the replica. */
  @Test
  void turnsASnapshotAwayUntilItsReplicaIsOpen() throws Exception {
    int port = FreePort.tcp();
    CompletableFuture<Void> begun = new CompletableFuture<>();
    CompletableFuture<Void> read = new CompletableFuture<>();
    RaftHost host = RaftHost.start(settings(port), group -> new Slow(group, begun, read));
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    List<BornMember> members = List.of(member(port));
    try {
      host.create(OPEN, members).join();
      CompletableFuture<Void> opened = host.create(OPENED, members);
      begun.join();

      assertThat(send(channel, OPENED).join()).as("while it reads").isEqualTo("UNAVAILABLE");
      assertThat(send(channel, OPEN).join()).as("of another group").isNotEqualTo("UNAVAILABLE");
      read.complete(null);
      opened.join();
      assertThat(send(channel, OPENED).join()).as("when it is open").isNotEqualTo("UNAVAILABLE");
    } finally {
      channel.shutdownNow();
      host.close();
    }
  }

  /**
   * What came of a snapshot of a leader of term 0, who is none: an answer's, or an error's name.
   */
  private static CompletableFuture<String> send(ManagedChannel channel, RaftGroupId group) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    StreamObserver<InstallSnapshotRequestProto> stream =
        RaftServerProtocolServiceGrpc.newStub(channel)
            .installSnapshot(
                new StreamObserver<InstallSnapshotReplyProto>() {
                  @Override
                  public void onNext(InstallSnapshotReplyProto reply) {
                    answer.complete(reply.getResult().name());
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.complete(Status.fromThrowable(failure).getCode().name());
                  }

                  @Override
                  public void onCompleted() {
                    answer.complete("nothing");
                  }
                });
    stream.onNext(
        InstallSnapshotRequestProto.newBuilder()
            .setServerRequest(
                RaftRpcRequestProto.newBuilder()
                    .setRequestorId(ByteString.copyFromUtf8("nobody"))
                    .setReplyId(ByteString.copyFromUtf8("n0"))
                    .setRaftGroupId(ProtoUtils.toRaftGroupIdProtoBuilder(group)))
            .setSnapshotChunk(InstallSnapshotRequestProto.SnapshotChunkProto.newBuilder())
            .build());
    stream.onCompleted();
    return answer;
  }

  private RaftSettings settings(int port) {
    return new RaftSettings(
        directory, "127.0.0.1", "localhost", port, Duration.ofMillis(400), Duration.ofMillis(800));
  }

  private static BornMember member(int port) {
    return new BornMember(
        new Incarnation(new NodeId("n0"), 1), "localhost_" + port, "localhost:" + port, "");
  }

  /** Reads its state for as long as the test wants. */
  private static final class Slow extends BaseStateMachine {
    private final RaftGroupId group;
    private final CompletableFuture<Void> begun;
    private final CompletableFuture<Void> read;

    Slow(RaftGroupId group, CompletableFuture<Void> begun, CompletableFuture<Void> read) {
      this.group = group;
      this.begun = begun;
      this.read = read;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId id, RaftStorage storage)
        throws IOException {
      super.initialize(server, id, storage);
      if (group.equals(OPENED)) {
        begun.complete(null);
        read.join();
      }
    }
  }
}
