package io.corale.deploy.bench;

import io.corale.node.cell.RaftSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * One bare Ratis server with a node's settings and one group. The one that leads appends from
 * within its process, by one thread, as a superpeer does.
 */
final class FloorServer implements AutoCloseable {
  private static final RaftGroupId GROUP =
      RaftGroupId.valueOf(UUID.nameUUIDFromBytes("corale-floor".getBytes(StandardCharsets.UTF_8)));

  private final RaftSettings settings;
  private final RaftServer server;
  private final CountingStateMachine counter;
  private final ClientId self = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();

  private FloorServer(RaftSettings settings, RaftServer server, CountingStateMachine counter) {
    this.settings = settings;
    this.server = server;
    this.counter = counter;
  }

  /**
   * Starts the server.
   *
   * @param ports of all three, on this machine
   */
  static FloorServer start(RaftSettings settings, List<Integer> ports) throws IOException {
    CountingStateMachine counter = new CountingStateMachine();
    List<RaftPeer> peers = ports.stream().map(port -> peer(settings.dnsName(), port)).toList();
    RaftServer server =
        RaftServer.newBuilder()
            .setServerId(RaftPeerId.valueOf(settings.peerId()))
            .setProperties(settings.properties())
            .setStateMachine(counter)
            .setGroup(RaftGroup.valueOf(GROUP, peers))
            .setOption(RaftStorage.StartupOption.RECOVER)
            .build();
    server.start();
    return new FloorServer(settings, server, counter);
  }

  private static RaftPeer peer(String host, int port) {
    return RaftPeer.newBuilder().setId(host + "_" + port).setAddress(host + ":" + port).build();
  }

  /** Whether it leads, and all others hold its log. */
  boolean leadsAll(int others) throws IOException {
    DivisionInfo info = server.getDivision(GROUP).getInfo();
    if (!info.isLeader() || !info.isLeaderReady()) {
      return false;
    }
    long[] matches = info.getFollowerMatchIndices();
    int holding = 0;
    for (long match : matches) {
      holding += match >= 0 ? 1 : 0;
    }
    return holding == others;
  }

  /** The term that it leads, if it does and may append. */
  OptionalLong termLed() throws IOException {
    DivisionInfo info = server.getDivision(GROUP).getInfo();
    return info.isLeader() && info.isLeaderReady()
        ? OptionalLong.of(info.getCurrentTerm())
        : OptionalLong.empty();
  }

  /** Appends an entry; whether it was committed. */
  boolean appendsOne() throws IOException, InterruptedException {
    try {
      return submit(new byte[1]).get().isSuccess();
    } catch (ExecutionException e) {
      return false; // It led until a moment ago.
    }
  }

  /** What the state machine here was given. */
  long appliedBytes() {
    return counter.bytes();
  }

  /** Appends for the warm-up and the measured time; throws if an entry is refused. */
  FloorFigures measure(FloorLoad load, Runnable whenWarm) throws IOException, InterruptedException {
    append(load, load.warmUp().toNanos());
    whenWarm.run();
    return append(load, load.measured().toNanos());
  }

  private FloorFigures append(FloorLoad load, long spanNanos)
      throws IOException, InterruptedException {
    Samples samples = new Samples();
    Semaphore window = new Semaphore(load.window());
    AtomicReference<Throwable> failure = new AtomicReference<>();
    long start = System.nanoTime();
    while (System.nanoTime() - start < spanNanos && failure.get() == null) {
      window.acquire();
      long sent = System.nanoTime();
      submit(new byte[load.entryBytes()])
          .whenComplete(
              (reply, problem) -> {
                Throwable cause = problem != null ? problem : reply.getException();
                if (cause != null) {
                  failure.compareAndSet(null, cause);
                }
                samples.add(System.nanoTime() - sent);
                window.release();
              });
    }
    window.acquire(load.window());
    long elapsed = System.nanoTime() - start;
    Throwable cause = failure.get();
    if (cause != null) {
      throw new IOException("an entry was not appended: " + cause.getMessage(), cause);
    }
    return new FloorFigures(
        samples.count(), java.time.Duration.ofNanos(elapsed), samples.percentiles());
  }

  /** Straight to the division, as a node's proposer does. */
  private CompletableFuture<RaftClientReply> submit(byte[] entry) throws IOException {
    Message message = Message.valueOf(UnsafeByteOperations.unsafeWrap(entry));
    RaftClientAsynchronousProtocol division =
        (RaftClientAsynchronousProtocol) server.getDivision(GROUP);
    return division.submitClientRequestAsync(
        RaftClientRequest.newBuilder()
            .setClientId(self)
            .setServerId(RaftPeerId.valueOf(settings.peerId()))
            .setGroupId(GROUP)
            .setCallId(calls.incrementAndGet())
            .setMessage(message)
            .setType(RaftClientRequest.writeRequestType())
            .build());
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
