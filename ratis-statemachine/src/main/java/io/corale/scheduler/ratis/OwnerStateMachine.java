package io.corale.scheduler.ratis;

import io.corale.model.NodeId;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Verdict.Judgement;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Measured;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.wire.UnknownFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * One replica of an owner's scheduler, as Ratis drives it.
 *
 * <p>Every replica applies the bytes of the log, the superpeer too (rule 23). One thread applies;
 * others read, under one monitor. Replies are empty: results reach those who wait by the listener.
 *
 * <p>A snapshot is taken by copying references; a worker encodes and syncs it. What Ratis is told,
 * and purges its log up to, is durable (rule 35): the snapshot that stands in for the newest.
 */
public final class OwnerStateMachine extends BaseStateMachine {
  private static final CompletableFuture<Message> EMPTY_REPLY =
      CompletableFuture.completedFuture(Message.EMPTY);

  /** What applying an entry to a state does. */
  @FunctionalInterface
  public interface Applying {
    /** As {@link OwnerScheduler#apply}, which tests let fail. */
    Applied apply(OwnerScheduler scheduler, long term, long index, Entry entry);
  }

  private final AppliedListener listener;
  private final Applying applying;
  private final SnapshotStore store;
  private final Snapshots snapshots;
  private final SelfCheck selfCheck;

  /** The monitor that applying and reading share. */
  private final Object monitor = new Object();

  private OwnerScheduler scheduler = new OwnerScheduler();

  /** Of the applying thread: the term of the last configuration entry. */
  private long configurationTerm;

  /** Of the applying thread: none of what stands in the log already was applied yet. */
  private boolean isReplaying;

  private final AtomicBoolean isQuarantined = new AtomicBoolean();

  /** Its state is not to be believed: nothing is applied to it, and nothing written of it. */
  private volatile boolean hasParted;

  /** What Ratis opens around this replica, with the lock on its directory; null before. */
  private volatile RaftServer.@Nullable Division division;

  /**
   * @param self the node whose replica it is
   * @param snapshotWorker encodes and writes; may be shared by all replicas of a node
   * @param nanoTime measures the age of snapshots
   */
  public OwnerStateMachine(
      NodeId self,
      AppliedListener listener,
      Executor snapshotWorker,
      SnapshotThresholds thresholds,
      LongSupplier nanoTime) {
    this(self, listener, snapshotWorker, thresholds, nanoTime, OwnerScheduler::apply);
  }

  /**
   * As the other one.
   *
   * @param applying what tests plant failures in
   */
  public OwnerStateMachine(
      NodeId self,
      AppliedListener listener,
      Executor snapshotWorker,
      SnapshotThresholds thresholds,
      LongSupplier nanoTime,
      Applying applying) {
    this(self, listener, snapshotWorker, thresholds, nanoTime, applying, new SnapshotDisk.Real());
  }

  OwnerStateMachine(
      NodeId self,
      AppliedListener listener,
      Executor snapshotWorker,
      SnapshotThresholds thresholds,
      LongSupplier nanoTime,
      Applying applying,
      SnapshotDisk disk) {
    this.listener = listener;
    this.applying = applying;
    this.store = new SnapshotStore(disk);
    this.snapshots =
        new Snapshots(
            store,
            snapshotWorker,
            thresholds,
            nanoTime,
            written ->
                listener.snapshot(
                    written.at().getIndex(), written.bytes(), written.digest().toString()));
    this.selfCheck = new SelfCheck(self, snapshotWorker, new Judged());
  }

  /** Reads the applied state, between two entries. The function must be short. */
  public <T> T read(Function<OwnerScheduler, T> question) {
    synchronized (monitor) {
      return question.apply(scheduler);
    }
  }

  // Life cycle. Ratis installs a leader's snapshot between pause and reinitialize, and repeats it
  // for ever without a pause if a state is not the one that it expects.

  @Override
  public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
      throws IOException {
    getLifeCycle().transition(LifeCycle.State.STARTING);
    division = server.getDivision(group);
    super.initialize(server, group, storage);
    store.init(storage);
    Optional<SnapshotStore.Loaded> loaded = load();
    getLifeCycle().transition(LifeCycle.State.RUNNING);
    isReplaying = true;
    listener.loaded(loaded.map(l -> l.at().getIndex()).orElse(0L));
  }

