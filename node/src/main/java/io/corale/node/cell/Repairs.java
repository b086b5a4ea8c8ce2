package io.corale.node.cell;

import io.corale.model.CellId;
import io.corale.model.NodeId;
import io.corale.node.cell.Caretaker.Has;
import io.corale.node.cell.Caretaker.Member;
import io.corale.node.cell.Caretaker.Role;
import io.corale.node.cell.Caretaker.Step;
import io.corale.node.cell.Caretaker.Word;
import io.corale.node.place.Replication;
import io.corale.node.registry.BornMember;
import io.corale.node.thread.Daemons;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Urgency;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the members of the cells that this node leads, and has {@link RepairSteps} do for
 * them what {@link Caretaker} and {@link Moves} decide (rules 6, 27 and 28).
 *
 * <p>While all members answer Raft, and nobody comes or goes, nobody is asked anything. Before each
 * step a barrier says that this node still leads, <em>after</em> the member has said what it has:
 * so a superpeer that slept does not take an old configuration for the one in which that member
 * counts, or counts no more.
 *
 * <p>All of it happens on a thread of its own, the caretaker's; what takes time does not block it.
 */
final class Repairs implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Repairs.class);

  /** Between two looks at the members of cells that this node leads; each costs microseconds. */
  private static final long LOOK_MILLIS = 1_000;

  /** After a step the next one is likely to be due. */
  private static final long SOON_MILLIS = 100;

  /** After a step that failed: what it waits for is a node that starts, or an election. */
  private static final long PAUSE_MILLIS = 5_000;

  /** Whoever is brought up to date answers every second while its node is there. */
  private static final long STAGING_SILENT_MILLIS = 30_000;

  private static final Set<Has> ON_THEIR_WAY =
      EnumSet.of(Has.LOST, Has.AWAITED, Has.RETURNING, Has.ARRIVING);

  private final NodeId self;
  private final RaftHost host;
  private final Members members;
  private final Moves moves;
  private final RepairSteps steps;
  private final CellWatch watch;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new Daemons("caretaker"));
  private final Map<CellId, Case> cases = new LinkedHashMap<>();

  /** Outlive elections, which moves that come to nothing may cause. */
  private final Map<CellId, Moves.Course> courses = new LinkedHashMap<>();

  /** Who is on its way, by its own last word; read by any thread. */
  private final Map<CellId, SortedMap<NodeId, String>> absent = new ConcurrentHashMap<>();

  /** A cell that this node leads, in one term. */
  private static final class Case {
    private final long term;
    private final Caretaker caretaker = new Caretaker();
    private final Moves.Course course;
    private boolean isBusy;
    private boolean isMoving;

    /** Which look it is; a step that comes after the next one is not taken. */
    private int looks;

    private long notBeforeNanos = System.nanoTime();

    private Case(long term, Moves.Course course) {
      this.term = term;
      this.course = course;
    }
  }

  Repairs(
      NodeId self,
      RaftHost host,
      Members members,
      Moves moves,
      RepairSteps steps,
      CellWatch watch) {
    this.self = self;
    this.host = host;
    this.members = members;
    this.moves = moves;
    this.steps = steps;
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
    courses.keySet().removeIf(id -> cells.stream().noneMatch(c -> c.id().equals(id)));
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
            (id, old) ->
                old != null && old.term == cell.term()
                    ? old
                    : new Case(
                        cell.term(),
                        courses.computeIfAbsent(id, first -> new Moves.Course(System.nanoTime()))));
    Optional<GroupView> view = host.view(cell.raftGroup());
    if (System.nanoTime() - one.notBeforeNanos < 0 || view.isEmpty()) {
      return;
    }
    if (view.get().isStagingInVain(STAGING_SILENT_MILLIS)
        || (view.get().isStable()
            && view.get().isStaging()
            && moves.isStagedTooLong(seen(cell, view.get()), one.course))) {
      log.warn(
          "cell {} epoch {} brings up to date who does not answer: it elects anew, to end that",
          cell.id(),
          cell.epoch());
      one.notBeforeNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
      var unused = host.stepDown(cell.raftGroup()).exceptionally(failure -> null);
      return;
    }
    if (one.isBusy) {
      return;
    }
    if (view.get().isStable() && !view.get().isStaging()) {
      look(cell, one, view.get());
    }
  }

  private void look(AwakeCell cell, Case one, GroupView view) {
    Company company = moves.company(seen(cell, view), one.course);
    one.isMoving = company.move().isPresent();
    if (isAtRest(company, view, cell)) {
      absent.remove(cell.id());
      if (isMoveDue(cell, one, view)) {
        one.isBusy = true;
        var unused =
            CompletableFuture.completedFuture(view)
                .thenCompose(seen -> begin(cell, one))
                .whenCompleteAsync((done, failure) -> ended(cell, one, done, failure), thread);
      }
      return;
    }
    one.isBusy = true;
    int look = ++one.looks;
    var unused =
        CompletableFuture.completedFuture(view)
            .thenCompose(seen -> members.ask(cell, company, seen))
            .thenComposeAsync(
                others -> {
                  absent.put(cell.id(), absent(others));
                  return one.caretaker
                      .next(cell.isBack(), others, company.change(self))
                      .map(step -> take(cell, one, look, company, view, step))
                      .orElseGet(
                          () ->
                              isMoveDue(cell, one, view)
                                  ? begin(cell, one)
                                  : CompletableFuture.completedFuture(false));
                },
                thread)
            .whenCompleteAsync((done, failure) -> ended(cell, one, done, failure), thread);
  }

  private boolean isMoveDue(AwakeCell cell, Case one, GroupView view) {
    return moves.plan(seen(cell, view), one.course, openMoves()).isPresent();
  }

  private static Moves.Seen seen(AwakeCell cell, GroupView view) {
    return new Moves.Seen(
        cell.id(),
        cell.activeFormat(),
        cell.company(),
        view,
        System.nanoTime(),
        cell.read(OwnerScheduler::nowMicros));
  }

  private int openMoves() {
    return Math.toIntExact(cases.values().stream().filter(it -> it.isMoving).count());
  }

  /** Who is on its way to a cell that this node leads: what it has of it, in a word. */
  SortedMap<NodeId, String> absent(CellId cell) {
    return absent.getOrDefault(cell, Collections.emptySortedMap());
  }

  private static SortedMap<NodeId, String> absent(List<Member> members) {
    SortedMap<NodeId, String> all = new TreeMap<>();
    for (Member each : members) {
      each.word()
          .filter(word -> each.role() != Role.GONE)
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

  /** A former member that is away is asked when it is there again. */
  private boolean isAtRest(Company company, GroupView view, AwakeCell cell) {
    boolean isAnyoneMissing =
        members.others(company.members()).stream()
            .anyMatch(it -> !view.hasVoter(it.raftPeer()) || !members.isHeard(it, view));
    boolean isAnyoneLeft =
        company.with(Role.GONE).stream().anyMatch(it -> members.isThere(it, cell.activeFormat()));
    return !isAnyoneMissing && !isAnyoneLeft && company.move().isEmpty();
  }

  /** Opens the move that is due, if it still is, once this node has made sure that it leads. */
  private CompletableFuture<Boolean> begin(AwakeCell cell, Case one) {
    return cell.barrier()
        .thenComposeAsync(
            reply -> {
              Optional<GroupView> view = host.view(cell.raftGroup()).filter(GroupView::isStable);
              if (!(reply instanceof Reply.Applied) || cell.term() != one.term || view.isEmpty()) {
                return CompletableFuture.completedFuture(false);
              }
              Company company = cell.company();
              Optional<Replication.Plan> plan =
                  moves.plan(seen(cell, view.get()), one.course, openMoves());
              if (plan.isEmpty()) {
                return CompletableFuture.completedFuture(false);
              }
              log.info(
                  "cell {} epoch {} term {} {}: it adds {} and removes {}",
                  cell.id(),
                  cell.epoch(),
                  one.term,
                  plan.get().why(),
                  plan.get().add(),
                  plan.get().remove().map(NodeId::value).orElse("nobody"));
              one.isMoving = true; // Before the next cell is looked at.
              return RepairSteps.applied(
                      cell.propose(moves.begin(company, plan.get()), Urgency.RESULT))
                  .thenApply(
                      done -> {
                        watch.repaired(cell.id(), "move");
                        return true;
                      });
            },
            thread);
  }

  private CompletableFuture<Boolean> take(
      AwakeCell cell, Case one, int look, Company company, GroupView seen, Step step) {
    return steps
        .prepare(cell, company, step, seen)
        .thenCompose(prepared -> cell.barrier())
        .thenComposeAsync(
            reply -> {
              GroupView view = host.view(cell.raftGroup()).filter(GroupView::isStable).orElse(null);
              if (!(reply instanceof Reply.Applied barrier)
                  || cell.term() != one.term
                  || look != one.looks
                  || view == null
                  || !moves.company(seen(cell, view), one.course).equals(company)
                  || !fits(company, step, view)) {
                throw new IllegalStateException(step + " is overtaken: " + reply);
              }
              log.info(
                  "cell {} epoch {} term {} repairs {}: {}",
                  cell.id(),
                  cell.epoch(),
                  one.term,
                  step.node(),
                  step.what());
              // All configurations before this entry are without the member, or with it.
              long index = Math.max(barrier.index(), view.index());
              return steps
                  .take(
                      cell,
                      company,
                      step,
                      view,
                      index,
                      () -> moves.end(one.course, company, step.token(), index, System.nanoTime()))
                  .thenApply(
                      done -> {
                        watch.repaired(
                            cell.id(),
                            step.what().name().toLowerCase(Locale.ROOT).replace('_', '-'));
                        return true;
                      });
            },
            thread);
  }

  /** Whether a step still fits, as {@link Caretaker#fits} has it. */
  static boolean fits(Company company, Step step, GroupView view) {
    BornMember member = company.find(step.node()).orElseThrow();
    Role role = company.roleOf(step.node()).orElseThrow();
    return Caretaker.fits(
        step.what(), role, view.hasVoter(member.raftPeer()), view.voters().size());
  }
}
