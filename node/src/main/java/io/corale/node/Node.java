package io.corale.node;

import io.corale.gossip.ClaimView;
import io.corale.gossip.netty.GossipingOverlay;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.OwnerId;
import io.corale.model.Release;
import io.corale.node.cell.BirthRecords;
import io.corale.node.cell.Cell;
import io.corale.node.cell.CellPorts;
import io.corale.node.cell.CellSettings;
import io.corale.node.cell.Cells;
import io.corale.node.cell.RaftSettings;
import io.corale.node.discover.Accounts;
import io.corale.node.discover.Discoverer;
import io.corale.node.discover.Rounds;
import io.corale.node.disk.DataDirectory;
import io.corale.node.disk.DirectorySync;
import io.corale.node.disk.FreeSpace;
import io.corale.node.door.Authenticator;
import io.corale.node.door.DoorServer;
import io.corale.node.door.OperatorTokens;
import io.corale.node.invoke.Invoker;
import io.corale.node.invoke.Providers;
import io.corale.node.observe.Observatory;
import io.corale.node.observe.OverlayReading;
import io.corale.node.observe.Parts;
import io.corale.node.observe.Watch;
import io.corale.node.observe.WatchedDoor;
import io.corale.node.observe.netty.ObserveServer;
import io.corale.node.observe.ratis.AggregatingRegistries;
import io.corale.node.registry.Registry;
import io.corale.node.registry.ZooKeeperRegistry;
import io.corale.node.route.Claiming;
import io.corale.node.route.DoorGossip;
import io.corale.node.route.DoorPeers;
import io.corale.node.route.DoorReplicas;
import io.corale.node.route.Hallway;
import io.corale.node.seal.KeyFile;
import io.corale.node.seal.KeyRing;
import io.corale.node.step.Compositions;
import io.corale.node.step.Disclosure;
import io.corale.node.step.Dispatch;
import io.corale.node.step.Errands;
import io.corale.node.step.FlowEvaluator;
import io.corale.node.step.Holds;
import io.corale.node.step.LimitsInquiry;
import io.corale.node.step.RegistryEndowment;
import io.corale.node.step.WallCalendar;
import io.corale.node.thread.Aside;
import io.corale.node.thread.FairPool;
import io.corale.node.thread.Narrows;
import io.corale.scheduler.OwnerScheduler;
import io.corale.wire.Freight;
import io.corale.wire.netty.Addresses;
import io.corale.wire.netty.Connections;
import io.corale.wire.netty.DoorLimits;
import io.corale.wire.netty.Introduction;
import io.corale.wire.netty.Reception;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: the only place where rooms are connected. Starting is a list read downwards, closing
 * the same list read upwards.
 */