  @Override
  public void pause() {
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    store.shut();
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  @Override
  public void reinitialize() throws IOException {
    getLifeCycle().transition(LifeCycle.State.STARTING);
    store.secure();
    Optional<SnapshotStore.Loaded> installed = load();
    isReplaying = false;
    selfCheck.forget(0);
    getLifeCycle().transition(LifeCycle.State.RUNNING);
    installed.ifPresent(i -> listener.installed(i.at().getIndex(), i.digest().toString()));
  }

  @Override
  public void close() {
    getLifeCycle().checkStateAndClose(store::shut);
    listener.closed();
  }

  /**
   * Gives up a replica that could not be opened. Ratis forgets it without closing it: its threads
   * would live as long as the process, and its directory stay locked to every later opening.
   */
  public void abandon() throws IOException {
    store.shut();
    RaftServer.Division forgotten = division;
    if (forgotten != null) {
      forgotten.close();
    }
  }

  private Optional<SnapshotStore.Loaded> load() throws IOException {
    try {
      Optional<SnapshotStore.Loaded> loaded = store.load();
      synchronized (monitor) {
        scheduler = loaded.map(SnapshotStore.Loaded::state).orElseGet(OwnerScheduler::new);
        loaded.ifPresent(l -> setLastAppliedTermIndex(l.at()));
      }
      snapshots.loaded(store.durableIndex(), store.durableBytes());
      return loaded;
    } catch (UnknownFormat | LostState e) {
      quarantine(0, e);
      throw e;
    }
  }

  // Applying.

  @Override
  public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
    if (!(request.getMessage() instanceof EntryMessage)) {
      throw new StateMachineException(
          "only the superpeer appends to this log; ask a node's door instead");
    }
    return super.startTransaction(request);
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto proto = transaction.getLogEntry();
    long term = proto.getTerm();
    long index = proto.getIndex();
    if (hasParted) {
      return EMPTY_REPLY;
    }
    if (isReplaying) {
      isReplaying = false;
      selfCheck.forget(logEnd());
    }
    Entry entry;
    Applied applied;
    try {
      entry = EntryMessage.entry(proto.getStateMachineLogEntry().getLogData());
      synchronized (monitor) {
        applied = applying.apply(scheduler, term, index, entry);
        updateLastAppliedTermIndex(term, index);
      }
      listener.applied(term, index, entry, applied);
      entry.commands().forEach(command -> compare(index, command));
      if (snapshots.applied(index, proto.getSerializedSize()) && !hasParted) {
        beginSnapshot();
      }
      return EMPTY_REPLY;
    } catch (RuntimeException | Error e) {
      // Ratis closes the group on this node when we throw, here and after each restart: what a
      // replica cannot apply it must not skip, or it would part from the others.
      quarantine(index, e);
      throw e;
    }
  }

  /** The last entry of the log as it was when the replica was opened, or a moment later. */
  private long logEnd() {
    try {
      TermIndex last =
          getServer().join().getDivision(getGroupId()).getRaftLog().getLastEntryTermIndex();
      return last == null ? 0 : last.getIndex();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void compare(long index, Command command) {
    if (command instanceof Command.Check && listener.counts()) {
      selfCheck.check(index, () -> read(OwnerScheduler::image));
    } else if (command instanceof Command.Verdict verdict) {
      selfCheck.judge(verdict);
    }
  }

  /** What comes of checks. */
  private final class Judged implements SelfCheck.Ear {
    @Override
    public void measured(Measured what) {
      listener.measured(what);
    }

    @Override
    public void judged(Command.Verdict verdict, Measured own, Judgement judgement) {
      if (judgement == Judgement.DIFFERS || judgement == Judgement.SPLIT) {
        hasParted = true;
        quarantine(own.index(), new DivergedState(verdict, own, judgement));
      }
      listener.judged(verdict, own, judgement);
    }
  }

  private void quarantine(long index, Throwable cause) {
    if (isQuarantined.compareAndSet(false, true)) {
      listener.quarantined(index, cause);
    }
  }

  // Snapshots.

  @Override
  public StateMachineStorage getStateMachineStorage() {
    return store;
  }

  @Override
  public long takeSnapshot() {
    if (!snapshots.isPurging() && !hasParted) {
      beginSnapshot();
    }
    return store.purgeableIndex();
  }

  private void beginSnapshot() {
    snapshots.take(
        getLastAppliedTermIndex(),
        () -> read(OwnerScheduler::image),
        getServer().join(),
        getGroupId());
  }

  // What Ratis tells.

  @Override
  public void notifyConfigurationChanged(long term, long index, RaftConfigurationProto ignored) {
    configurationTerm = term;
    listener.configured();
  }

  @Override
  public void notifyLeaderReady() {
    // Said while the entry is applied with which the leader began its term: a configuration.
    listener.leads(configurationTerm);
  }

  @Override
  public void notifyNotLeader(Collection<TransactionContext> pending) {
    listener.leadsNoMore();
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
    listener.leaderChanged(leader.toString());
  }

  @Override
  public void notifyExtendedNoLeader(RoleInfoProto role) {
    listener.leaderless();
  }

  @Override
  public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
    listener.logFailed(cause);
  }

  @Override
  public void notifyServerShutdown(RoleInfoProto role, boolean allServers) {
    // Of one group alone Ratis says it when the others, asked for their votes, know no such peer.
    if (allServers) {
      listener.closed();
    } else {
      listener.removed();
    }
  }

  @Override
  public CompletableFuture<Message> query(Message request) {
    return CompletableFuture.failedFuture(new StateMachineException("reads go through the door"));
  }

  @Override
  public CompletableFuture<Message> queryStale(Message request, long minIndex) {
    return query(request);
  }
}
