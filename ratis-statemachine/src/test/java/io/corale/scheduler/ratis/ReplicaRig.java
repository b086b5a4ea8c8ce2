package io.corale.scheduler.ratis;

import io.corale.model.NodeId;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Verdict.Judgement;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Measured;
import io.corale.scheduler.OwnerScheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.StorageImplUtils;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.util.SizeInBytes;

/** A replica as Ratis drives it: with a disk and a clock, but without a server. */
final class ReplicaRig {
  /** The node whose replica it is. */
  static final NodeId SELF = new NodeId("a");

  private static final long MANY_BYTES = 1_000_000_000;

  final RaftGroupId group = RaftGroupId.randomId();
  final Deque<Runnable> worker = new ArrayDeque<>();
  final Heard heard = new Heard();
  final RaftStorage storage;
  private final Path directory;
  long nanos;

  /** The last entry that the log has when the replica is opened. */
  long logEnd;

  ReplicaRig(Path directory) throws IOException {
    this.directory = directory;
    storage = storage(RaftStorage.StartupOption.FORMAT);
    storage.initialize();
  }

  /** Another opening of what is on disk. */
  RaftStorage sameDirectory() throws IOException {
    return storage(RaftStorage.StartupOption.RECOVER);
  }

  private RaftStorage storage(RaftStorage.StartupOption option) throws IOException {
    return StorageImplUtils.newRaftStorage(
        directory.resolve(group.getUuid().toString()).toFile(),
        SizeInBytes.valueOf(0),
        option,
        RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
  }

  /** Starts the replica with what applies in the place of its scheduler. */
  OwnerStateMachine start(OwnerStateMachine.Applying applying) throws IOException {
    SnapshotThresholds thresholds = new SnapshotThresholds(1_000, MANY_BYTES, Duration.ofDays(1));
    OwnerStateMachine machine =
        new OwnerStateMachine(SELF, heard, worker::add, thresholds, () -> nanos, applying);
    machine.initialize(server(), group, storage);
    return machine;
  }

  /** Starts the replica, anew if it was started before, with a snapshot at each so many entries. */
  OwnerStateMachine start(long entries) throws IOException {
    return start(new SnapshotThresholds(entries, MANY_BYTES, Duration.ofDays(1)));
  }

  OwnerStateMachine start(SnapshotThresholds thresholds) throws IOException {
    return start(thresholds, new SnapshotDisk.Real());
  }

  OwnerStateMachine start(SnapshotThresholds thresholds, SnapshotDisk disk) throws IOException {
    OwnerStateMachine machine =
        new OwnerStateMachine(
            SELF, heard, worker::add, thresholds, () -> nanos, OwnerScheduler::apply, disk);
    machine.initialize(server(), group, storage);
    return machine;
  }

  /** Writes the snapshot that is due. */
  void write() {
    worker.remove().run();
  }

  /** As if the log had these entries, in a closed segment. */
  void haveLog(long first, long last) throws IOException {
    Files.createFile(
        storage.getStorageDir().getCurrentDir().toPath().resolve("log_" + first + "-" + last));
  }

  void haveNoLog() throws IOException {
    try (Stream<Path> all = Files.list(storage.getStorageDir().getCurrentDir().toPath())) {
      for (Path file : all.filter(f -> f.getFileName().toString().startsWith("log_")).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Where snapshots are. */
  Path directory() {
    return storage.getStorageDir().getStateMachineDir().toPath();
  }

  List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  static TransactionContext committed(
      OwnerStateMachine machine, long term, long index, Message message) {
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

  /**
   * All of a server that a replica asks for: its id, the end of its log, and to ask about a
   * snapshot some time.
   */
  private RaftServer server() {
    return proxy(
        RaftServer.class,
        Map.of(
            "getId",
            () -> RaftPeerId.valueOf("n1"),
            "snapshotManagementAsync",
            () -> CompletableFuture.completedFuture(true),
            "getDivision",
            () ->
                proxy(
                    RaftServer.Division.class,
                    Map.of(
                        "getRaftLog",
                        () ->
                            proxy(
                                RaftLog.class,
                                Map.of(
                                    "getLastEntryTermIndex", () -> TermIndex.valueOf(1, logEnd))),
                        "close",
                        this::closed))));
  }

  /** As Ratis closes a division: with the lock on its directory. */
  private Object closed() {
    try {
      storage.close();
      return "closed";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T proxy(Class<T> type, Map<String, Supplier<Object>> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Supplier<Object> answer = answers.get(method.getName());
              if (answer != null) {
                return answer.get();
              }
              if (method.getName().equals("toString")) {
                return type.getSimpleName();
              }
              throw new UnsupportedOperationException(method.getName());
            }));
  }

  /** What a replica told. */
  static final class Heard implements AppliedListener {
    final List<Entry> entries = new ArrayList<>();
    final List<String> quarantines = new ArrayList<>();
    final List<Long> snapshots = new ArrayList<>();
    final List<Long> loaded = new ArrayList<>();
    final List<Measured> measured = new ArrayList<>();
    final List<Judgement> judged = new ArrayList<>();
    boolean counts = true;
    int installed;
    int removed;

    @Override
    public void loaded(long index) {
      loaded.add(index);
    }

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
    public void installed(long index, String digest) {
      installed++;
    }

    @Override
    public void snapshot(long index, long bytes, String digest) {
      snapshots.add(index);
    }

    @Override
    public void quarantined(long index, Throwable cause) {
      quarantines.add(index + ": " + cause.getMessage());
    }

    @Override
    public boolean counts() {
      return counts;
    }

    @Override
    public void measured(Measured what) {
      measured.add(what);
    }

    @Override
    public void judged(Command.Verdict verdict, Measured own, Judgement judgement) {
      judged.add(judgement);
    }

    @Override
    public void logFailed(Throwable cause) {}

    @Override
    public void removed() {
      removed++;
    }

    @Override
    public void closed() {}
  }
}