public final class Node implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Node.class);

  private static final int EVENT_LOOPS = 2;
  private static final int EVALUATORS = Math.max(2, Runtime.getRuntime().availableProcessors());
  private static final int EVALUATION_QUEUE = 4_096;

  /** Of the heap: what large requests, calls' large results and their relays may hold at once. */
  private static final int FREIGHT_SHARE = 8;

  /** Each takes some ten times its size for a moment. */
  private static final int LARGE_EVALUATIONS = 1;

  private static final int LARGE_EVALUATIONS_WAITING = 1_024;

  /** Claims follow elections by no more than this. */
  private static final long CLAIM_MILLIS = 100;

  /** Other keys of the overlay are in force this long after they were put into their file. */
  private static final long KEYS_SECONDS = 10;

  private static final String TWIN =
      "another process lives the same life of this node: somebody has copied its data directory;"
          + " stop the service of one of them before it starts it again: as a later life it would"
          + " retire the other one's data; then start it with an id of its own and an empty"
          + " directory";

  /** A seed that is down refuses at once; one that hangs is not waited for. */
  private static final Duration INQUIRY = Duration.ofSeconds(2);

  /** The overlay itself ends the wait; this is for one that does not tick. */
  static final Duration SYNC_PATIENCE = Duration.ofSeconds(65);

  /** Longer than it takes until two nodes notice that they know different things. */
  private static final Duration SETTLING = Duration.ofSeconds(2);

  /** Together with what closing takes they stay below the ten seconds of a clean stop. */
  private static final Duration HAND_OVER = Duration.ofSeconds(3);

  private static final Duration LEAVE = Duration.ofSeconds(2);

  private final Deque<Part> parts = new ArrayDeque<>();
  private final OwnDisk disk;
  private final Incarnation self;
  private final Cells cells;
  private final GossipingOverlay overlay;
  private final DoorServer door;
  private final Observatory observatory;
  private final boolean isOfACluster;

  /** When it has been ready for a moment, by {@link System#nanoTime}; null until it is ready. */
  private volatile @Nullable Long settlesAt;

  /** Something that was started and is to be closed, with its name for the log. */
  private record Part(String name, AutoCloseable closer) {}

  private Node(NodeConfig config) throws IOException {
    isOfACluster = !config.clusterKey().isEmpty();
    KeyRing keys =
        config.secretKeys().isEmpty() ? KeyRing.none() : KeyFile.read(Path.of(config.secretKeys()));
    DataDirectory data = part("data", DataDirectory.open(Path.of(config.data()), "node"));
    disk = OwnDisk.of(data, config.node(), Instant.now());
    self = disk.self();
    EventLoopGroup loops = loops();
    observatory = new Observatory(self, Release.VERSION, AggregatingRegistries.ofProcess());
    if (!config.observe().isEmpty()) {
      InetSocketAddress address = Addresses.parse(config.observe());
      part("observe", ObserveServer.open(loops, address, observatory.paths()));
    }
    Watch watch = observatory.watch();
    Freight freight = freight();
    Freight answers = freight();
    Narrows narrows = new Narrows(LARGE_EVALUATIONS, LARGE_EVALUATIONS_WAITING);
    ScheduledThreadPoolExecutor timer = timer("timer");
    FairPool<OwnerId> evaluation =
        part(
            "evaluation",
            FairPool.start(
                "admit",
                EVALUATORS,
                EVALUATION_QUEUE,
                (owner, nanos) -> watch.waited("admit", owner, nanos)));
    Aside aside = Aside.of(evaluation, narrows, timer);
    Registry registry =
        part(
            "registry",
            new ZooKeeperRegistry(
                config.zookeeper(),
                config.cluster(),
                ZooKeeperRegistry.PATIENCE,
                Clock.systemUTC(),
                watch));
    Rounds rounds = new Rounds(config.askLimitsEvery(), new SecureRandom());
    Invoker invoker =
        part(
            "invoker",
            new Invoker(
                Providers.open(config.providers().withDoor(config.door()).within(freight)),
                timer,
                System::nanoTime,
                rounds.watching(watch, System::nanoTime),
                aside));
    Connections connections =
        part(
            "connections",
            new Connections(
                loops,
                Introduction.ofNode(self, config.cluster(), config.clusterKey(), Release.VERSION),
                freight));
    OverlayOpening opening = new OverlayOpening(config, self);
    overlay =
        part("overlay", opening.overlay(disk.lives(), watch.watched(new DoorGossip(connections))));
    opening.bind(overlay); // A port that is taken must cost no life, and open no replica.
    requireItsDisk();

    Compositions compositions = new Compositions();
    RegistryEndowment endowment =
        new RegistryEndowment(registry, evaluation, Clock.systemUTC(), compositions);
    // Cells send by the dispatch, which forwards by the hallway, which looks into the cells.
    DoorReplicas replicas = new DoorReplicas(connections);
    CompletableFuture<Hallway> hallway = new CompletableFuture<>();
    Disclosure disclosure = new Disclosure(keys);
    Dispatch dispatch =
        new Dispatch(
            compositions,
            disclosure,
            invoker,
            Errands.of(hallway.thenApply(Hallway::errands)),
            new Holds(freight, timer, aside),
            Clock.systemUTC());
    cells =
        part(
            "cells",
            Cells.start(
                cellSettings(config, data),
                new CellPorts(
                    BirthRecords.of(registry),
                    replicas,
                    replicas,
                    overlay,
                    this::mayMoreCome,
                    endowment,
                    dispatch,
                    new FlowEvaluator(compositions),
                    narrows,
                    new WallCalendar(Clock.systemUTC()),
                    (cell, epoch, what) ->
                        hallway.thenAccept(h -> h.witness().tell(cell, epoch, what)),
                    watch)));
    Discoverer discoverer =
        part(
            "discovery",
            new Discoverer(
                new Discoverer.Surroundings(
                    Accounts.of(registry),
                    cells::all,
                    new LimitsInquiry(disclosure, invoker)::ask,
                    Hallway::objection,
                    evaluation::of,
                    System::nanoTime,
                    Clock.systemUTC(),
                    watch),
                rounds));
    Authenticator authenticator =
        new Authenticator(new OperatorTokens(config.operatorTokens(), registry::token));
    hallway.complete(
        Hallway.of(
            new Hallway.Surroundings(
                self.node(),
                registry,
                cells,
                overlay,
                new DoorPeers(connections),
                authenticator,
                invoker::faults,
                keys,
                compositions,
                endowment,
                discoverer,
                evaluation,
                narrows,
                freight,
                timer,
                watch.watched(overlay::answer),
                observatory.scrape(),
                watch)));
    door = part("door", door(config, loops, hallway.join(), freight, answers));
    observatory.observe(
        new Parts(
            registry,
            overlay,
            overlay::isSynced,
            cells,
            invoker::outstanding,
            door::load,
            freight::reading,
            answers::reading,
            () -> OverlayReading.of(overlay, opening.isKeyFileGood())));
    overlay.start();
    timer.scheduleWithFixedDelay(this::tick, 0, CLAIM_MILLIS, TimeUnit.MILLISECONDS);
    timer.scheduleWithFixedDelay(cells::tick, 1, 1, TimeUnit.SECONDS);
    // What may be held up: a load by a long turn, the keys by a mount that hangs.
    ScheduledThreadPoolExecutor loads = timer("loads");
    loads.scheduleWithFixedDelay(this::load, 1, 1, TimeUnit.SECONDS);
    loads.scheduleWithFixedDelay(
        () -> opening.rotate(overlay), KEYS_SECONDS, KEYS_SECONDS, TimeUnit.SECONDS);
    timer("limits").scheduleWithFixedDelay(discoverer::tick, 1, 1, TimeUnit.SECONDS);
  }

  /**
   * Starts a node; returns when it takes requests and has heard of the others.
   *
   * @throws IOException if a port, the data directory or the keys cannot be used; the message says
   *     which
   */
  public static Node start(NodeConfig config) throws IOException, InterruptedException {
    Node node = new Node(config);
    node.awaitSync();
    node.settlesAt = System.nanoTime() + SETTLING.toNanos();
    node.observatory.started();
    log.info(
        "node {} is ready: door {}, raft {}:{}",
        node.self,
        config.door(),
        config.raftHost(),
        config.raftPort());
    return node;
  }

  /** Who joined at the same time by the same seed is heard of a moment later. */
  private boolean mayMoreCome() {
    Long until = settlesAt;
    return isOfACluster && (until == null || System.nanoTime() - until < 0);
  }

  private void awaitSync() throws InterruptedException {
    long until = System.nanoTime() + SYNC_PATIENCE.toNanos();
    while (isWaiting(overlay.isSynced(), givenUp(), until - System.nanoTime())) {
      Thread.sleep(CLAIM_MILLIS / 2);
    }
  }

  /** Whoever must end does so at once: its replicas vote as long as it waits. */
  static boolean isWaiting(boolean isSynced, Optional<String> givenUp, long leftNanos) {
    return !isSynced && givenUp.isEmpty() && leftNanos > 0;
  }

  private EventLoopGroup loops() {
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            EVENT_LOOPS, new DefaultThreadFactory("door-io", true), NioIoHandler.newFactory());
    part("event loops", () -> loops.shutdownGracefully(0, 1, TimeUnit.SECONDS));
    return loops;
  }

  private ScheduledThreadPoolExecutor timer(String name) {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory(name, true));
    timer.setRemoveOnCancelPolicy(true);
    part(name, timer::shutdownNow);
    return timer;
  }

  /** Before anything is started of what this disk has: it may be one of former days (rule 6). */
  private void requireItsDisk() throws IOException {
    try {
      overlay.inquire().get(INQUIRY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.debug("node {}: a seed has not answered; what it knows is heard later", self);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    disk.begin(overlay.otherLife());
  }

  private CellSettings cellSettings(NodeConfig config, DataDirectory data) throws IOException {
    Path directory = data.within("raft");
    if (DirectorySync.of(directory) == DirectorySync.NOT_SYNCED) {
      log.warn(
          "node {}: renamed files in {} are not synced: a power cut may undo the last vote of an"
              + " election; on ext4 'chattr -R +D {}' changes that",
          self,
          directory,
          directory);
    }
    RaftSettings raft =
        new RaftSettings(
            directory,
            config.raftHost(),
            config.raftHost(),
            config.raftPort(),
            config.electionMin(),
            config.electionMax());
    return new CellSettings(
        self,
        config.door(),
        raft,
        config.snapshots(),
        config.checkEvery(),
        config.replaceAfter(),
        FreeSpace.of(directory, config.diskLow()),
        new SecureRandom());
  }

  /**
   * A node with a small heap has room for three of the largest frames all the same: one that ends
   * work, and two of new work, as much as is made of the largest arguments.
   */
  private static Freight freight() {
    long share = Runtime.getRuntime().maxMemory() / FREIGHT_SHARE;
    long capacity = Math.max(3L * DoorLimits.MAX_FRAME_BYTES, share);
    return new Freight(capacity, Math.max(DoorLimits.MAX_FRAME_BYTES, capacity / 4));
  }

  private DoorServer door(
      NodeConfig config, EventLoopGroup loops, Hallway hallway, Freight freight, Freight answers)
      throws IOException {
    Reception reception =
        Reception.of(self, config.cluster(), config.clusterKey(), Release.VERSION);
    InetSocketAddress address = Addresses.parse(config.door());
    WatchedDoor intake = new WatchedDoor(observatory.metrics(), hallway.intake());
    DoorServer server =
        config.insecure()
            ? DoorServer.openInsecurely(loops, address, reception, intake, freight, answers)
            : DoorServer.open(loops, address, reception, intake, freight, answers);
    server.watchBy(intake);
    return server;
  }

  private void tick() {
    observatory.ticked();
    claim();
  }

  /**
   * Tells the overlay how much waits at the schedulers that this node leads. A long turn of one of
   * them may hold it up, so no claim waits behind it.
   */
  private void load() {
    try {
      Map<CellId, Long> pending = new LinkedHashMap<>();
      cells.all().stream().filter(Cell::isSuperpeer).forEach(cell -> add(pending, cell));
      overlay.load(pending, 0);
    } catch (RuntimeException e) {
      log.error("node {}: its load is not told; the next time is soon", self, e);
    }
  }

  /** One that cannot be read, since it is closing, must not hide the others. */
  private void add(Map<CellId, Long> pending, Cell cell) {
    try {
      pending.put(cell.id(), (long) cell.read(OwnerScheduler::live));
    } catch (RuntimeException e) {
      log.debug("node {}: the load of cell {} is not told", self, cell.id(), e);
    }
  }

  /** Tells the overlay what this node leads and follows. */
  private void claim() {
    try {
      List<ClaimView> claims = new ArrayList<>();
      for (Cell cell : cells.all()) {
        if (cell.outOfOrder().isEmpty()) {
          claims.add(Claiming.of(self, cell));
        }
      }
      overlay.claim(claims);
    } catch (RuntimeException e) {
      log.error("node {}: claims not told; the next time is soon", self, e);
    }
  }

  /** Why it must end, in words that follow on its name: only a new process helps. */
  public Optional<String> givenUp() {
    return disk.strange(overlay.otherLife())
        .or(() -> overlay.hasTwin() ? Optional.of(TWIN) : Optional.empty())
        .or(cells::givenUp);
  }

  /** This life of this node. */
  public Incarnation incarnation() {
    return self;
  }

  /** Hands over what it leads, answers what is open, then closes everything. */
  @Override
  public void close() {
    log.info("node {} is leaving", self);
    observatory.leaving();
    overlay.leave();
    cells.handOver(HAND_OVER.toMillis());
    door.leave(LEAVE);
    while (!parts.isEmpty()) {
      Part last = parts.pop();
      try {
        last.closer.close();
      } catch (Exception e) {
        log.warn("node {}: {} did not close cleanly: {}", self, last.name, e.toString());
      }
    }
    log.info("node {} has left", self);
  }

  private <T extends AutoCloseable> T part(String name, T closer) {
    parts.push(new Part(name, closer));
    return closer;
  }
}
