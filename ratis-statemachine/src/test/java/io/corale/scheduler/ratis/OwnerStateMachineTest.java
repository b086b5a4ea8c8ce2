package io.corale.scheduler.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.wire.DamagedSnapshot;
import io.corale.scheduler.wire.UnknownFormat;
import io.corale.wire.Log;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.StorageImplUtils;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state machine as Ratis drives it, with a disk but without a server. */
final class OwnerStateMachineTest {
  private static final Executor PROPOSER = new Executor(new Incarnation(new NodeId("n1"), 1), 1);
  private static final CellId CELL = CellId.home(new OwnerId("acme"));

  @TempDir Path directory;

  private final RaftGroupId group = RaftGroupId.randomId();
  private final Deque<Runnable> worker = new ArrayDeque<>();
  private final Heard heard = new Heard();
  private RaftStorage storage;
  private OwnerStateMachine machine;

  @BeforeEach
  void initialize() throws IOException {
    storage =
        StorageImplUtils.newRaftStorage(
            directory.resolve(group.getUuid().toString()).toFile(),
            SizeInBytes.valueOf(0),
            RaftStorage.StartupOption.FORMAT,
            RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
    storage.initialize();
    machine = machine(1_000);
  }

  private OwnerStateMachine machine(long entries) throws IOException {
    OwnerStateMachine made =
        new OwnerStateMachine(heard, worker::add, new SnapshotThresholds(entries, 1_000_000));
    made.initialize(server(), group, storage);
    return made;
  }

  /** Rule 23: leader or follower, it is the bytes of the log that are applied. */
  @Test
  void appliesTheBytesOfTheLogOnEveryReplica() throws Exception {
    Entry entry = entry(0, new Command.Opened(CELL, 1));

    Message reply = machine.applyTransaction(committed(1, 1, EntryMessage.of(entry))).get();

    assertThat(reply.getContent()).isEqualTo(ByteString.EMPTY);
    assertThat(heard.entries).containsExactly(entry);
    assertThat(heard.entries.get(0)).isNotSameAs(entry);
    assertThat(machine.read(OwnerScheduler::cell)).contains(CELL);
    assertThat(machine.getLastAppliedTermIndex().getIndex()).isEqualTo(1);
  }

  @Test
  void letsNobodyAppendFromOutsideTheProcess() {
    RaftClientRequest foreign =
        RaftClientRequest.newBuilder()
            .setClientId(ClientId.randomId())
            .setServerId(RaftPeerId.valueOf("n1"))
            .setGroupId(group)
            .setCallId(1)
            .setMessage(Message.valueOf("anything"))
            .setType(RaftClientRequest.writeRequestType())
            .build();

    assertThatThrownBy(() -> machine.startTransaction(foreign))
        .isInstanceOf(StateMachineException.class)
        .hasMessageContaining("only the superpeer appends");
  }

  /** Rule 36. */
  @Test
  void isQuarantinedByAFormatThatItDoesNotKnow() {
    byte[] newer = Log.Entry.newBuilder().setVersion(99).build().toByteArray();

    for (long index = 1; index <= 2; index++) {
      long at = index;
      assertThatThrownBy(
              () -> machine.applyTransaction(committed(1, at, Message.valueOf(shaded(newer)))))
          .isInstanceOf(UnknownFormat.class);
    }

    assertThat(heard.quarantines).singleElement().asString().contains("99");
    assertThat(heard.entries).isEmpty();
    assertThat(machine.getLastAppliedTermIndex().getIndex()).isLessThan(1);
  }

  /** Rule 35: what is not on disk yet must not be purged from the log. */
  @Test
  void tellsRatisTheLastDurableIndexOnly() throws Exception {
    machine = machine(3);
    for (int i = 1; i <= 3; i++) {
      define(i);
    }
    assertThat(worker).as("the writing of a snapshot").hasSize(1);

    assertThat(machine.takeSnapshot()).isEqualTo(-1);
    define(4);
    worker.remove().run();

    assertThat(machine.takeSnapshot()).isEqualTo(3);
    assertThat(machine.getLatestSnapshot().getIndex()).isEqualTo(3);
  }

  /** Rule 35: the image is of the index at which it was taken, whatever is applied meanwhile. */
  @Test
  void restoresWhatStoodAtTheSnapshot() throws Exception {
    machine = machine(3);
    var unused =
        machine.applyTransaction(
            committed(1, 1, EntryMessage.of(entry(0, new Command.Opened(CELL, 1)))));
    for (int i = 2; i <= 5; i++) {
      define(i);
    }
    worker.remove().run();

    OwnerStateMachine restarted = machine(3);

    assertThat(restarted.getLastAppliedTermIndex().getIndex()).isEqualTo(3);
    assertThat(restarted.read(OwnerScheduler::compositions)).hasSize(2);
  }

  @Test
  void publishesNothingIntoADirectoryThatTheLeaderReplaces() throws Exception {
    machine = machine(1);
    define(1);

    machine.pause();
    worker.remove().run();

    assertThat(snapshots()).isEmpty();
    assertThat(machine.getLifeCycleState()).isEqualTo(LifeCycle.State.PAUSED);
    machine.reinitialize();
    assertThat(machine.getLifeCycleState()).isEqualTo(LifeCycle.State.RUNNING);
    assertThat(heard.installed).isOne();
  }

  @Test
  void doesNotStartOnADamagedSnapshot() throws Exception {
    machine = machine(1);
    define(1);
    worker.remove().run();
    Path snapshot = snapshots().get(0);
    byte[] bytes = Files.readAllBytes(snapshot);
    bytes[bytes.length / 2] ^= 1;
    Files.write(snapshot, bytes);
    Files.delete(snapshot.resolveSibling(snapshot.getFileName() + ".md5"));

    assertThatThrownBy(() -> machine(1))
        .satisfiesAnyOf(
            e -> assertThat(e).isInstanceOf(DamagedSnapshot.class),
            e -> assertThat(e).isInstanceOf(UnknownFormat.class));
  }

  private List<Path> snapshots() throws IOException {
    try (Stream<Path> files = Files.list(storage.getStorageDir().getStateMachineDir().toPath())) {
      return files.filter(f -> !f.toString().endsWith(".md5")).toList();
    }
  }

  private void define(int number) throws Exception {
    CompositionRef ref = new CompositionRef("c" + number, "1.0.0");
    Entry entry = entry(number, new Command.Define(ref, Payload.ofJson("{}")));
    machine.applyTransaction(committed(1, number, EntryMessage.of(entry))).get();
  }

  private static Entry entry(long sequence, Command command) {
    return new Entry(PROPOSER, sequence, 10, 0, List.of(command));
  }

  private static ByteString shaded(byte[] bytes) {
    return ByteString.copyFrom(bytes);
  }

  private TransactionContext committed(long term, long index, Message message) {
    LogEntryProto entry =
        LogEntryProto.newBuilder()
            .setTerm(term)
            .setIndex(index)
            .setStateMachineLogEntry(
                StateMachineLogEntryProto.newBuilder().setLogData(message.getContent()))
            .build();
    return TransactionContext.newBuilder()
        .setServerRole(RaftPeerRole.FOLLOWER)
        .setStateMachine(machine)
        .setLogEntry(entry)
        .build();
  }

  /** All of a server that a replica asks for: its id, and to ask about a snapshot some time. */
  private static RaftServer server() {
    return (RaftServer)
        Proxy.newProxyInstance(
            RaftServer.class.getClassLoader(),
            new Class<?>[] {RaftServer.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getId" -> RaftPeerId.valueOf("n1");
                  case "snapshotManagementAsync" -> CompletableFuture.completedFuture(null);
                  case "toString" -> "server";
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  /** What a replica told. */
  private static final class Heard implements AppliedListener {
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> quarantines = new ArrayList<>();
    private int installed;

    @Override
    public void applied(long term, long index, Entry entry, Applied applied) {
      entries.add(entry);
    }

    @Override
    public void leads(long term) {}

    @Override
    public void leadsNoMore() {}

    @Override
    public void leaderChanged(String peer) {}

    @Override
    public void configured() {}

    @Override
    public void leaderless() {}

    @Override
    public void installed(long index) {
      installed++;
    }

    @Override
    public void quarantined(String reason) {
      quarantines.add(reason);
    }

    @Override
    public void logFailed(Throwable cause) {}

    @Override
    public void closed() {}
  }
}
