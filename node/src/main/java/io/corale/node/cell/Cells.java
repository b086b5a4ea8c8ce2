package io.corale.node.cell;

import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.model.CellId;
import io.corale.model.NodeId;
import io.corale.node.cell.ReplicaCreator.Created;
import io.corale.node.disk.FreeSpace;
import io.corale.node.registry.Birth;
import io.corale.node.registry.BornMember;
import io.corale.node.thread.Daemons;
import io.corale.scheduler.Inquiry;
import io.corale.scheduler.Inventory;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.ratis.LostState;
import io.corale.scheduler.ratis.OwnerStateMachine;
import io.corale.scheduler.ratis.StorageCheck;
import io.corale.wire.Door;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.statemachine.StateMachine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cells of this node: opens those that it holds, has new ones born, and creates replicas when
 * it is asked to.
 *
 * <p>What creates, opens or deletes a replica runs on one thread, one after the other. Thread-safe;
 * nothing but {@link #start} and {@link #close} blocks.
 */
public final class Cells implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Cells.class);

  /** Interpreting is a few microseconds of work; more threads than cores only take turns. */
  private static final int EVALUATORS = Math.max(2, Runtime.getRuntime().availableProcessors());

  /** Beyond it, cells ask again a moment later. */
  private static final int MAX_EVALUATIONS = 10_000;

  /** Snapshots are disk work: two at a time keep a disk busy. */
  private static final int SNAPSHOT_WRITERS = 2;

  /** Replicas that wait to be created, opened or deleted; a birth is a few milliseconds. */
  private static final int MAX_KEEPING = 10_000;

  private static final long BIRTH_PAUSE_MILLIS = 200;

  /** What is lost on disk of the last second before a death is not noticed. */
  private static final long FLOOR_MILLIS = 1_000;

  /** Between two looks at the members of cells that this node leads; each costs microseconds. */
  private static final long LOOK_MILLIS = 1_000;

  private static final long STOP_SECONDS = 10;

  /** One that waits is enough; but it may have been turned away. */
  private static final int TICKS_PER_LOOK = 10;

  /**
   * Deleting a replica and syncing a file take a second or two. Ticks are counted, not time: a
   * process that was stopped has missed none.
   */
  private static final int MAX_TICKS_MISSED = 60;

  private final CellSettings settings;
  private final Overlay overlay;
  private final CellFiles files;
  private final ReplicaDisk disk;
  private final LostReplicas lost;
  private final RaftHost host;
  private final Repairs repairs;
  private final Births births;
  private final CellContext context;
  private final ThreadPoolExecutor keeper = pool("cells", 1, MAX_KEEPING);
  private final ThreadPoolExecutor evaluations = evaluators();
  private final ThreadPoolExecutor snapshots = pool("snapshot", SNAPSHOT_WRITERS, MAX_KEEPING);
  private final ScheduledExecutorService caretaker =
      Executors.newSingleThreadScheduledExecutor(new Daemons("caretaker"));
  private final Map<CellId, AwakeCell> awake = new ConcurrentHashMap<>();
  private final Map<RaftGroupId, AwakeCell> opening = new ConcurrentHashMap<>();

  private final Upkeep upkeep;

  /** Of the keeper's thread. */
  private final Relief relief = new Relief();

  /** A disk that hangs holds nobody but this one; whoever asks meanwhile is not heard. */
  private final Executor diskWatch =
      new ThreadPoolExecutor(
          0,
          1,
          1,
          TimeUnit.MINUTES,
          new SynchronousQueue<>(),
          new Daemons("disk"),
          new ThreadPoolExecutor.DiscardPolicy());

  /** How many ticks the keeper has not come to; it is busy while there is one. */
  private final AtomicInteger ticksMissed = new AtomicInteger();

  private Cells(CellSettings settings, CellPorts ports, OwnerStateMachine.Applying applying)
      throws IOException {
    this.settings = settings;
    this.overlay = ports.overlay();
    this.files = new CellFiles(settings.raft().directory().resolve("cells"));
    RaftSettings raft = settings.raft();
    this.disk = new ReplicaDisk(raft.directory(), settings.self().boot());
    this.lost = new LostReplicas(files, disk, () -> nonce(settings.chance()));
    BornMember self =
        new BornMember(settings.self(), raft.peerId(), raft.address(), settings.doorAddress());
    this.births =
        new Births(
            ports.births(),
            (member, request) -> create(ports.creator(), withDoor(member), request),
            new Candidates(self, ports.overlay())::of,
            () -> nonce(settings.chance()),
            Cells::pause);
    this.host = RaftHost.start(raft, this::machineOf);
    this.repairs =
        new Repairs(settings.self().node(), host, ports.overlay(), ports.tender(), caretaker);
    this.context =
        new CellContext(
            settings.self(),
            host,
            births,
            ports.endowment(),
            ports.sender(),
            ports.evaluator(),
            ports.calendar(),
            ports.witness(),
            evaluations,
            listener ->
                new OwnerStateMachine(
                    listener, snapshots, settings.snapshots(), System::nanoTime, applying),
            settings.chance(),
            settings.checkEvery(),
            ports.watch(),
            file -> keep(() -> files.put(file)),
            file -> keep(() -> dispose(file)),
            cell -> keep(() -> look(cell)));
    this.upkeep = new Upkeep(host, settings.space(), ports.watch(), keeper, this::reopen);
  }

  /**
   * Starts the Raft server and opens every replica that is on this node's disk.
   *
   * @throws IOException if the directory, the port or a cell file cannot be used
   */
  public static Cells start(CellSettings settings, CellPorts ports) throws IOException {
    return start(settings, ports, OwnerScheduler::apply);
  }

  /**
   * As {@link #start(CellSettings, CellPorts)}.
   *
   * @param applying what tests plant failures in
   */
  static Cells start(CellSettings settings, CellPorts ports, OwnerStateMachine.Applying applying)
      throws IOException {
    Cells cells = new Cells(settings, ports, applying);
    cells.recover();
    cells.caretaker.scheduleWithFixedDelay(
        cells::markFloors, FLOOR_MILLIS, FLOOR_MILLIS, TimeUnit.MILLISECONDS);
    cells.caretaker.scheduleWithFixedDelay(
        () -> cells.repairs.look(cells.awake.values()),
        LOOK_MILLIS,
        LOOK_MILLIS,
        TimeUnit.MILLISECONDS);
    return cells;
  }

  private void recover() throws IOException {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (LostReplicas.Held each : lost.takeStock(snapshots)) {
      all.add(
          open(each.file(), () -> each.look().thenCompose(is -> host.recover(group(each.file()))))
              .exceptionally(failure -> unopened(each.file(), failure)));
    }
    CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).join();
    log.info("node {} opened {} cells", settings.self(), awake.size());
  }

  private static Void unopened(CellFile file, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof LostState) {
      log.error("cell {} epoch {} not opened: {}", file.cell(), file.epoch(), cause.getMessage());
    } else {
      log.error("cell {} epoch {} cannot be opened", file.cell(), file.epoch(), failure);
    }
    return null;
  }

  /** Of the disk with the replicas. */
  public FreeSpace space() {
    return settings.space();
  }

  RaftHost host() {
    return host;
  }

  /** All cells that are awake on this node. */
  public List<Cell> all() {
    return List.copyOf(awake.values());
  }

  /** The cell, if it is awake on this node. */
  public Optional<Cell> find(CellId cell) {
    return Optional.ofNullable(awake.get(cell));
  }

  /** The cells of which this node has lost its replica; they come back by themselves. */
  public List<CellId> lost() {
    return lost.all().stream().map(CellFile::cell).sorted().toList();
  }

  /** Why the node must end, in words that follow on its name; empty while it goes on. */
  public Optional<String> givenUp() {
    if (!host.isRunning()) {
      return Optional.of(
          "its Raft server has given up, after a pause or a failure that no replica outlives in"
              + " this process");
    }
    return ticksMissed.get() > MAX_TICKS_MISSED
        ? Optional.of("what opens and closes its replicas makes no progress")
        : upkeep.givenUp();
  }

  /** To be called every second: looks after the replicas, on the thread that does. */
  public void tick() {
    if (ticksMissed.getAndIncrement() % TICKS_PER_LOOK == 0) {
      keep(this::lookAfterAll);
    }
  }

  private void lookAfterAll() {
    ticksMissed.set(0);
    diskWatch.execute(settings.space()::look);
    if (settings.space().isLow()) {
      relieve();
    }
    upkeep.keepOnly(awake.values());
    awake.values().forEach(this::look);
  }

  /** Whoever leads writes most, and all wait for it when it cannot. */
  private void relieve() {
    relief.keepOnly(awake.keySet());
    for (Cell cell : awake.values()) {
      if (cell.isSuperpeer()) {
        var unused =
            relief
                .next(cell.id(), successors(cell), System.nanoTime())
                .map(node -> handOver(cell, node));
      }
    }
  }

  private void look(AwakeCell cell) {
    if (awake.get(cell.id()) == cell && !opening.containsKey(cell.raftGroup())) {
      upkeep.look(cell);
    }
  }

  private CompletableFuture<Void> reopen(AwakeCell cell) {
    if (awake.get(cell.id()) != cell) {
      return CompletableFuture.failedFuture(new IOException("it was deleted meanwhile"));
    }
    return open(cell, () -> host.recover(cell.raftGroup()))
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                keep(() -> loseIfDamaged(cell));
              }
            });
  }

  /** What cannot be opened because of its damage is not tried again, but comes back (rule 6). */
  private void loseIfDamaged(AwakeCell cell) throws IOException {
    if (awake.get(cell.id()) == cell
        && disk.check(cell.raftGroup()) instanceof StorageCheck.Damaged damaged) {
      awake.remove(cell.id());
      cell.close();
      lost.lose(cell.file(), damaged.reason());
    }
  }

  /**
   * Has the cell born, or finds out where it was: when this completes, the cell has or gets a
   * superpeer among the members. To be asked only when nobody is known to hold the cell.
   */
  public CompletableFuture<Birth> bear(CellId cell) {
    return births.bear(cell);
  }

  /** A cell file does not say where its members take requests, but the overlay does. */
  private BornMember withDoor(BornMember member) {
    return overlay.nodes().stream()
        .filter(node -> node.incarnation().node().equals(member.incarnation().node()))
        .map(NodeView::doorAddress)
        .findFirst()
        .map(
            door ->
                new BornMember(member.incarnation(), member.raftPeer(), member.raftAddress(), door))
        .orElse(member);
  }

  private CompletableFuture<Created> create(
      ReplicaCreator others, BornMember member, Door.AddReplica request) {
    return member.incarnation().node().equals(settings.self().node())
        ? addReplica(request)
        : others.create(member, request);
  }

  /**
   * Creates the replica of a born group on this node: exactly for this life of it, once, and never
   * over what is there (rules 2 and 3). Always completes normally.
   */
  public CompletableFuture<Created> addReplica(Door.AddReplica request) {
    CompletableFuture<Created> created = new CompletableFuture<>();
    try {
      CellFile file = CellFile.of(request);
      keeper.execute(() -> addReplica(file, created));
    } catch (IllegalArgumentException e) {
      log.warn("refused to add a replica: {}", e.getMessage());
      created.complete(Created.NEVER);
    } catch (RejectedExecutionException e) {
      created.complete(Created.UNREACHABLE);
    }
    return created;
  }

  /**
   * What this life of the node has of the attempts that it was to send for a cell, whether it is
   * still a member or not (rule 11).
   */
  public CompletableFuture<Inventory> inventory(CellId id, long epoch, Inquiry inquiry) {
    if (!inquiry.earlier().node().equals(settings.self())) {
      return CompletableFuture.completedFuture(new Inventory.AnotherLife());
    }
    AwakeCell cell = awake.get(id);
    return cell == null || cell.epoch() != epoch
        ? CompletableFuture.completedFuture(Inventory.Taken.ofNothing(inquiry))
        : cell.inventory(inquiry);
  }

  private void addReplica(CellFile file, CompletableFuture<Created> created) {
    try {
      Optional<CellFile> held = held(file.cell());
      switch (Admission.of(held, file, settings.self())) {
        case HELD -> {
          Optional<AwakeCell> cell = Optional.ofNullable(awake.get(file.cell()));
          if (file.isOpen()) {
            cell.ifPresent(AwakeCell::isKnownToBeOpen);
          }
          // A lost one comes back otherwise, by the superpeer of its group, if that was ever open.
          created.complete(cell.isPresent() ? Created.DONE : Created.NEVER);
        }
        case REFUSED -> created.complete(Created.NEVER);
        case REPLACES -> {
          dispose(held.orElseThrow());
          create(file, created);
        }
        case NEW -> create(file, created);
      }
    } catch (IOException e) {
      log.error("cell {} epoch {} not created", file.cell(), file.epoch(), e);
      created.complete(Created.UNREACHABLE);
    }
  }

  /** What this node has, or had, of the cell. */
  private Optional<CellFile> held(CellId cell) {
    return Optional.ofNullable(awake.get(cell)).map(AwakeCell::file).or(() -> lost.find(cell));
  }

  private void create(CellFile file, CompletableFuture<Created> created) throws IOException {
    files.put(file);
    var unused =
        open(file, () -> host.create(group(file), file.members()))
            .whenComplete(
                (done, failure) -> {
                  if (failure == null) {
                    log.info("cell {} epoch {} created on this node", file.cell(), file.epoch());
                  } else {
                    unopened(file, failure);
                  }
                  created.complete(failure == null ? Created.DONE : Created.UNREACHABLE);
                });
  }

  /**
   * Says what this node has of a replica, and prepares for its return if the group's superpeer
   * wishes that (rule 6). Fails where it cannot be done now.
   */
  public CompletableFuture<Door.ReplicaReport> tend(Door.TendReplica request) {
    CompletableFuture<Door.ReplicaReport> report = new CompletableFuture<>();
    try {
      CellFile asked = CellFile.of(request.getReplica());
      keeper.execute(() -> tend(asked, request, report));
    } catch (IllegalArgumentException | RejectedExecutionException e) {
      report.completeExceptionally(e);
    }
    return report;
  }

  private void tend(
      CellFile asked, Door.TendReplica request, CompletableFuture<Door.ReplicaReport> report) {
    try {
      Optional<CellFile> held = held(asked.cell());
      Tending.Done done = Tending.of(held, asked, request);
      switch (done) {
        case LOOKED -> {}
        case AWAITS -> {
          if (held.isPresent() && !held.get().isOf(asked)) {
            dispose(held.get());
          }
          lost.await(asked);
        }
        case RETURNS -> {
          bringBack(lost.returning(held.orElseThrow().among(asked.members())), report);
          return;
        }
      }
      report.complete(Tending.report(held(asked.cell()), asked, settings.self()));
    } catch (IOException | RuntimeException e) {
      log.error("cell {} epoch {} not tended", asked.cell(), asked.epoch(), e);
      report.completeExceptionally(e);
    }
  }

  /** Without peers: it stands in no election, and waits until it is added to its group. */
  private void bringBack(CellFile file, CompletableFuture<Door.ReplicaReport> report) {
    var unused =
        open(file, () -> host.create(group(file), List.of()))
            .whenComplete(
                (done, failure) -> {
                  if (failure == null) {
                    log.info("cell {} epoch {} is to return", file.cell(), file.epoch());
                    report.complete(Tending.report(Optional.of(file), file, settings.self()));
                  } else {
                    report.completeExceptionally(failure);
                    keep(() -> loseAgain(file, failure));
                  }
                });
  }

  private void loseAgain(CellFile file, Throwable failure) throws IOException {
    Optional.ofNullable(awake.remove(file.cell())).ifPresent(AwakeCell::close);
    host.shut(group(file)).join();
    lost.lose(file, "an empty one could not be created: " + failure);
  }

  private CompletableFuture<Void> open(CellFile file, Opener opener) {
    AwakeCell cell = new AwakeCell(context, file);
    cell.start();
    awake.put(file.cell(), cell);
    return open(cell, opener);
  }

  private CompletableFuture<Void> open(AwakeCell cell, Opener opener) {
    opening.put(cell.raftGroup(), cell);
    return opener
        .open()
        .whenComplete(
            (done, failure) -> {
              opening.remove(cell.raftGroup());
              if (failure == null) {
                cell.configured();
              } else {
                cell.abandoned(failure);
              }
            });
  }

  /** Creates or recovers a replica. */
  private interface Opener {
    CompletableFuture<Void> open();
  }

  private StateMachine machineOf(RaftGroupId group) {
    AwakeCell cell = opening.get(group);
    if (cell == null) {
      throw new IllegalStateException("group " + group.getUuid() + " is opened behind our back");
    }
    return cell.opened();
  }

  /** Deletes a replica of a birth that was given up: it never acknowledged anything. */
  private void dispose(CellFile file) throws IOException {
    Optional<CellFile> held = held(file.cell());
    if (held.isEmpty() || held.get().epoch() != file.epoch() || held.get().isOpen()) {
      return;
    }
    lost.forget(file);
    Optional.ofNullable(awake.remove(file.cell())).ifPresent(AwakeCell::close);
    host.delete(group(file)).join();
    disk.floors().forget(group(file));
    files.remove(file);
    log.info("cell {} epoch {} deleted on this node", file.cell(), file.epoch());
  }

  private void keep(Keeping what) {
    try {
      keeper.execute(
          () -> {
            try {
              what.run();
            } catch (IOException | RuntimeException e) {
              log.error("keeping cells on this node failed", e);
            }
          });
    } catch (RejectedExecutionException e) {
      log.debug("not kept any more: {}", e.toString());
    }
  }

  /** Something to be done to the replicas on disk. */
  private interface Keeping {
    void run() throws IOException;
  }

  /** Hands over all that this node leads, to members alive; waits no longer than this. */
  public void handOver(long withinMillis) {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (Cell cell : awake.values()) {
      if (cell.isSuperpeer()) {
        successors(cell).stream().findFirst().ifPresent(node -> all.add(handOver(cell, node)));
      }
    }
    try {
      CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
          .get(withinMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      log.warn("node {} did not hand over all its cells: {}", settings.self(), e.toString());
    }
  }

  /** The other members that are alive, from the one after this node on. */
  private List<NodeId> successors(Cell cell) {
    List<NodeId> alive =
        overlay.nodes().stream()
            .filter(node -> node.state() == NodeView.State.ALIVE)
            .map(node -> node.incarnation().node())
            .toList();
    List<NodeId> members =
        new ArrayList<>(
            cell.members().stream().map(member -> member.incarnation().node()).toList());
    int here = members.indexOf(settings.self().node());
    Collections.rotate(members, -(here + 1));
    return members.stream()
        .filter(node -> !node.equals(settings.self().node()) && alive.contains(node))
        .toList();
  }

  private static CompletableFuture<Void> handOver(Cell cell, NodeId to) {
    return cell.transferLeadership(to)
        .thenRun(() -> log.info("cell {} handed over to {}", cell.id(), to))
        .exceptionally(
            failure -> {
              log.warn("cell {} not handed over to {}: {}", cell.id(), to, failure.toString());
              return null;
            });
  }

  /** Nothing of this may be forgotten from now on; what follows within a second may (rule 6). */
  private void markFloors() {
    for (AwakeCell cell : awake.values()) {
      try {
        cell.markFloor(disk.floors());
      } catch (IOException | RuntimeException e) {
        log.warn("cell {}: its floor is not marked: {}", cell.id(), e.toString());
      }
    }
  }

  private static RaftGroupId group(CellFile file) {
    return GroupIds.of(file.cell(), file.epoch());
  }

  private static String nonce(RandomGenerator chance) {
    byte[] bytes = new byte[16];
    chance.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static CompletableFuture<Void> pause() {
    return CompletableFuture.runAsync(
        () -> {}, CompletableFuture.delayedExecutor(BIRTH_PAUSE_MILLIS, TimeUnit.MILLISECONDS));
  }

  /** The pool on which branches are interpreted, those of all cells. */
  static ThreadPoolExecutor evaluators() {
    return pool("evaluate", EVALUATORS, MAX_EVALUATIONS);
  }

  private static ThreadPoolExecutor pool(String name, int threads, int queue) {
    return new ThreadPoolExecutor(
        threads, threads, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(queue), new Daemons(name));
  }

  /** Closes all cells and the Raft server. */
  @Override
  public void close() throws IOException {
    keeper.shutdown();
    caretaker.shutdownNow();
    markFloors();
    host.close();
    awake.values().forEach(AwakeCell::close);
    for (ExecutorService each : List.of(keeper, evaluations, snapshots)) {
      each.shutdown();
      try {
        if (!each.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
          each.shutdownNow();
        }
      } catch (InterruptedException e) {
        each.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
  }
}
