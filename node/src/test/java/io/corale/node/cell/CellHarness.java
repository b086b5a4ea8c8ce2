package io.corale.node.cell;

import io.corale.gossip.ClaimView;
import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.gossip.SchedulerPage;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.AttemptId;
import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.Incarnation;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.model.ServiceClass;
import io.corale.node.FreePort;
import io.corale.node.disk.FreeSpace;
import io.corale.node.provider.SendGuard;
import io.corale.node.registry.Birth;
import io.corale.node.registry.Versioned;
import io.corale.node.thread.Daemons;
import io.corale.node.thread.Narrows;
import io.corale.scheduler.Applied;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Compared.Verdict;
import io.corale.scheduler.Command.Verdict.Judgement;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Inquiry;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;
import io.corale.scheduler.ratis.OwnerStateMachine;
import io.corale.scheduler.ratis.SnapshotThresholds;
import io.corale.scheduler.wire.UnknownFormat;
import io.corale.wire.Door;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;

/**
 * Some nodes in one process, each with its Raft server on a port of its own; what lies between
 * cells and the rest of a node is simulated: the registry, the overlay, a provider that takes a
 * millisecond, and compositions that are chains of calls.
 */
final class CellHarness implements AutoCloseable {
  static final OwnerId OWNER = new OwnerId("acme");
  static final CellId CELL = CellId.home(OWNER);
  static final CompositionRef CHAIN = new CompositionRef("chain", "1.0.0");
  static final int LIMIT = 8;

  /** Replicas are compared soon after an election, and then hardly ever. */
  private static final int CHECKED_SELDOM = 1_000_000;

  /** The sender breaks on calls of invocations whose names begin so. */
  static final String BROKEN = "broken";

  private final Path directory;
  private final SnapshotThresholds thresholds;
  private final int checkEvery;
  private final Duration replaceAfter;
  private final List<NodeId> ids = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();
  private final Map<NodeId, Cells> running = new ConcurrentHashMap<>();
  private final Map<NodeId, Long> boots = new ConcurrentHashMap<>();
  private final Records records = new Records();
  private final AtomicInteger sending = new AtomicInteger();
  private final Map<NodeId, Poison> poisons = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(new Daemons("timer"));

  /** Whose replicas apply what is not in the log. */
  final Set<NodeId> astray = ConcurrentHashMap.newKeySet();

  /** Nodes whose watchdog sleeps, so that what is closed there stays so. */
  final Set<NodeId> unwatched = ConcurrentHashMap.newKeySet();

  /** Nodes of which the overlay knows that they are gone. */
  final Set<NodeId> gone = ConcurrentHashMap.newKeySet();

  /** Whom a superpeer, or a birth, has asked to create a replica. */
  final Set<NodeId> askedToCreate = ConcurrentHashMap.newKeySet();

  /** Hears of all that superpeers ask members for which they look after. */
  volatile BiConsumer<NodeId, Door.TendReplica.Wish> tended = (node, wish) -> {};

  /** What the registry has beside the chain and its account. */
  volatile List<Command> further = List.of();

  /** The newest format that the builds of nodes read, where that is not the newest there is. */
  final Map<NodeId, Integer> reads = new ConcurrentHashMap<>();

  /** The newest format of all entries that a node has applied. */
  final Map<NodeId, Integer> written = new ConcurrentHashMap<>();

  /** Attempts end no sooner than this. */
  volatile CompletableFuture<Void> answers = CompletableFuture.completedFuture(null);

  /** Every attempt of which the log, or nobody, has the outcome. */
  final Set<AttemptId> settled = ConcurrentHashMap.newKeySet();

  /** Every cell that has let go of all outcomes. */
  final Queue<Cell> closed = new ConcurrentLinkedQueue<>();

  /** Every attempt that was sent. */
  final Queue<AttemptId> sent = new ConcurrentLinkedQueue<>();

  /** Every attempt whose outcome was passed on to the superpeer of that time. */
  final Set<AttemptId> forwarded = ConcurrentHashMap.newKeySet();

  /** What came of comparing replicas. */
  final Queue<Judgement> compared = new ConcurrentLinkedQueue<>();

  /** The causes for which replicas were opened again. */
  final Queue<String> reopened = new ConcurrentLinkedQueue<>();

