package io.corale.node.cell;

import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.node.cell.Caretaker.Has;
import io.corale.node.cell.Caretaker.Member;
import io.corale.node.cell.Caretaker.Step;
import io.corale.node.cell.Caretaker.Word;
import io.corale.node.registry.Birth;
import io.corale.node.registry.BornMember;
import io.corale.node.thread.Daemons;
import io.corale.wire.Door;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the members of the cells that this node leads, and does for them what {@link
 * Caretaker} decides (rule 6).
 *
 * <p>While all members answer Raft nobody is asked anything. Before each step a barrier says that
 * this node still leads, <em>after</em> the member has said what it has: so a superpeer that slept
 * does not take an old configuration for the one in which that member counts, or counts no more.
 *
 * <p>All of it happens on a thread of its own, the caretaker's; what takes time does not block it.
 */
final class Repairs implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Repairs.class);

  /** Between two looks at the members of cells that this node leads; each costs microseconds. */
  private static final long LOOK_MILLIS = 1_000;

  /** Heartbeats come twice in the shortest of them, so this is no pause of a moment. */
  private static final int SILENT_ELECTIONS = 2;

  /** Behind by so much a member still counts as current: a moment's work. */
  private static final long MOST_LAG = 1_000;

  /** After a step the next one is likely to be due. */
  private static final long SOON_MILLIS = 100;

  /** After a step that failed: what it waits for is a node that starts, or an election. */
  private static final long PAUSE_MILLIS = 5_000;

  /** A configuration that is not committed by then is looked at anew, and may still be. */
  private static final long STEP_SECONDS = 120;

  private static final Set<Has> ON_THEIR_WAY = EnumSet.of(Has.LOST, Has.AWAITED, Has.RETURNING);

  private final NodeId self;
  private final RaftHost host;
  private final long silentMillis;
  private final Overlay overlay;
  private final Builds builds;
  private final ReplicaTender tender;
  private final CellWatch watch;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new Daemons("caretaker"));
  private final Map<CellId, Case> cases = new LinkedHashMap<>();

  /** Who is on its way back, by its own last word; read by any thread. */
  private final Map<CellId, SortedMap<NodeId, String>> absent = new ConcurrentHashMap<>();

  /** A cell that this node leads, in one term. */
  private static final class Case {
    private final long term;
    private final Caretaker caretaker = new Caretaker();
    private boolean isBusy;

    /** Which look it is; a step that comes after the next one is not taken. */
    private int looks;

    private long notBeforeNanos = System.nanoTime();

    private Case(long term) {
      this.term = term;
    }
  }

  Repairs(NodeId self, RaftHost host, Overlay overlay, ReplicaTender tender, CellWatch watch) {
    this.self = self;
    this.host = host;
    this.silentMillis = SILENT_ELECTIONS * host.settings().electionMax().toMillis();
    this.overlay = overlay;
    this.builds = new Builds(overlay);
    this.tender = tender;
    this.watch = watch;
  }

  /**
   * Begins.
   *
   * @param cells all that are awake on this node
   */
  void start(Supplier<Collection<AwakeCell>> cells) {
    var unused =
        thread.scheduleWithFixedDelay(
            () -> look(cells.get()), LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Begins no further step; one that is under way may still come to its end. */
  @Override
  public void close() {
    thread.shutdownNow();
  }

  /** One look at all cells of this node; never throws. */
  private void look(Collection<AwakeCell> cells) {
    absent.keySet().removeIf(id -> cells.stream().noneMatch(c -> c.id().equals(id)));
    cases.keySet().removeIf(id -> cells.stream().noneMatch(c -> c.id().equals(id)));
    cells.forEach(this::lookSafely);
  }

  /** What is wrong with one cell must not keep the others from being looked after. */
  private void lookSafely(AwakeCell cell) {
    try {
      look(cell);
    } catch (RuntimeException e) {
      log.error("cell {} is not looked after", cell.id(), e);
    }
  }

  private void look(AwakeCell cell) {
    if (!cell.isSuperpeer()) {
      cases.remove(cell.id());
      absent.remove(cell.id());
      return;
    }
    Case one =
        cases.compute(
            cell.id(),
            (id, old) -> old != null && old.term == cell.term() ? old : new Case(cell.term()));
    Optional<GroupView> view = host.view(group(cell)).filter(GroupView::isStable);
    if (one.isBusy || System.nanoTime() - one.notBeforeNanos < 0 || view.isEmpty()) {
      return;
    }
    if (!isAnyoneMissing(cell, view.get())) {
      absent.remove(cell.id());
      return;
    }
    one.isBusy = true;
    int look = ++one.looks;
    var unused =
        CompletableFuture.completedFuture(view.get())
            .thenCompose(seen -> ask(cell, seen))
            .thenComposeAsync(
                members -> {
                  absent.put(cell.id(), absent(members));
                  return one.caretaker
                      .next(cell.isBack(), members)
                      .map(step -> take(cell, one, look, step).thenApply(done -> true))
                      .orElseGet(() -> CompletableFuture.completedFuture(false));
                },
                thread)
            .whenCompleteAsync((done, failure) -> ended(cell, one, done, failure), thread);
  }

  /** Who is on its way back to a cell that this node leads: what it has of it, in a word. */
  SortedMap<NodeId, String> absent(CellId cell) {
    return absent.getOrDefault(cell, Collections.emptySortedMap());
  }

  private static SortedMap<NodeId, String> absent(List<Member> members) {
    SortedMap<NodeId, String> all = new TreeMap<>();
    for (Member each : members) {
      each.word()
          .map(Word::has)
          .filter(has -> ON_THEIR_WAY.contains(has))
          .ifPresent(has -> all.put(each.node(), has.name().toLowerCase(Locale.ROOT)));
    }
    return Collections.unmodifiableSortedMap(all);
  }

  private void ended(AwakeCell cell, Case one, Boolean done, Throwable failure) {
    one.isBusy = false;
    if (failure != null) {
      watch.repairFailed(cell.id());
      one.notBeforeNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
      log.warn(
          "cell {} epoch {}: repair goes on later: {}", cell.id(), cell.epoch(), cause(failure));
    } else if (done) {
      var unused = thread.schedule(() -> lookSafely(cell), SOON_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private static String cause(Throwable failure) {
    return String.valueOf(failure.getCause() == null ? failure : failure.getCause());
  }

  private List<BornMember> others(AwakeCell cell) {
    return cell.file().members().stream()
        .filter(member -> !member.incarnation().node().equals(self))
        .toList();
  }

  private boolean isAnyoneMissing(AwakeCell cell, GroupView view) {
    return others(cell).stream().anyMatch(member -> isMissing(member, view));
  }

  private boolean isMissing(BornMember member, GroupView view) {
    return !view.hasVoter(member.raftPeer()) || !isHeard(member, view);
  }

  private boolean isHeard(BornMember member, GroupView view) {
    return view.follower(member.raftPeer())
        .filter(follower -> follower.silentMillis() < silentMillis)
        .isPresent();
  }

  /**
   * All who are alive are asked, also those who answer Raft: they may not be back themselves. Of
   * one whose build cannot read what is active nobody brings a replica back: it would stop at its
   * first entry (rule 36).
   */
  private CompletableFuture<List<Member>> ask(AwakeCell cell, GroupView view) {
    List<CompletableFuture<Member>> all = new ArrayList<>();
    for (BornMember member : others(cell)) {
      CompletableFuture<Optional<Word>> word = CompletableFuture.completedFuture(Optional.empty());
      Optional<NodeView> node =
          nodeOf(member).filter(it -> builds.reads(it.raftPeer(), cell.activeFormat()));
      if (node.isPresent()) {
        word =
            tender
                .tend(node.get(), request(cell, Door.TendReplica.Wish.LOOK).build())
                .handle((report, failure) -> Optional.ofNullable(report).map(Repairs::word));
      }
      boolean isCurrent =
          isHeard(member, view)
              && view.follower(member.raftPeer()).filter(f -> f.lag() < MOST_LAG).isPresent();
      all.add(
          word.thenApply(
              said ->
                  new Member(
                      member.incarnation(), view.hasVoter(member.raftPeer()), isCurrent, said)));
    }
    return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
        .thenApply(done -> all.stream().map(CompletableFuture::join).toList());
  }

  /** What a member has said. */
  static Word word(Door.ReplicaReport report) {
    Has has =
        switch (report.getState()) {
          case NONE -> Has.NOTHING;
          case LOST -> Has.LOST;
          case AWAITED -> Has.AWAITED;
          case RETURNING -> Has.RETURNING;
          case HELD -> Has.HELD;
          case OTHER, UNRECOGNIZED -> Has.OTHER;
        };
    Incarnation life =
        new Incarnation(
            new NodeId(report.getIncarnation().getNode()), report.getIncarnation().getBoot());
    return new Word(has, life, report.getToken(), report.getDue());
  }

  /** The node at the address that the group's configuration has, or had, for this member. */
  private Optional<NodeView> nodeOf(BornMember member) {
    return overlay.nodes().stream()
        .filter(node -> node.state() == NodeView.State.ALIVE)
        .filter(node -> node.incarnation().node().equals(member.incarnation().node()))
        .filter(node -> node.raftPeer().equals(member.raftPeer()))
        .findFirst();
  }

  private CompletableFuture<Void> take(AwakeCell cell, Case one, int look, Step step) {
    return cell.barrier()
        .thenComposeAsync(
            reply -> {
              GroupView view = host.view(group(cell)).filter(GroupView::isStable).orElse(null);
              if (!(reply instanceof Reply.Applied)
                  || cell.term() != one.term
                  || look != one.looks
                  || view == null
                  || !fits(cell, step, view)) {
                throw new IllegalStateException(step + " is overtaken: " + reply);
              }
              log.info(
                  "cell {} epoch {} term {} repairs {}: {}",
                  cell.id(),
                  cell.epoch(),
                  one.term,
                  step.node(),
                  step.what());
              return perform(cell, step, view)
                  .thenRun(
                      () -> watch.repaired(cell.id(), step.what().name().toLowerCase(Locale.ROOT)));
            },
            thread)
        .orTimeout(STEP_SECONDS, TimeUnit.SECONDS);
  }

  private boolean fits(AwakeCell cell, Step step, GroupView view) {
    boolean isVoter = view.hasVoter(member(cell, step).raftPeer());
    return Caretaker.fits(step.what(), isVoter, view.voters().size());
  }

  private CompletableFuture<Void> perform(AwakeCell cell, Step step, GroupView view) {
    BornMember member = member(cell, step);
    return switch (step.what()) {
      case AWAIT -> tend(member, request(cell, Door.TendReplica.Wish.AWAIT).setToken(step.token()));
      case RETURN ->
          tend(
              member,
              request(cell, Door.TendReplica.Wish.RETURN)
                  .setToken(step.token())
                  .setConfiguration(view.index()));
      case REMOVE ->
          host.reconfigure(
              group(cell),
              view,
              view.voters().stream()
                  .filter(peer -> !peer.getId().toString().equals(member.raftPeer()))
                  .toList());
      case ADD -> {
        List<RaftPeer> all = new ArrayList<>(view.voters());
        all.add(RaftHost.peer(member));
        yield host.reconfigure(group(cell), view, all);
      }
    };
  }

  private CompletableFuture<Void> tend(BornMember member, Door.TendReplica.Builder wish) {
    return nodeOf(member)
        .map(node -> tender.tend(node, wish.build()).<Void>thenApply(done -> null))
        .orElseGet(
            () -> CompletableFuture.failedFuture(new IllegalStateException(member + " is away")));
  }

  private BornMember member(AwakeCell cell, Step step) {
    return others(cell).stream()
        .filter(member -> member.incarnation().node().equals(step.node()))
        .findFirst()
        .orElseThrow();
  }

  private static Door.TendReplica.Builder request(AwakeCell cell, Door.TendReplica.Wish wish) {
    CellFile file = cell.file();
    Birth birth = new Birth(Birth.State.OPEN, file.epoch(), file.nonce(), file.members());
    return Door.TendReplica.newBuilder()
        .setReplica(Births.request(file.cell(), birth))
        .setWish(wish);
  }

  private static RaftGroupId group(AwakeCell cell) {
    return GroupIds.of(cell.id(), cell.epoch());
  }
}
