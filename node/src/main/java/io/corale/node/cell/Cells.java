package io.corale.node.cell;

import io.corale.model.CellId;
import io.corale.model.NodeId;
import io.corale.node.cell.ReplicaCreator.Created;
import io.corale.node.disk.FreeSpace;
import io.corale.node.registry.Birth;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Inquiry;
import io.corale.scheduler.Inventory;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.ratis.LostState;
import io.corale.scheduler.ratis.OwnerStateMachine;
import io.corale.wire.Door;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
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

  private static final long BIRTH_PAUSE_MILLIS = 200;

  /** One that waits is enough; but it may have been turned away. */
  private static final int TICKS_PER_LOOK = 10;

  /**
   * Deleting a replica and syncing a file take a second or two. Ticks are counted, not time: a
   * process that was stopped has missed none.
   */
  private static final int MAX_TICKS_MISSED = 60;

  private final CellSettings settings;
  private final LostReplicas lost;
  private final Openings openings;
  private final Floors floors;
  private final Repairs repairs;
  private final HandOvers handOvers;
  private final Births births;

  /** Heartbeats come twice in the shortest of them, so this is no pause of a moment. */
  private static final int SILENT_ELECTIONS = 2;

  private final CellContext context;
  private final CellThreads threads;
  private final Holdings holdings;
  private final Upkeep upkeep;

  /** Of the keeper's thread. */
  private final Crowd crowd;

  /** Replicas that are being closed to be deleted, and since when; changed on that thread. */
  private final Map<CellId, Long> leaving = new ConcurrentHashMap<>();

  /** How many ticks the keeper has not come to; it is busy while there is one. */
  private final AtomicInteger ticksMissed = new AtomicInteger();

  private Cells(CellSettings settings, CellPorts ports, OwnerStateMachine.Applying applying)
      throws IOException {
    this.settings = settings;
    this.threads =
        CellThreads.start((owner, nanos) -> ports.watch().waited("evaluate", owner, nanos));
    RaftSettings raft = settings.raft();
    CellFiles files = new CellFiles(raft.directory().resolve("cells"));
    ReplicaDisk disk = new ReplicaDisk(raft.directory(), raft.peerId(), settings.self().boot());
    this.lost = new LostReplicas(files, disk, () -> nonce(settings.chance()), System::nanoTime);
    BornMember self =
        new BornMember(settings.self(), raft.peerId(), raft.address(), settings.doorAddress());
    Candidates candidates = new Candidates(self, ports.overlay());
    this.births =
        new Births(
            ports.births(),
            (member, request) -> create(ports.creator(), candidates.withDoor(member), request),
            candidates::of,
            () -> nonce(settings.chance()),
            Cells::pause,
            ports.mayMoreCome());
    this.openings = Openings.start(raft, disk);
    this.holdings = new Holdings(files, disk, openings.host(), lost);
    this.floors = new Floors(disk.floors(), holdings::all);
    Members members =
        new Members(
            settings.self().node(),
            ports.overlay(),
            ports.tender(),
            SILENT_ELECTIONS * raft.electionMax().toMillis());
    this.repairs =
        new Repairs(
            settings.self().node(),
            openings.host(),
            members,
            new Moves(
                members, candidates::of, settings.replaceAfter(), () -> nonce(settings.chance())),
            new RepairSteps(openings.host(), members, births, candidates::withDoor),
            ports.watch());
    this.handOvers = new HandOvers(settings.self().node(), ports.overlay());
    this.context =
        new CellContext(
            settings.self(),
            openings.host(),
            births,
            new Builds(ports.overlay()),
            ports.endowment(),
            ports.sender(),
            ports.evaluator(),
            ports.calendar(),
            ports.witness(),
            threads.turns(),
            threads.evaluations(),
            ports.narrows(),
            (owner, listener) ->
                new OwnerStateMachine(
                    settings.self().node(),
                    listener,
                    threads.snapshots().of(owner),
                    settings.snapshots(),
                    System::nanoTime,
                    applying),
            settings.chance(),
            settings.checkEvery(),
            ports.watch(),
            cell -> keep(() -> holdings.remember(cell)),
            file -> keep(() -> holdings.dispose(file)),
            cell -> keep(() -> ails(cell)));
    this.crowd = new Crowd(raft.elections());
    this.upkeep =
        new Upkeep(
            openings.host(), settings.space(), ports.watch(), threads.keeper(), this::reopen);
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
    cells.floors.start();
    cells.repairs.start(cells.holdings::all);
    return cells;
  }

  private void recover() throws IOException {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (CellFile file : lost.takeStock()) {
      all.add(openFirst(file));
    }
    CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).join();
    // Those that were found lost are told apart on that thread.
    CompletableFuture.runAsync(() -> {}, threads.keeper()).join();
    log.info("node {} opened {} cells", settings.self(), holdings.all().size());
  }

  private CompletableFuture<Void> openFirst(CellFile file) {
    return recover(awaken(file), () -> {}).exceptionally(failure -> unopened(file, failure));
  }

  private static Void unopened(CellFile file, Throwable failure) {
    Throwable cause = Openings.cause(failure);
    if (cause instanceof LostState || cause instanceof LostReplica) {
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
    return openings.host();
  }

  /** All cells that are awake on this node. */
  public List<Cell> all() {
    return List.copyOf(holdings.all());
  }

  /** The cell, if it is awake on this node. */
  public Optional<Cell> find(CellId cell) {
    return Optional.ofNullable(holdings.awake().get(cell));
  }

  /** The cells of which this node has lost its replica; they come back by themselves. */
  public List<LostCell> lost() {
    return lost.all().stream()
        .filter(file -> file.state() != CellFile.State.LEFT)
        .map(LostCell::of)
        .sorted(Comparator.comparing(LostCell::cell))
        .toList();
  }

  /**
   * The Raft groups of which nothing is known but that this node has a replica, for what it has
   * written down of them cannot be read; that is tried again and again.
   */
  public List<String> unread() {
    return lost.unread();
  }

  /**
   * Which members of a cell are on their way back to it, as far as this node knows: what each has
   * of it, in a word. A superpeer knows of all, others of themselves.
   */
  public SortedMap<NodeId, String> absent(CellId cell) {
    SortedMap<NodeId, String> all = new TreeMap<>(repairs.absent(cell));
    Optional.ofNullable(holdings.awake().get(cell))
        .map(AwakeCell::file)
        .or(() -> lost.find(cell))
        .filter(file -> file.state() != CellFile.State.HELD)
        .filter(file -> file.state() != CellFile.State.LEFT)
        .ifPresent(
            file -> all.put(settings.self().node(), file.state().name().toLowerCase(Locale.ROOT)));
    return all;
  }

  /** Why the node must end, in words that follow on its name; empty while it goes on. */
  public Optional<String> givenUp() {
    if (!openings.host().isRunning()) {
      return Optional.of(
          "its Raft server has given up, after a pause or a failure that no replica outlives in"
              + " this process");
    }
    if (isLeavingInVain()) {
      return Optional.of("a replica that is no member any more could not be closed in time");
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

  private void lookAfterAll() throws IOException {
    ticksMissed.set(0);
    threads.diskWatch().execute(settings.space()::look);
    if (settings.space().isLow()) {
      handOvers.relieve(holdings.awake());
    }
    crowd
        .count(holdings.all().size())
        .ifPresent(warning -> log.warn("node {}: {}", settings.self(), warning));
    upkeep.keepOnly(holdings.all());
    holdings.all().forEach(this::look);
    holdings.all().forEach(AwakeCell::checkReturn);
    holdings.all().forEach(AwakeCell::hearOfBuilds);
    holdings.all().forEach(holdings::remember);
    for (CellFile file : lost.takeStockAgain(awakeFiles())) {
      // It is opened as any that could not be until now, and watched meanwhile.
      awaken(file).abandoned(new IOException("its cell file could not be read"));
    }
  }

  private List<CellFile> awakeFiles() {
    return holdings.all().stream().map(AwakeCell::file).toList();
  }

  private void ails(AwakeCell cell) throws IOException {
    if (holdings.isAwake(cell)) {
      openings.condemnDiverged(cell);
    }
    look(cell);
  }

  private void look(AwakeCell cell) {
    if (holdings.isAwake(cell) && (upkeep.isOpening(cell) || !openings.isUnderWay(cell))) {
      upkeep.look(cell);
    }
  }

  private CompletableFuture<Void> reopen(AwakeCell cell, Runnable began) {
    return holdings.isAwake(cell)
        ? recover(cell, began)
        : CompletableFuture.failedFuture(new IOException("it was deleted meanwhile"));
  }

  /** Opens a replica that is closed; or says that it is lost, if it must not be opened any more. */
  private CompletableFuture<Void> recover(AwakeCell cell, Runnable began) {
    return openings
        .recover(cell, began)
        .whenComplete(
            (done, failure) -> {
              if (failure != null && Openings.cause(failure) instanceof LostReplica loss) {
                keep(() -> holdings.lose(cell, String.valueOf(loss.getMessage())));
              }
            });
  }

  /**
   * Has the cell born, or finds out where it was: when this completes, the cell has or gets a
   * superpeer among the members. To be asked only when nobody is known to hold the cell.
   */
  public CompletableFuture<Birth> bear(CellId cell) {
    return births.bear(cell);
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
      threads.keeper().execute(() -> addReplica(file, created));
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
    return holdings
        .sender(id, epoch)
        .map(cell -> cell.inventory(inquiry))
        .orElseGet(() -> CompletableFuture.completedFuture(Inventory.Taken.ofNothing(inquiry)));
  }

  private void addReplica(CellFile file, CompletableFuture<Created> created) {
    try {
      Optional<CellFile> held = holdings.of(file);
      switch (Admission.of(held, file, settings.self())) {
        case HELD -> {
          Optional<AwakeCell> cell = Optional.ofNullable(holdings.awake().get(file.cell()));
          if (file.isOpen()) {
            cell.ifPresent(AwakeCell::isKnownToBeOpen);
          }
          // A lost one comes back otherwise, by the superpeer of its group, if that was ever open.
          created.complete(cell.isPresent() ? Created.DONE : Created.NEVER);
        }
        case REFUSED -> created.complete(Created.NEVER);
        case REPLACES -> {
          holdings.dispose(held.orElseThrow());
          create(file, created);
        }
        case NEW -> create(file, created);
      }
    } catch (IOException e) {
      log.error("cell {} epoch {} not created", file.cell(), file.epoch(), e);
      created.complete(Created.UNREACHABLE);
    }
  }

  private void create(CellFile file, CompletableFuture<Created> created) throws IOException {
    holdings.begin(file);
    var unused =
        openings
            .create(awaken(file), file.members())
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
      threads.keeper().execute(() -> tend(asked, request, report));
    } catch (IllegalArgumentException | RejectedExecutionException e) {
      report.completeExceptionally(e);
    }
    return report;
  }

  private void tend(
      CellFile asked, Door.TendReplica request, CompletableFuture<Door.ReplicaReport> report) {
    try {
      requireAtRest(asked.cell());
      Optional<CellFile> held = holdings.of(asked);
      Tending.Done done = Tending.of(held, asked, request);
      switch (done) {
        case LOOKED -> {}
        case AWAITS -> {
          giveUp(held, asked);
          lost.await(asked);
        }
        case RETURNS -> {
          CellFile awaited = held.orElseThrow().among(asked.members());
          bringBack(lost.returning(awaited, request.getConfiguration()), report);
          return;
        }
        case ARRIVES -> {
          giveUp(held, asked);
          bringBack(lost.arriving(asked, request.getConfiguration()), report);
          return;
        }
        case LEAVES -> {
          giveUp(held, asked);
          int returns = held.filter(asked::isOf).map(CellFile::returns).orElse(0);
          leave(asked.after(returns).left(request.getConfiguration()), report);
          return;
        }
      }
      report(asked, report);
    } catch (IOException | RuntimeException e) {
      log.error("cell {} epoch {} not tended", asked.cell(), asked.epoch(), e);
      report.completeExceptionally(e);
    }
  }

  /** What is being opened, or closed for good, is neither there nor gone. */
  private void requireAtRest(CellId cell) throws IOException {
    boolean isOpening =
        Optional.ofNullable(holdings.awake().get(cell)).filter(openings::isUnderWay).isPresent();
    if (isOpening || leaving.containsKey(cell)) {
      throw new IOException("cell " + cell + " is being opened or closed on this node");
    }
  }

  /** What is of an earlier birth goes. */
  private void giveUp(Optional<CellFile> held, CellFile asked) throws IOException {
    if (held.isPresent() && !held.get().isOf(asked)) {
      holdings.dispose(held.get());
    }
  }

  /** In this order: what a crash interrupts is done at the next start. */
  private void leave(CellFile left, CompletableFuture<Door.ReplicaReport> report)
      throws IOException {
    holdings.leave(left);
    leaving.put(left.cell(), System.nanoTime());
    var unused =
        openings
            .host()
            .shut(GroupIds.of(left.cell(), left.epoch()))
            .whenCompleteAsync((done, failure) -> closed(left, failure, report), threads.keeper());
  }

  private void closed(
      CellFile left, @Nullable Throwable failure, CompletableFuture<Door.ReplicaReport> report) {
    leaving.remove(left.cell());
    try {
      if (failure != null) {
        throw new IOException("the replica was not closed", failure);
      }
      lost.clear(left);
      log.info("cell {} epoch {} has left this node", left.cell(), left.epoch());
      report(left, report);
    } catch (IOException e) {
      report.completeExceptionally(e);
    }
  }

  private boolean isLeavingInVain() {
    long now = System.nanoTime();
    return leaving.values().stream()
        .anyMatch(since -> now - since > Watchdog.SHUT_PATIENCE.toNanos());
  }

  private void report(CellFile asked, CompletableFuture<Door.ReplicaReport> report)
      throws IOException {
    Optional<CellFile> held = holdings.of(asked);
    if (held.filter(file -> !holdings.isDurable(file)).isPresent()) {
      report.completeExceptionally(new IOException("what it has is not on its disk yet"));
      return;
    }
    Optional<CellFile> left = held.filter(file -> file.state() == CellFile.State.LEFT);
    if (left.isPresent() && !lost.isClear(left.get())) {
      // It could not be closed, or not be deleted: both once more, in that order.
      leave(left.get(), report);
      return;
    }
    boolean isDue = held.filter(lost::isDue).isPresent();
    report.complete(Tending.report(held, isDue, asked, settings.self()));
  }

  /** Without peers: it stands in no election, and waits until it is added to its group. */
  private void bringBack(CellFile file, CompletableFuture<Door.ReplicaReport> report) {
    var unused =
        openings
            .create(awaken(file), List.of())
            .whenComplete(
                (done, failure) -> {
                  if (failure == null) {
                    log.info("cell {} epoch {} waits to be added", file.cell(), file.epoch());
                    report.complete(
                        Tending.report(Optional.of(file), false, file, settings.self()));
                  } else {
                    // It is closed, if need be, and lost once more, as any that cannot be opened.
                    report.completeExceptionally(failure);
                  }
                });
  }

  private AwakeCell awaken(CellFile file) {
    return holdings.awaken(file, () -> new AwakeCell(context, file));
  }

  private void keep(Keeping what) {
    try {
      threads
          .keeper()
          .execute(
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
    handOvers.handOver(holdings.all(), withinMillis);
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

  /** Closes all cells and the Raft server. */
  @Override
  public void close() throws IOException {
    threads.keeper().shutdown();
    repairs.close();
    floors.close();
    openings.host().close();
    holdings.close();
    threads.close();
  }
}