  /** The steps that superpeers took to bring members back. */
  final Queue<String> repairs = new ConcurrentLinkedQueue<>();

  /** Less is too little. */
  static final long LOW_BYTES = 1_000;

  /** What the disks of nodes have left. */
  final Map<NodeId, Long> usableBytes = new ConcurrentHashMap<>();

  /** How often the watchdogs have looked. */
  final AtomicInteger ticks = new AtomicInteger();

  /** The most attempts that were out at once. */
  final AtomicInteger mostSending = new AtomicInteger();

  CellHarness(Path directory, int nodes, SnapshotThresholds thresholds) throws IOException {
    this(directory, nodes, thresholds, CHECKED_SELDOM);
  }

  /** As the other one; replicas are compared every so many entries. */
  CellHarness(Path directory, int nodes, SnapshotThresholds thresholds, int checkEvery)
      throws IOException {
    this(directory, nodes, nodes, thresholds, checkEvery, Duration.ofMinutes(5));
  }

  /**
   * As the other one; only the first nodes are started.
   *
   * @param replaceAfter a member that has been silent for so long is replaced
   */
  CellHarness(
      Path directory,
      int nodes,
      int started,
      SnapshotThresholds thresholds,
      int checkEvery,
      Duration replaceAfter)
      throws IOException {
    this.directory = directory;
    this.thresholds = thresholds;
    this.checkEvery = checkEvery;
    this.replaceAfter = replaceAfter;
    for (int i = 0; i < nodes; i++) {
      ids.add(new NodeId("n" + i));
      ports.add(FreePort.tcp());
    }
    for (NodeId id : ids.subList(0, started)) {
      start(id);
    }
    var unused =
        timer.scheduleWithFixedDelay(
            () -> {
              running.forEach(
                  (id, cells) -> {
                    if (!unwatched.contains(id)) {
                      cells.tick();
                    }
                  });
              ticks.incrementAndGet();
            },
            1,
            1,
            TimeUnit.SECONDS);
  }

  List<NodeId> ids() {
    return ids;
  }

  void start(NodeId id) throws IOException {
    boots.merge(id, 1L, Long::sum);
    running.put(id, Cells.start(settings(id), ports(id), applying(id)));
  }

  void stop(NodeId id) throws IOException {
    Cells stopped = cells(id);
    running.remove(id);
    stopped.close();
  }

  /** The next entry that this node meets, it fails to apply so many times; counted down. */
  AtomicInteger poison(NodeId id, int times) {
    Poison poison = new Poison(new AtomicInteger(times), new AtomicLong());
    poisons.put(id, poison);
    return poison.left;
  }

  private record Poison(AtomicInteger left, AtomicLong index) {
    boolean strikes(long at) {
      index.compareAndSet(0, at);
      return index.get() == at && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }
  }

  private OwnerStateMachine.Applying applying(NodeId id) {
    return (scheduler, term, index, entry) -> {
      Poison poison = poisons.get(id);
      if (poison != null && poison.strikes(index)) {
        throw new IllegalStateException("planted");
      }
      if (entry.format() > reads(id)) {
        throw new UnknownFormat("format " + entry.format() + ", and it reads " + reads(id));
      }
      written.merge(id, entry.format(), Math::max);
      return scheduler.apply(term, index, astray.contains(id) ? erring(entry) : entry);
    };
  }

  private int reads(NodeId id) {
    return reads.getOrDefault(id, Entry.NEWEST_FORMAT);
  }

  private static Entry erring(Entry entry) {
    return new Entry(
        entry.proposer(),
        entry.sequence(),
        entry.elapsedMicros() + 1,
        entry.proposerApplied(),
        entry.boundsTail(),
        entry.commands());
  }

  Cells cells(NodeId id) {
    return Objects.requireNonNull(running.get(id), "it runs");
  }

  List<Cell> cells() {
    return running.values().stream().flatMap(c -> c.find(CELL).stream()).toList();
  }

  /** The node on which this is the cell. */
  NodeId nodeOf(Cell cell) {
    return ids.stream()
        .filter(id -> running.containsKey(id))
        .filter(id -> cells(id).find(CELL).filter(found -> found == cell).isPresent())
        .findFirst()
        .orElseThrow();
  }

