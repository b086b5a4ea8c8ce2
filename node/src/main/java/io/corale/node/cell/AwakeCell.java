package io.corale.node.cell;

import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.CellId;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.SealedSecret;
import io.corale.node.provider.SendGuard;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Action;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Verdict.Judgement;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Inquiry;
import io.corale.scheduler.Inventory;
import io.corale.scheduler.Measured;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Readers;
import io.corale.scheduler.Superpeer;
import io.corale.scheduler.Urgency;
import io.corale.scheduler.ratis.OwnerStateMachine;
import io.corale.scheduler.wire.EntryCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the {@link Superpeer} of one cell: brings it what the log, the door, the providers and the
 * evaluators say, and does what it asks for. All of it happens on the cell's own thread; what other
 * threads read is volatile.
 */
final class AwakeCell implements Cell, Mailbox.Owner, Proposer.Ends, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AwakeCell.class);

  /** How long a leader tries to bring its successor up to date. */
  private static final long TRANSFER_MILLIS = 3_000;

  private final CellContext context;
  private final RaftGroupId group;
  private final Superpeer superpeer;
  private final Mailbox mailbox;
  private final Proposer proposer;
  private final Opening opening;
  private final Interpretation interpretation;

  private final Leadership leadership;
  private final Roster roster;

  /** Of the cell's thread. */
  private final Requests requests;

  /** Of the cell's thread. */
  private final Upgrade upgrade = new Upgrade();

  /** Changed under this cell's lock. */
  private volatile CellFile file;

  /** Whether the disk says so, should it say that the replica is held; set by the keeper. */
  private volatile boolean isBack;

  /** Replaced by whoever opens it; one opening at a time. */
  private volatile Replica replica;

  AwakeCell(CellContext context, CellFile file) {
    this.context = context;
    this.file = file;
    this.isBack = file.state() == CellFile.State.HELD;
    this.roster = new Roster(file.members());
    this.group = GroupIds.of(file.cell(), file.epoch());
    this.superpeer =
        new Superpeer(
            context.self(), context.chance(), EntryCodec::sizeBytes, context.checkEvery());
    superpeer.configured(roster.nodes());
    this.leadership = new Leadership(context.self().node());
    this.mailbox = new Mailbox("cell-" + file.cell(), this);
    this.proposer = new Proposer("propose-" + file.cell(), context.host(), group, this);
    this.requests = new Requests(this, mailbox::tell);
    this.interpretation = new Interpretation(this, context, superpeer, mailbox::tell);
    this.opening = new Opening(this, context, mailbox::tell, this::admitted);
    this.replica = Replica.unopened(this, context.machines());
  }

  void start() {
    mailbox.start();
    proposer.start();
  }

  RaftGroupId raftGroup() {
    return group;
  }

  CellFile file() {
    return file;
  }

  /** It is known to be open; from now on this node can take over without the registry. */
  void rememberOpen() {
    remember(CellFile::opened);
  }

  /** Another thread may just say that an empty replica is here: what is changed is the newest. */
  private void remember(UnaryOperator<CellFile> change) {
    synchronized (this) {
      file = change.apply(file);
    }
    context.remember().accept(this);
  }

  // The door's side.

  @Override
  public CellId id() {
    return file().cell();
  }

  @Override
  public long epoch() {
    return file().epoch();
  }

  @Override
  public String group() {
    return group.getUuid().toString();
  }

  @Override
  public List<BornMember> members() {
    return roster.members();
  }

  @Override
  public Standing standing() {
    return leadership.standing();
  }

  @Override
  public Optional<String> outOfOrder() {
    return leadership.ailment().map(Ailment::why);
  }

  @Override
  public long term() {
    return leadership.term();
  }

  @Override
  public Optional<NodeId> superpeerHint() {
    return leadership.leader();
  }

  @Override
  public long applied() {
    return replica.applied();
  }

  @Override
  public int activeFormat() {
    return replica.activeFormat();
  }

  @Override
  public <T> T read(Function<OwnerScheduler, T> question) {
    return replica.read(question);
  }

  @Override
  public List<Account> accounts() {
    return replica.accounts();
  }

  @Override
  public List<SealedSecret> secrets() {
    return replica.secrets();
  }

  @Override
  public boolean isStuck(Duration patience) {
    return mailbox.isStuck(patience);
  }

  @Override
  public Footprint footprint() {
    return Footprint.of(context.host().directoryOf(group));
  }

  /** Marks up to where this replica has applied what is synced. */
  void markFloor(FloorMarker floors) throws IOException {
    if (!leadership.isOver()) {
      floors.raise(group, Math.min(applied(), context.host().syncedIndex(group)));
    }
  }

  @Override
  public CompletableFuture<Reply> propose(Command command, Urgency urgency) {
    // Before it waits in the mailbox: the superpeer gives back what is too old to be proposed.
    long askedNanos = System.nanoTime();
    return asked(ticket -> superpeer.enqueue(ticket, command, urgency, askedNanos));
  }

  @Override
  public CompletableFuture<Reply> barrier() {
    return asked(ticket -> superpeer.barrier(ticket, System.nanoTime()));
  }

  private CompletableFuture<Reply> asked(LongConsumer question) {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    if (!mailbox.offer(() -> requests.ask(question, reply))) {
      reply.complete(Requests.overloaded());
    }
    return reply;
  }

  private CompletableFuture<Reply> admitted(Command command) {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    requests.admit(
        ticket -> superpeer.enqueue(ticket, command, Urgency.RESULT, System.nanoTime()), reply);
    return reply;
  }

  @Override
  public CompletableFuture<Optional<Ended>> ended(InvocationId invocation) {
    CompletableFuture<Optional<Ended>> waiter = new CompletableFuture<>();
    if (!mailbox.offer(() -> requests.await(invocation, waiter))) {
      waiter.complete(Optional.empty());
    }
    return waiter;
  }

  @Override
  public void outcome(AttemptId attempt, Outcome outcome, long durationMicros) {
    mailbox.tell(() -> superpeer.outcome(attempt, outcome, durationMicros, System.nanoTime()));
  }

  @Override
  public CompletableFuture<Inventory> inventory(Inquiry inquiry) {
    CompletableFuture<Inventory> answer = new CompletableFuture<>();
    if (!mailbox.offer(() -> answer(inquiry, answer))) {
      answer.completeExceptionally(new IllegalStateException("cell " + id() + " is too busy"));
    }
    return answer;
  }

  private void answer(Inquiry inquiry, CompletableFuture<Inventory> answer) {
    try {
      answer.complete(onInquiry(inquiry));
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
      throw e;
    }
  }

  private Inventory onInquiry(Inquiry inquiry) {
    if (inquiry.binds(context.self())) {
      // What waits at a guard must not leave either.
      leadership.fence(inquiry.successor().term());
      if (leadership.taken() < inquiry.successor().term()) {
        onLeadsNoMore(leadership.taken());
      }
    }
    return superpeer.inventory(inquiry, System.nanoTime());
  }

  @Override
  public void inventoried(long number, Optional<Inventory> inventory) {
    mailbox.tell(
        () ->
            inventory.ifPresentOrElse(
                known -> superpeer.inquiryAnswered(number, known, System.nanoTime()),
                () -> superpeer.inquiryFailed(number, System.nanoTime())));
  }

  @Override
  public void measured(NodeId member, Measured what) {
    if (!member.equals(context.self().node())) {
      mailbox.tell(() -> superpeer.measured(member, what));
    }
  }

  @Override
  public CompletableFuture<Void> transferLeadership(NodeId to) {
    return roster
        .member(to)
        .map(member -> context.host().transfer(group, member.raftPeer(), TRANSFER_MILLIS))
        .orElseGet(
            () ->
                CompletableFuture.failedFuture(
                    new IllegalArgumentException(to + " is no member of cell " + id())));
  }

  // The log's side: what its replica tells, on Ratis' threads.

  void applied(long entryTerm, long index, Entry entry, Applied result) {
    leadership.heardOf(entryTerm);
    if (leadership.leads(entryTerm)) {
      context.watch().applied(id(), entry, result);
    }
    mailbox.tell(() -> onApplied(entryTerm, index, entry, result));
  }

  private void onApplied(long entryTerm, long index, Entry entry, Applied result) {
    if (entryTerm > leadership.taken()) {
      onLeadsNoMore(leadership.taken());
    }
    superpeer.applied(entryTerm, index, entry, result, System.nanoTime());
    if (!file().isOpen() && entry.commands().stream().anyMatch(Command.Submit.class::isInstance)) {
      // Nobody submits to a cell before it is open.
      rememberOpen();
    }
  }

  /** Its superpeer says so. */
  void isKnownToBeOpen() {
    mailbox.tell(
        () -> {
          if (!file().isOpen()) {
            rememberOpen();
          }
        });
  }

  /** Its replica has measured its state at a check (rule 39). */
  void measured(Measured what) {
    mailbox.tell(
        () -> {
          superpeer.measured(context.self().node(), what);
          if (leadership.taken() == 0) {
            context.witness().tell(id(), epoch(), what);
          }
        });
  }

  /** What it measured at a check was held against what the others measured. */
  void judged(Command.Verdict verdict, Judgement judgement) {
    if (!verdict.isUnanimous()) {
      log.error(
          "cell {} epoch {} has replicas that differ: {}, this one {}",
          id(),
          epoch(),
          verdict,
          judgement);
    }
    if (judgement == Judgement.AGREES && file().returns() > 0) {
      remember(known -> known.after(0));
    }
    context.watch().compared(id(), judgement);
  }

  void leads(long newTerm) {
    leadership.won(newTerm);
    mailbox.tell(() -> onLeads(newTerm));
  }

  private void onLeads(long newTerm) {
    if (leadership.isOver() || superpeer.isFenced(newTerm)) {
      return;
    }
    log.info("cell {} epoch {} term {} led by this node", id(), epoch(), newTerm);
    onLeadsNoMore(leadership.taken());
    leadership.takeOver(newTerm);
    superpeer.lead(newTerm, System.nanoTime());
  }

  void leadsNoMore() {
    long was = leadership.lost();
    if (was > 0) {
      mailbox.tell(() -> onLeadsNoMore(was));
    }
  }

  private void onLeadsNoMore(long oldTerm) {
    if (!leadership.giveUp(oldTerm)) {
      return;
    }
    log.info("cell {} epoch {} term {} led by this node no more", id(), epoch(), oldTerm);
    superpeer.unlead(System.nanoTime());
    // What it still has to say comes before those who wait are sent away.
    turn();
    requests.dismiss();
  }

  boolean isTakingOver(long inTerm) {
    return leadership.isTakingOver(inTerm);
  }

  boolean serves(long inTerm) {
    return leadership.serves(inTerm);
  }

  /** All that must precede the first acknowledgement has been done. */
  void serve(long inTerm) {
    if (leadership.serve(inTerm)) {
      log.info("cell {} epoch {} term {} served by this node", id(), epoch(), inTerm);
      requests.resume();
      opening.complete(inTerm);
    }
  }

  void leaderless() {
    mailbox.tell(opening::doubt);
  }

  void leaderChanged(String peer) {
    leadership.follows(roster.nodeOf(peer));
  }

  void configured() {
    mailbox.tell(this::onConfigured);
  }

  /** Reads the configuration that is in force now, so that none comes too late. */
  private void onConfigured() {
    Optional<GroupConfiguration> now = context.host().configurationOf(group);
    String self = context.host().settings().peerId();
    if (now.filter(it -> file().isBackBy(it, self)).isPresent()) {
      log.info("cell {} epoch {} is back on this node", id(), epoch());
      remember(
          known -> now.filter(it -> known.isBackBy(it, self)).isPresent() ? known.held() : known);
    }
    if (roster.configured(now.map(GroupConfiguration::peers).orElse(Set.of()))) {
      log.info(
          "cell {} epoch {} has the members {}",
          id(),
          epoch(),
          members().stream().map(BornMember::raftPeer).toList());
      superpeer.configured(roster.nodes());
    }
  }

  /** What the members' builds read may have changed; to be called now and then (rule 36). */
  void hearOfBuilds() {
    if (isSuperpeer() && activeFormat() < Entry.NEWEST_FORMAT) {
      mailbox.tell(this::onHearOfBuilds);
    }
  }

  private void onHearOfBuilds() {
    if (activeFormat() < Entry.NEWEST_FORMAT) {
      Readers readers = context.builds().readers(context.host().participantsOf(group));
      upgrade.awaits(this, readers);
      superpeer.heard(readers);
    }
  }

  /** An entry has activated a newer format. */
  void activated(long index) {
    log.info(
        "cell {} epoch {} has format {} from entry {} on: all members read it",
        id(),
        epoch(),
        activeFormat(),
        index);
    mailbox.tell(() -> opening.refresh(leadership.taken()));
  }

  // Its life and death.

  /** The replica whose word counts. */
  Replica replica() {
    return replica;
  }

  /**
   * It is being opened, for the first time or again: gives it the state machine of this opening.
   */
  OwnerStateMachine opened() {
    Replica next = replica.next(context.machines());
    replica = next;
    return next.machine();
  }

  /**
   * An empty replica takes the place of one that was lost in this process, of which nothing counts
   * any more, not even to be read. What the cell has sent before still comes home to it.
   */
  synchronized void returns(CellFile empty) {
    replica = Replica.unopened(this, context.machines());
    file = empty;
    isBack = false;
  }

  /** This is on disk now. */
  void remembered(CellFile written) {
    isBack = written.state() == CellFile.State.HELD;
  }

  /** Whether it would still be there, were its node started again. */
  boolean isBack() {
    return isBack;
  }

  /** This is wrong with the replica; it takes part no more until it is opened again. */
  void ails(Ailment what) {
    if (leadership.end(what)) {
      log.error("cell {} epoch {} is out of order on this node: it {}", id(), epoch(), what.why());
      leadsNoMore();
      context.ailing().accept(this);
    }
  }

  /** The replica could not be opened. */
  void abandoned(Throwable cause) {
    try {
      replica.machine().abandon();
    } catch (IOException e) {
      log.warn("cell {} epoch {} keeps its directory locked", id(), epoch(), e);
    }
    ails(Ailment.unopened(cause));
  }

  /** What is wrong with the replica; empty while it takes part. */
  Optional<Ailment> ailment() {
    return leadership.ailment();
  }

  /** Whether its state was not that of most others (rule 39). */
  boolean hasDiverged() {
    return ailment().filter(what -> what.kind() == Ailment.Kind.DIVERGED).isPresent();
  }

  /** Whether the group's configuration, as far as this replica knew it, names this node. */
  boolean isMember() {
    return roster.member(context.self().node()).isPresent();
  }

  /** Whether it is an empty one that has not come back yet. */
  boolean isReturning() {
    return file().state() == CellFile.State.RETURNING;
  }

  /** Nobody says when a snapshot has told that it is a member again. */
  void checkReturn() {
    if (isReturning()) {
      configured();
    }
  }

  /** Completes, on the cell's thread, when all that the dead replica had told is done. */
  CompletableFuture<Void> settled() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    mailbox.tell(
        () -> {
          leadsNoMore();
          onLeadsNoMore(leadership.taken());
          done.complete(null);
        });
    return done;
  }

  /** The replica was opened, and is well. */
  void revived() {
    leadership.revive();
  }

  // What the superpeer asks for.

  @Override
  public void wake() {
    superpeer.tick(System.nanoTime());
  }

  @Override
  public void turn() {
    List<Action> actions = superpeer.drain(System.nanoTime());
    while (!actions.isEmpty()) {
      actions.forEach(this::performSafely);
      actions = superpeer.drain(System.nanoTime());
    }
  }

  /**
   * What breaks one action must not take those after it along: the superpeer has given them out,
   * and would wait for their ends for ever.
   */
  private void performSafely(Action action) {
    try {
      perform(action);
    } catch (RuntimeException | StackOverflowError e) {
      log.error("cell {} met a bug in {} and goes on", id(), action.getClass().getSimpleName(), e);
      if (action instanceof Action.Send send) {
        outcome(
            send.start().attempt(),
            new Outcome.Unready(
                Outcome.Lack.CONFIGURATION, "this node cannot send it: " + e, false),
            0);
      }
    }
  }

  private void perform(Action action) {
    if (action instanceof Action.Propose propose) {
      proposer.propose(propose.entry());
    } else if (action instanceof Action.Resume) {
      onHearOfBuilds();
      superpeer.resumed(read(OwnerScheduler::resume), System.nanoTime());
      opening.begin(leadership.taken());
    } else if (action instanceof Action.Send send) {
      context.sender().send(this, send.start(), guard(send));
    } else if (action instanceof Action.StopAttempt stop) {
      context.sender().stop(this, stop.attempt());
    } else if (action instanceof Action.Evaluate evaluate) {
      interpretation.begin(evaluate);
    } else if (action instanceof Action.Aim aim) {
      superpeer.aimed(context.calendar().aim(aim.schedule()));
    } else if (action instanceof Action.Compare compare) {
      interpretation.begin(compare);
    } else if (action instanceof Action.Resolve resolve) {
      requests.resolve(resolve.ticket(), resolve.result(), resolve.index());
    } else if (action instanceof Action.Unknown unknown) {
      requests.reply(
          unknown.ticket(), new Reply.Unknown("the superpeer of cell " + id() + " changed"));
    } else if (action instanceof Action.NotLeader notLeader) {
      requests.reply(notLeader.ticket(), new Reply.NotSuperpeer(superpeerHint()));
    } else if (action instanceof Action.Announce announce) {
      requests.announce(announce.invocation(), new Ended(announce.ending(), announce.index()));
    } else if (action instanceof Action.Forward forward) {
      context.sender().forward(this, forward.settle());
    } else if (action instanceof Action.Inquire inquire) {
      context.sender().inquire(this, inquire.inquiry());
    } else if (action instanceof Action.WakeAfter wake) {
      mailbox.wakeAfter(wake.nanos());
    }
  }

  /** Rule 10: still the superpeer of that term, and in time. */
  private SendGuard guard(Action.Send send) {
    return new SendGuard() {
      @Override
      public boolean permits() {
        return permitsMore() && System.nanoTime() - send.sendBeforeNanos() <= 0;
      }

      @Override
      public boolean permitsMore() {
        return leadership.leads(send.term());
      }
    };
  }

  @Override
  public void proposed(Entry entry, long nanos) {
    context.watch().proposed(id(), entry, nanos);
  }

  @Override
  public void proposalFailed(Entry entry, Throwable failure) {
    context.watch().proposalFailed(id());
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    mailbox.tell(
        () -> {
          superpeer.proposalFailed(entry, System.nanoTime());
          if (cause instanceof NotLeaderException) {
            // Ratis may say "ready" a moment after "no leader": whoever is elected again is told.
            onLeadsNoMore(entry.proposer().term());
          }
        });
  }

  /** Stops driving; the replica itself is closed by the host. */
  @Override
  public void close() {
    leadership.end(Ailment.closed());
    leadsNoMore();
    mailbox.close();
    proposer.close();
  }
}
