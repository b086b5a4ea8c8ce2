package io.corale.node.cell;

import io.corale.node.registry.BornMember;
import io.corale.node.thread.Daemons;
import io.corale.scheduler.ratis.Presence;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.AlreadyExistsException;
import org.apache.ratis.protocol.exceptions.GroupMismatchException;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.util.ExitUtils;
import org.apache.ratis.util.LifeCycle;

/**
 * The one Raft server of this node, with as many groups as it holds.
 *
 * <p>It starts with none: each group is opened by itself, so that a damaged one keeps only itself
 * from starting.
 */
public final class RaftHost implements AutoCloseable {
  private final RaftSettings settings;
  private final Path groups;
  private final RaftServer server;
  private final ClientId self = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();

  /** What may take long, or for ever, on a sick disk. */
  private final Daemons patients = new Daemons("raft-files");

  /** What replicas that were shut knew last of their terms, which may not be on disk. */
  private final Map<RaftGroupId, Long> lastTerms = new ConcurrentHashMap<>();

  private final SnapshotGate gate;

  private RaftHost(RaftSettings settings, Path groups, RaftServer server, SnapshotGate gate) {
    this.settings = settings;
    this.groups = groups;
    this.server = server;
    this.gate = gate;
  }

  /**
   * Starts the server.
   *
   * @param replicas gives the state machine of a group that is being opened
   * @throws IOException if the directory or the port cannot be used; the message says which
   */
  public static RaftHost start(RaftSettings settings, StateMachine.Registry replicas)
      throws IOException {
    // Ratis ends the process when it cannot bind, and when it meets what it did not expect.
    ExitUtils.disableSystemExit();
    requireFreePort(settings);
    Path groups = settings.directory().resolve("groups");
    Path none = settings.directory().resolve("none");
    Files.createDirectories(groups);
    Files.createDirectories(none);
    RaftProperties properties = settings.properties();
    RaftSafety.require(properties);
    // While it is built, the server opens every group in its directory, and fails as a whole if one
    // of them fails. So it is built on an empty one; each group reads the setting when it is
    // opened.
    RaftServerConfigKeys.setStorageDir(properties, List.of(none.toFile()));
    SnapshotGate gate = new SnapshotGate();
    RaftServer server =
        RaftServer.newBuilder()
            .setServerId(RaftPeerId.valueOf(settings.peerId()))
            .setProperties(properties)
            .setParameters(gate.parameters())
            .setStateMachineRegistry(replicas)
            .setOption(RaftStorage.StartupOption.RECOVER)
            .build();
    RaftServerConfigKeys.setStorageDir(properties, List.of(groups.toFile()));
    server.start();
    return new RaftHost(settings, groups, server, gate);
  }