  /** Changes the group's configuration as an administrator does: only these stay. */
  void configure(Cell cell, List<NodeId> staying) throws IOException {
    configure(cell, staying, List.of());
  }

  /** As the other one; the listeners follow the log and have no vote. */
  void configure(Cell cell, List<NodeId> voters, List<NodeId> listeners) throws IOException {
    RaftGroupId group = RaftGroupId.valueOf(UUID.fromString(cell.group()));
    RaftPeer leader = peer(nodeOf(cell));
    try (RaftClient client =
        RaftClient.newBuilder()
            .setProperties(new RaftProperties())
            .setRaftGroup(RaftGroup.valueOf(group, leader))
            .build()) {
      client
          .admin()
          .setConfiguration(
              voters.stream().map(this::peer).toList(),
              listeners.stream().map(this::peer).toList());
    }
  }

  private RaftPeer peer(NodeId id) {
    int port = ports.get(ids.indexOf(id));
    return RaftPeer.newBuilder().setId("localhost_" + port).setAddress("localhost:" + port).build();
  }

  /** Waits until some node answers for the cell. */
  Cell superpeer() {
    await("a superpeer", () -> cells().stream().anyMatch(Cell::isSuperpeer));
    return cells().stream().filter(Cell::isSuperpeer).findFirst().orElseGet(this::superpeer);
  }

  /** From now on nothing is read there, and nothing written. */
  void takeRegistryAway() {
    records.isAway = true;
  }

  /** Writes of the birth record wait until they are let through. */
  void holdRecord(CompletableFuture<Void> until) {
    records.held = until;
  }

  Optional<Birth> record() {
    return records.read(CELL).join().map(Versioned::value);
  }

  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited 60 s for " + what);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** All that the node has on disk of its replicas. */
  Path diskOf(NodeId id) {
    return directory.resolve(id.value());
  }

  /** Where the replica of a group is on this node. */
  Path directoryOf(NodeId id, String group) {
    return directory.resolve(id.value()).resolve("groups").resolve(group);
  }

  /** What the node remembers of that replica. */
  Path fileOf(NodeId id, String group) {
    return directory.resolve(id.value()).resolve("cells").resolve(group + ".json");
  }

  /** A new invocation of a chain of this many calls. */
  static Command.Submit submit(String id, int calls) {
    return submit(id, calls, Payload.NULL);
  }

  /** As {@link #submit(String, int)}, with an input. */
  static Command.Submit submit(String id, int calls, Payload input) {
    InvocationId invocation = new InvocationId(id);
    return new Command.Submit(
        invocation,
        CHAIN,
        input,
        "tester",
        new TreeMap<>(),
        Optional.empty(),
        ServiceClass.STANDARD,
        0,
        TimeUnit.HOURS.toMicros(1),
        1_000,
        step(0, 0, calls),
        0,
        "");
  }

  private static Transition step(int branch, long step, int callsLeft) {
    List<Transition.Step> steps =
        callsLeft == 0
            ? List.of(new Transition.Step.End(branch, Payload.ofJson("\"done\"")))
            : List.of(
                new Transition.Step.Remember(branch, Payload.ofJson("" + (callsLeft - 1))),
                new Transition.Step.Call(branch, call(callsLeft)));
    return new Transition(List.of(new Transition.Guard(branch, step)), steps);
  }

  private static Transition.CallSpec call(int callsLeft) {
    return new Transition.CallSpec(
        "work",
        "only",
        new AccountId("sim"),
        ScopeLimit.ROOT,
        Payload.NULL,
        TimeUnit.MILLISECONDS.toMicros(200),
        callsLeft * 1_000L,
        1_000,
        new Transition.Retry(5, 1_000, 1_000),
        "/do/" + callsLeft);
  }

  /** Interprets chains, which begin by nothing that could be compared. */
  private static final class Chains implements Evaluator {
    @Override
    public Transition advance(Cell cell, BranchView branch, Signal signal) {
      return step(branch.branch(), branch.step(), Integer.parseInt(branch.state().json()));
    }

    @Override
    public Verdict compare(Cell cell, Schedule schedule, long wallMillis) {
      return new Verdict.Passed();
    }
  }

