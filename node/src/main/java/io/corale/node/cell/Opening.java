package io.corale.node.cell;

import io.corale.node.cell.ReplicaCreator.Created;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.OwnerScheduler;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a superpeer does before the first acknowledgement of a cell's life (rule 2): it puts all
 * that is needed to schedule into the log, and opens the birth record.
 *
 * <pre>
 *   Opened ──▶ what the registry has of its owner ──▶ BORN to OPEN ──▶ its schedules ──▶ serve
 *                                                         └──▶ stillborn: a later birth stands
 * </pre>
 *
 * <p>Every step may be repeated, and is after a pause when it fails, for as long as this node leads
 * the term. Once it is known on disk that the record is OPEN it serves at once, for an owner
 * already served does not need the registry, and reads there what is new afterwards. Confined to
 * the cell's thread.
 */
final class Opening {
  private static final Logger log = LoggerFactory.getLogger(Opening.class);

  /** While the registry is away, births wait; this does not hurry it. */
  private static final long RETRY_MILLIS = 1_000;

  /** A node that takes many cells over does not read the registry for all of them at once. */
  private static final long MOST_NEWS_DELAY_MILLIS = 2_000;

  /** What is new can wait, and an outage of the registry may be long. */
  private static final long NEWS_RETRY_SECONDS = 10;

  /** Between two looks whether a format has been activated, which takes an entry or two. */
  private static final long LOOK_MILLIS = 20;

  /** Five seconds. */
  private static final int MOST_LOOKS = 250;

  /** Between two requests to a member that has not created its replica yet. */
  private static final long COMPLETE_SECONDS = 5;

  private final AwakeCell cell;
  private final CellContext context;
  private final Executor onThread;
  private final Function<Command, CompletableFuture<Reply>> append;

  /** Whether the cell was given what its owner has while not all of that could be said. */
  private boolean isBehind;

  /**
   * @param append proposes past those who wait for the opening
   */
  Opening(
      AwakeCell cell,
      CellContext context,
      Executor onThread,
      Function<Command, CompletableFuture<Reply>> append) {
    this.cell = cell;
    this.context = context;
    this.onThread = onThread;
    this.append = append;
  }

  /** Begins, in a term in which this node has just taken over. */
  void begin(long term) {
    CellFile file = cell.file();
    if (file.isOpen()) {
      cell.serve(term);
      refresh(term);
      return;
    }
    var unused =
        enter(file)
            .thenCompose(entered -> context.endowment().of(cell))
            .thenComposeAsync(
                endowment -> sayable(endowment, MOST_LOOKS).thenApply(looked -> endowment),
                onThread)
            .thenComposeAsync(endowment -> open(file, endowment), onThread)
            .whenCompleteAsync((verdict, failure) -> end(term, verdict, failure), onThread);
  }