  private static void requireFreePort(RaftSettings settings) throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(settings.bindHost(), settings.port()));
    } catch (IOException e) {
      throw new IOException(
          "Raft cannot listen at "
              + settings.bindHost()
              + ":"
              + settings.port()
              + ": "
              + e.getMessage()
              + "; choose another port, or stop what uses this one",
          e);
    }
  }

  /** How it takes part. */
  public RaftSettings settings() {
    return settings;
  }

  /** Whether the server still runs; Ratis closes it by itself after a pause of a minute. */
  public boolean isRunning() {
    return server.getLifeCycleState() == LifeCycle.State.RUNNING;
  }

  /** Where a group's log and snapshots are, or would be. */
  Path directoryOf(RaftGroupId group) {
    return groups.resolve(group.getUuid().toString());
  }

  /** Creates the replica of a group that has none here; fails if its directory exists. */
  CompletableFuture<Void> create(RaftGroupId group, List<BornMember> members) {
    return add(RaftGroup.valueOf(group, members.stream().map(RaftHost::peer).toList()), true);
  }

  /** A look at the files of a replica; closed when all was done that may hang on a sick disk. */
  interface Inspection extends AutoCloseable {
    /** Waits for its turn; nothing of the disk was touched before. */
    void begin();

    /** Fails where the replica must not be opened. */
    void requireSound() throws IOException;

    @Override
    void close();
  }

  /**
   * Opens a replica whose directory is here, once its log is durable. The inspection is ours,
   * because Ratis would silently create what it does not find (rule 3), and start what has
   * forgotten something (rule 6). It comes after the one thing that a full disk takes and that can
   * be made up for.
   */
  CompletableFuture<Void> recover(RaftGroupId group, Inspection inspection) {
    return patiently(() -> secured(group, inspection))
        .thenCompose(done -> add(RaftGroup.valueOf(group), false));
  }

  private CompletableFuture<Void> secured(RaftGroupId group, Inspection inspection) {
    try (inspection) {
      inspection.begin();
      Path replica = directoryOf(group);
      Long term = lastTerms.get(group);
      if (term != null && Presence.isThere(replica.resolve("current"))) {
        VoteFile.mend(replica, term, settings.peerId());
      }
      inspection.requireSound();
      DurableLog.secure(replica);
      return CompletableFuture.completedFuture(null);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<Void> patiently(Supplier<CompletableFuture<Void>> work) {
    return CompletableFuture.supplyAsync(work, task -> patients.newThread(task).start())
        .thenCompose(done -> done);
  }

  private CompletableFuture<Void> add(RaftGroup group, boolean format) {
    gate.shut(group.getGroupId());
    return manage(
            GroupManagementRequest.newAdd(self, server.getId(), nextCall(), group, format),
            AlreadyExistsException.class)
        .whenComplete((done, failure) -> gate.open(group.getGroupId()));
  }

  /**
   * Closes a group and keeps its directory; done as well where it is not open. On a thread of its
   * own: Ratis closes on the caller's, and waits there for what may never come.
   */
  CompletableFuture<Void> shut(RaftGroupId group) {
    Optional<RaftServer.Division> open = find(group);
    return patiently(() -> remove(group, false))
        .thenRun(() -> open.ifPresent(closed -> rememberTerm(group, closed)));
  }

  private Optional<RaftServer.Division> find(RaftGroupId group) {
    try {
      return Optional.of(division(group));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void rememberTerm(RaftGroupId group, RaftServer.Division closed) {
    // Not before it is closed: it votes until then.
    lastTerms.merge(group, closed.getInfo().getCurrentTerm(), Math::max);
  }

  /** What is known here of a group's replica counts no more. */
  void forget(RaftGroupId group) {
    lastTerms.remove(group);
  }

  /** Closes a group and deletes its directory. */
  CompletableFuture<Void> delete(RaftGroupId group) {
    forget(group);
    return remove(group, true);
  }

  private CompletableFuture<Void> remove(RaftGroupId group, boolean delete) {
    return manage(
        GroupManagementRequest.newRemove(self, server.getId(), nextCall(), group, delete, false),
        GroupMismatchException.class);
  }

  /** Both are idempotent: that it is so already is what was asked for. */
  private CompletableFuture<Void> manage(
      GroupManagementRequest request, Class<? extends Exception> alreadySo) {
    return server
        .groupManagementAsync(request)
        .handle(
            (reply, failure) -> {
              Throwable cause = failure == null ? reply.getException() : unwrap(failure);
              if (cause != null && !alreadySo.isInstance(cause)) {
                throw new CompletionException(cause);
              }
              return null;
            });
  }

  /** The open replica of a group. */
  RaftServer.Division division(RaftGroupId group) throws IOException {
    return server.getDivision(group);
  }

  /** Whether a group that is not being opened is open, and lives. */
  Watchdog.Division divisionOf(RaftGroupId group) {
    Optional<RaftServer.Division> open = find(group);
    if (open.isEmpty()) {
      return Watchdog.Division.ABSENT;
    }
    return open.get().getInfo().isAlive() ? Watchdog.Division.LIVING : Watchdog.Division.DEAD;
  }

  /** The configuration of a group, the newest that this node has; empty where it is not open. */
  Optional<GroupConfiguration> configurationOf(RaftGroupId group) {
    return find(group).map(GroupConfiguration::of);
  }

  /** Up to where a group's log is synced here; -1 before it is opened, or has heard of a leader. */
  long syncedIndex(RaftGroupId group) throws IOException {
    RaftServer.Division division = division(group);
    return division.getInfo().getLifeCycleState() == LifeCycle.State.RUNNING
        ? division.getRaftLog().getFlushIndex()
        : RaftLog.INVALID_LOG_INDEX;
  }

  /** What the leader of a group sees of it; empty where this node does not lead it. */
  Optional<GroupView> view(RaftGroupId group) {
    try {
      RaftServer.Division division = division(group);
      return division.getInfo().isLeaderReady()
          ? Optional.of(GroupView.of(division))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Has a group that this node leads go from one configuration to another, if it is still in the
   * first; completes when the other one is committed, and whoever is new in it has caught up.
   */
  CompletableFuture<Void> reconfigure(RaftGroupId group, GroupView from, List<RaftPeer> to) {
    if (to.stream().noneMatch(peer -> peer.getId().equals(server.getId()))) {
      // Ratis deadlocks when a request comes while the leader leaves.
      throw new IllegalArgumentException("the leader must stay in " + to);
    }
    SetConfigurationRequest.Arguments arguments =
        SetConfigurationRequest.Arguments.newBuilder()
            .setServersInCurrentConf(from.voters())
            .setListenersInCurrentConf(from.listeners())
            .setServersInNewConf(to)
            .setListenersInNewConf(from.listeners())
            .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
            .build();
    try {
      return server
          .setConfigurationAsync(
              new SetConfigurationRequest(self, server.getId(), group, nextCall(), arguments))
          .thenAccept(RaftHost::requireSuccess);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static void requireSuccess(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new CompletionException(Objects.requireNonNull(reply.getException()));
    }
  }

  /**
   * The ids of all peers that take part in a group or are about to, voters and listeners, of a
   * configuration that is just being left as well; none where it is not open here.
   */
  Set<String> participantsOf(RaftGroupId group) {
    try {
      RaftConfiguration configuration = division(group).getRaftConf();
      return Stream.of(RaftPeerRole.FOLLOWER, RaftPeerRole.LISTENER)
          .flatMap(role -> configuration.getAllPeers(role).stream())
          .map(peer -> peer.getId().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      return Set.of();
    }
  }

  /** Hands the leadership of a group that this node leads to another member. */
  CompletableFuture<Void> transfer(RaftGroupId group, String toPeer, long timeoutMillis) {
    TransferLeadershipRequest request =
        new TransferLeadershipRequest(
            self, server.getId(), group, nextCall(), RaftPeerId.valueOf(toPeer), timeoutMillis);
    CompletableFuture<RaftClientReply> reply;
    try {
      reply = server.transferLeadershipAsync(request);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
    return reply.thenAccept(RaftHost::requireSuccess);
  }

  /**
   * Has a group that this node leads elect anew. Also ends that somebody is brought up to date who
   * is to be added: Ratis goes on with one who does not answer for as long as there is other work.
   */
  CompletableFuture<Void> stepDown(RaftGroupId group) {
    TransferLeadershipRequest request =
        new TransferLeadershipRequest(self, server.getId(), group, nextCall(), null, 0);
    try {
      return server.transferLeadershipAsync(request).thenAccept(RaftHost::requireSuccess);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** A member as Ratis knows it. */
  static RaftPeer peer(BornMember member) {
    return RaftPeer.newBuilder().setId(member.raftPeer()).setAddress(member.raftAddress()).build();
  }

  private long nextCall() {
    return calls.incrementAndGet();
  }

  private static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Closes all groups, which takes about a second, and the server. */
  @Override
  public void close() throws IOException {
    server.close();
  }
}