  private CompletableFuture<List<Command>> endowment(Cell cell) {
    if (records.isAway) {
      return Records.away();
    }
    Account account =
        new Account(
            new AccountId("sim"),
            "sim",
            1,
            Policy.LST_BL,
            new TreeMap<>(),
            List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), LIMIT)));
    List<Command> all = new ArrayList<>(further);
    all.add(new Command.Configure(account));
    all.add(new Command.Define(CHAIN, Payload.ofJson("{}")));
    return CompletableFuture.completedFuture(all);
  }

  /** A disk with room for all, unless a test says otherwise. */
  private final class Disk implements FreeSpace.Disk {
    private final NodeId node;

    Disk(NodeId node) {
      this.node = node;
    }

    @Override
    public long totalBytes() {
      return 100 * LOW_BYTES;
    }

    @Override
    public long usableBytes() {
      return usableBytes.getOrDefault(node, 50 * LOW_BYTES);
    }
  }

  private CellSettings settings(NodeId id) {
    int port = ports.get(ids.indexOf(id));
    return new CellSettings(
        incarnation(id),
        "localhost:1",
        new RaftSettings(
            directory.resolve(id.value()),
            "127.0.0.1",
            "localhost",
            port,
            // All nodes stall alike on a busy machine; no election is to come of that.
            Duration.ofMillis(800),
            Duration.ofMillis(1_600)),
        thresholds,
        checkEvery,
        replaceAfter,
        new FreeSpace(LOW_BYTES, new Disk(id)),
        new Random(port));
  }

  private Incarnation incarnation(NodeId id) {
    return new Incarnation(id, boots.getOrDefault(id, 0L));
  }

  private CellPorts ports(NodeId id) {
    return new CellPorts(
        records,
        (member, request) -> {
          askedToCreate.add(member.incarnation().node());
          Cells other = running.get(member.incarnation().node());
          return other == null
              ? CompletableFuture.completedFuture(ReplicaCreator.Created.UNREACHABLE)
              : other.addReplica(request);
        },
        (node, request) -> {
          tended.accept(node.incarnation().node(), request.getWish());
          Cells other = running.get(node.incarnation().node());
          return other == null
              ? CompletableFuture.failedFuture(new IOException(node + " is away"))
              : other.tend(request);
        },
        new Neighbours(),
        () -> false,
        this::endowment,
        new Provider(),
        new Chains(),
        new Narrows(1, 1_024),
        schedule -> new Command.Aim(schedule.name(), schedule.turn(), 0, 0),
        (cell, epoch, what) ->
            cells().stream()
                .filter(Cell::isSuperpeer)
                .forEach(superpeer -> superpeer.measured(id, what)),
        new Reopenings());
  }

  /** All at once, as each takes seconds. */
  @Override
  public void close() {
    timer.shutdownNow();
    List<Thread> stopping = new ArrayList<>();
    for (Cells each : running.values()) {
      Thread thread = new Thread(() -> closeQuietly(each), "stop");
      thread.start();
      stopping.add(thread);
    }
    for (Thread thread : stopping) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static void closeQuietly(Cells cells) {
    try {
      cells.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every attempt succeeds after a millisecond. */
  private final class Provider implements Sender {
    @Override
    public void settled(Cell cell, AttemptId attempt) {
      settled.add(attempt);
    }

    @Override
    public void closed(Cell cell) {
      closed.add(cell);
    }

    @Override
    public void send(Cell cell, Effect.Start start, SendGuard guard) {
      AttemptId attempt = start.attempt();
      if (attempt.call().invocation().value().startsWith(BROKEN)) {
        throw new IllegalStateException("planted");
      }
      if (!guard.permits()) {
        cell.outcome(attempt, new Outcome.NotSent("the guard said no"), 0);
        return;
      }
      int now = sending.incrementAndGet();
      mostSending.accumulateAndGet(now, Math::max);
      sent.add(attempt);
      var unused =
          answers.thenRunAsync(
              () -> {
                sending.decrementAndGet();
                cell.outcome(attempt, new Outcome.Success(Payload.ofJson("1")), 1_000);
              },
              CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS));
    }

    @Override
    public void forward(Cell cell, Command.Settle settle) {
      forwarded.add(settle.attempt());
      for (Cell other : cells()) {
        if (other.isSuperpeer()) {
          other.outcome(settle.attempt(), settle.outcome(), settle.durationMicros());
        }
      }
      cell.forwarded(settle.attempt());
    }

    /** Each node is asked, as it would be at its door. */
    @Override
    public void inquire(Cell cell, Inquiry inquiry) {
      Cells earlier = running.get(inquiry.earlier().node().node());
      if (earlier == null) {
        cell.inventoried(inquiry.number(), Optional.empty());
        return;
      }
      var unused =
          earlier
              .inventory(cell.id(), cell.epoch(), inquiry)
              .whenComplete(
                  (inventory, failure) ->
                      cell.inventoried(inquiry.number(), Optional.ofNullable(inventory)));
    }

    @Override
    public void stop(Cell cell, AttemptId attempt) {}
  }

  /** All nodes that run. */
  private final class Neighbours implements Overlay {
    @Override
    public List<NodeView> nodes() {
      return ids.stream()
          .filter(boots::containsKey)
          .filter(id -> !gone.contains(id))
          .map(this::view)
          .toList();
    }

    private NodeView view(NodeId id) {
      int port = ports.get(ids.indexOf(id));
      return new NodeView(
          incarnation(id),
          "localhost:1",
          "localhost_" + port,
          "localhost:" + port,
          "test",
          reads(id),
          NodeView.State.ALIVE,
          0,
          0);
    }

    @Override
    public Optional<ClaimView> leader(CellId cell) {
      return Optional.empty();
    }

    @Override
    public List<ClaimView> claims(CellId cell) {
      return List.of();
    }

    @Override
    public SchedulerPage schedulers(Optional<CellId> after, int limit) {
      return new SchedulerPage(List.of(), false);
    }

    @Override
    public void claim(List<ClaimView> claims) {}
  }

  /** Counts what watchdogs did. */
  private final class Reopenings implements CellWatch {
    @Override
    public void proposed(CellId cell, Entry entry, long nanos) {}

    @Override
    public void proposalFailed(CellId cell) {}

    @Override
    public void applied(CellId cell, Entry entry, Applied applied) {}

    @Override
    public void compared(CellId cell, Judgement judgement) {
      compared.add(judgement);
    }

    @Override
    public void reopened(CellId cell, String cause) {
      reopened.add(cause);
    }

    @Override
    public void reopeningFailed(CellId cell) {
      reopened.add("in vain");
    }

    @Override
    public void repaired(CellId cell, String step) {
      repairs.add(step);
    }

    @Override
    public void repairFailed(CellId cell) {}
  }

  /** One register in memory. */
  private static final class Records implements BirthRecords {
    private Optional<Versioned<Birth>> record = Optional.empty();
    private volatile boolean isAway;
    private volatile CompletableFuture<Void> held = CompletableFuture.completedFuture(null);

    private static <T> CompletableFuture<T> away() {
      return CompletableFuture.failedFuture(new IllegalStateException("the registry is away"));
    }

    @Override
    public synchronized CompletableFuture<Optional<Versioned<Birth>>> read(CellId cell) {
      return isAway ? away() : CompletableFuture.completedFuture(record);
    }

    @Override
    public synchronized CompletableFuture<Optional<Versioned<Birth>>> create(
        CellId cell, Birth birth) {
      return write(record.isEmpty(), birth, 0);
    }

    @Override
    public CompletableFuture<Optional<Versioned<Birth>>> replace(
        CellId cell, int version, Birth next) {
      return held.thenCompose(open -> replaced(version, next));
    }

    private synchronized CompletableFuture<Optional<Versioned<Birth>>> replaced(
        int version, Birth next) {
      return write(record.filter(r -> r.version() == version).isPresent(), next, version + 1);
    }

    private CompletableFuture<Optional<Versioned<Birth>>> write(
        boolean may, Birth birth, int version) {
      if (isAway) {
        return away();
      }
      if (!may) {
        return CompletableFuture.completedFuture(Optional.empty());
      }
      record = Optional.of(new Versioned<>(birth, version));
      return CompletableFuture.completedFuture(record);
    }
  }
}