  /**
   * Waits until all that the owner has can be said: accounts without all their limits would be
   * missing when the first work comes, which would fail for it, and without its terms more would be
   * taken on than it agreed to. Nobody waits for a member that cannot read it.
   */
  private CompletableFuture<Void> sayable(List<Command> endowment, int looksLeft) {
    boolean isSayable = cell.activeFormat() >= formatOf(endowment, commonFormat());
    if (isSayable || looksLeft == 0) {
      return CompletableFuture.allOf();
    }
    cell.hearOfBuilds();
    Executor later =
        CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS, onThread);
    return CompletableFuture.runAsync(() -> {}, later)
        .thenComposeAsync(then -> sayable(endowment, looksLeft - 1), onThread);
  }

  private int commonFormat() {
    return context.builds().readers(cell.participants()).common();
  }

  /** The format that it takes to say as much of this as all members can read. */
  static int formatOf(List<Command> commands, int common) {
    return commands.stream()
        .mapToInt(Entry::format)
        .filter(format -> format <= common)
        .max()
        .orElse(Entry.BASE_FORMAT);
  }

  /** What runs by itself comes last: of two births that are both furnished, one must not run. */
  private CompletableFuture<Births.Verdict> open(CellFile file, List<Command> endowment) {
    isBehind = cell.activeFormat() < Entry.NEWEST_FORMAT;
    Map<Boolean, List<Command>> parts =
        endowment.stream().collect(Collectors.partitioningBy(Command.Schedule.class::isInstance));
    return appendAll(parts.getOrDefault(false, List.of()))
        .thenCompose(appended -> context.births().open(file.cell(), file.epoch(), file.nonce()))
        .thenComposeAsync(
            verdict ->
                verdict == Births.Verdict.OPEN
                    ? appendAll(parts.getOrDefault(true, List.of())).thenApply(done -> verdict)
                    : CompletableFuture.completedFuture(verdict),
            onThread);
  }

  /**
   * Brings what is new, and what could not be said to this cell before and can be now. Where it is
   * being opened still, that is done once it serves.
   */
  void refresh(long term) {
    if (cell.serves(term)) {
      long delay = context.chance().nextLong(MOST_NEWS_DELAY_MILLIS);
      CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS, onThread)
          .execute(() -> readNews(term));
    }
  }

  /** Brings what the registry was told while this cell had no superpeer that could hear of it. */
  private void readNews(long term) {
    if (!cell.serves(term)) {
      return;
    }
    var unused =
        context
            .endowment()
            .of(cell)
            .thenComposeAsync(
                endowment ->
                    appendAll(
                        endowment.stream().filter(each -> Endowment.isNews(cell, each)).toList()),
                onThread)
            .whenCompleteAsync((done, failure) -> haveRead(term, failure), onThread);
  }

  private void haveRead(long term, @Nullable Throwable failure) {
    if (failure != null && cell.serves(term)) {
      log.info("cell {} has not read the registry yet: {}", cell.id(), failure.toString());
      CompletableFuture.delayedExecutor(NEWS_RETRY_SECONDS, TimeUnit.SECONDS, onThread)
          .execute(() -> readNews(term));
    }
  }

  private CompletableFuture<?> enter(CellFile file) {
    boolean isEntered = cell.read(OwnerScheduler::cell).isPresent();
    return isEntered
        ? CompletableFuture.completedFuture(null)
        : require(new Command.Opened(file.cell(), file.epoch()));
  }

  private CompletableFuture<Void> appendAll(List<Command> commands) {
    return CompletableFuture.allOf(
        commands.stream().map(this::offer).toArray(CompletableFuture<?>[]::new));
  }

  /** What the scheduler refuses for good must not keep the rest of the owner's work waiting. */
  private CompletableFuture<?> offer(Command command) {
    if (cell.activeFormat() < Entry.INCIDENTS_FORMAT
        && command instanceof Command.Define define
        && define.wantsIncidents()) {
      log.info(
          "cell {} waits for format {}, until all its members read it, to keep incidents of {}",
          cell.id(),
          Entry.INCIDENTS_FORMAT,
          nameOf(define));
    }
    return append
        .apply(command)
        .thenAccept(
            reply -> {
              if (!(reply instanceof Reply.Refused refused)
                  || !refused.refusal().retryAfter().isZero()) {
                requireApplied(reply);
              } else if (cell.activeFormat() < Entry.format(command)) {
                log.info(
                    "cell {} waits for format {}, until all its members read it, to hear of {}",
                    cell.id(),
                    Entry.format(command),
                    nameOf(command));
              } else {
                log.warn(
                    "cell {} does without {}: {}", cell.id(), nameOf(command), refused.refusal());
              }
            });
  }

  private static String nameOf(Command command) {
    if (command instanceof Command.Define define) {
      return "composition " + define.composition();
    }
    if (command instanceof Command.Schedule schedule) {
      return "the schedule of " + schedule.plan().composition();
    }
    if (command instanceof Command.Agree agree) {
      return "version " + agree.terms().version() + " of its owner's terms";
    }
    if (command instanceof Command.Entrust entrust) {
      return "secret " + entrust.secret().name();
    }
    return command instanceof Command.Configure configure
        ? "account " + configure.account().id()
        : command.getClass().getSimpleName();
  }

  private CompletableFuture<?> require(Command command) {
    return append.apply(command).thenAccept(Opening::requireApplied);
  }

  private static void requireApplied(Reply reply) {
    if (!(reply instanceof Reply.Applied)) {
      throw new IllegalStateException("not applied: " + reply);
    }
  }

  private void end(long term, Births.@Nullable Verdict verdict, Throwable failure) {
    if (!cell.isTakingOver(term)) {
      return;
    }
    if (verdict == null) {
      log.warn("cell {} cannot open yet: {}", cell.id(), failure.toString());
      CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, onThread)
          .execute(() -> again(term));
      return;
    }
    switch (verdict) {
      case OPEN -> {
        cell.rememberOpen();
        cell.serve(term);
        if (isBehind) {
          refresh(term);
        }
      }
      case STILLBORN -> {
        log.info("cell {} epoch {} is stillborn: a later birth stands", cell.id(), cell.epoch());
        context.stillborn().accept(cell.file());
      }
    }
  }

  private void again(long term) {
    if (cell.isTakingOver(term)) {
      begin(term);
    }
  }

  /**
   * Has the members that were away at the birth create their replicas, until each has answered; not
   * once the log says who the members are: who is asked creates one that counts by itself.
   */
  void complete(long term) {
    if (cell.company().isOfTheLog()) {
      return;
    }
    var unused =
        context
            .births()
            .complete(cell.file().among(cell.members()), this::canHold)
            .thenAcceptAsync(created -> completed(term, created), onThread);
  }

  /** A build that cannot read what is active would stop at the first entry (rule 36). */
  private boolean canHold(BornMember member) {
    return context.builds().reads(member.raftPeer(), cell.activeFormat());
  }

  private void completed(long term, List<Created> created) {
    if (!cell.serves(term)) {
      return;
    }
    if (created.contains(Created.UNREACHABLE)) {
      CompletableFuture.delayedExecutor(COMPLETE_SECONDS, TimeUnit.SECONDS, onThread)
          .execute(() -> completeAgain(term));
    } else if (created.contains(Created.NEVER)) {
      log.warn(
          "cell {} epoch {} has a member that has lost its replica: {} of {}",
          cell.id(),
          cell.epoch(),
          created,
          cell.members());
    }
  }

  private void completeAgain(long term) {
    if (cell.serves(term)) {
      complete(term);
    }
  }

  /** Nobody leads the group: perhaps because a later birth stands, and the others are gone. */
  void doubt() {
    CellFile file = cell.file();
    if (file.isOpen()) {
      return;
    }
    var unused =
        context
            .births()
            .isGivenUp(file)
            .thenAccept(
                isGivenUp -> {
                  if (isGivenUp) {
                    context.stillborn().accept(file);
                  }
                });
  }
}
