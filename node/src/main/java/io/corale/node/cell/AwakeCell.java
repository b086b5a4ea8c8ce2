package io.corale.node.cell;

import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.CellId;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.Refusal;
import io.corale.model.SealedSecret;
import io.corale.node.cell.Caretaker.Role;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Verdict.Judgement;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Explanation;
import io.corale.scheduler.Forecast;
import io.corale.scheduler.Inquiry;
import io.corale.scheduler.Inventory;
import io.corale.scheduler.Measured;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Urgency;
import io.corale.scheduler.ratis.OwnerStateMachine;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.ratis.protocol.RaftGroupId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One awake cell of this node: its replica, from its opening to its end, and where it stands. What
 * follows from that, its {@link Driver} does on the cell's own thread; what other threads read is
 * volatile.
 */
final class AwakeCell implements Cell, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AwakeCell.class);

  /** How long a leader tries to bring its successor up to date. */
  private static final long TRANSFER_MILLIS = 3_000;

  private final CellContext context;
  private final RaftGroupId group;
  private final Leadership leadership;
  private final Roster roster;
  private volatile long configuration;
  private final Driver driver;

  /** Changed under this cell's lock. */
  private volatile CellFile file;

  /** Whether the disk says so, should it say that the replica is held; set by the keeper. */
  private volatile boolean isBack;

  /** The term that this node has won before it was known to count; 0: none. Of this lock. */
  private long wonEarly;

  /** Replaced by whoever opens it; one opening at a time. */
  private volatile Replica replica;

  AwakeCell(CellContext context, CellFile file) {
    this.context = context;
    this.file = file;
    this.isBack = file.state() == CellFile.State.HELD;
    this.roster = new Roster(file.members());
    this.group = GroupIds.of(file.cell(), file.epoch());
    this.leadership = new Leadership(context.self().node());
    this.driver = new Driver(this, context, leadership);
    driver.configured(roster.nodes());
    this.replica = Replica.unopened(this, context.machines());
  }

  void start() {
    driver.start();
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
  public long termServed() {
    return leadership.termServed();
  }

  @Override
  public long configuration() {
    return configuration;
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
  public Forecast.Band foretold(Explanation.Expected expected) {
    return driver.foresight().of(expected);
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
    return driver.isStuck(patience);
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
    return driver.propose(command, urgency);
  }

  @Override
  public Optional<Refusal> shortage() {
    return driver.shortage();
  }

  @Override
  public CompletableFuture<Reply> barrier() {
    return driver.barrier();
  }

  @Override
  public CompletableFuture<Optional<Ended>> ended(InvocationId invocation, long seenIndex) {
    return driver.ended(invocation, seenIndex);
  }

  @Override
  public void outcome(AttemptId attempt, Outcome outcome, long durationMicros) {
    driver.outcome(attempt, outcome, durationMicros);
  }

  @Override
  public CompletableFuture<Inventory> inventory(Inquiry inquiry) {
    return driver.inventory(inquiry);
  }

  @Override
  public void forwarded(AttemptId attempt) {
    driver.forwarded(attempt);
  }

  @Override
  public void inventoried(long number, Optional<Inventory> inventory) {
    driver.inventoried(number, inventory);
  }

  @Override
  public void measured(NodeId member, Measured what) {
    if (!member.equals(context.self().node())) {
      driver.measured(member, what);
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
    driver.applied(entryTerm, index, entry, result);
  }

  /** Its superpeer says so. */
  void isKnownToBeOpen() {
    driver.tell(
        () -> {
          if (!file().isOpen()) {
            rememberOpen();
          }
        });
  }

  /** Its replica has measured its state at a check (rule 39). */
  void measured(Measured what) {
    driver.measuredHere(what);
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

  /**
   * Not yet where this node does not count as far as its disk knows: that may be by a configuration
   * of old, and others lead by the one of today; or it has just come, and learns so in a moment.
   */
  synchronized void leads(long newTerm) {
    if (isReturning()) {
      log.info("cell {} epoch {} term {} elected who is only coming", id(), epoch(), newTerm);
      wonEarly = newTerm;
      configured();
    } else {
      won(newTerm);
    }
  }

  private void won(long newTerm) {
    leadership.won(newTerm);
    driver.leads(newTerm);
  }

  private synchronized void winWhatWasWonEarly() {
    if (wonEarly > 0 && !isReturning()) {
      won(wonEarly);
      wonEarly = 0;
    }
  }

  synchronized void leadsNoMore() {
    wonEarly = 0;
    long was = leadership.lost();
    if (was > 0) {
      driver.leadsNoMore(was);
    }
  }

  boolean isTakingOver(long inTerm) {
    return leadership.isTakingOver(inTerm);
  }

  boolean serves(long inTerm) {
    return leadership.serves(inTerm);
  }

  /** All that must precede the first acknowledgement has been done. */
  void serve(long inTerm) {
    driver.serve(inTerm);
  }

  void leaderless() {
    driver.leaderless();
  }

  void leaderChanged(String peer) {
    leadership.follows(roster.nodeOf(peer));
  }

  void configured() {
    driver.tell(this::onConfigured);
  }

  /** Reads the configuration that is in force now, so that none comes too late. */
  private void onConfigured() {
    Optional<GroupConfiguration> now = context.host().configurationOf(group);
    now.ifPresent(it -> configuration = Math.max(0, it.index()));
    String self = context.host().settings().peerId();
    if (now.filter(it -> file().isBackBy(it, self)).isPresent()) {
      log.info("cell {} epoch {} is back on this node", id(), epoch());
      remember(
          known -> now.filter(it -> known.isBackBy(it, self)).isPresent() ? known.held() : known);
    }
    winWhatWasWonEarly();
    Company company = company();
    roster.knows(company.all());
    if (company.isOfTheLog() && !file().members().equals(company.all())) {
      remember(known -> known.among(company.all()));
    }
    if (roster.configured(now.map(GroupConfiguration::peers).orElse(Set.of()))) {
      log.info(
          "cell {} epoch {} has the members {}",
          id(),
          epoch(),
          members().stream().map(BornMember::raftPeer).toList());
      driver.configured(roster.nodes());
    }
  }

  /** The Raft peers that take part in it, or are about to. */
  Set<String> participants() {
    Set<String> all = new TreeSet<>(context.host().participantsOf(group));
    company().with(Role.COMES).forEach(coming -> all.add(coming.raftPeer()));
    return all;
  }

  /** Who belongs to it, by what this replica has applied. */
  Company company() {
    return Company.of(read(OwnerScheduler::membership), file().members());
  }

  /** What the members' builds read may have changed; to be called now and then (rule 36). */
  void hearOfBuilds() {
    boolean isLeading = isSuperpeer() || standing() == Standing.TAKING_OVER;
    if (isLeading && activeFormat() < Entry.NEWEST_FORMAT) {
      driver.hearOfBuilds();
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
    driver.activated();
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

  /** This node is no member any more, and keeps nothing but what is still out (rule 11). */
  void leaves(CellFile left) {
    ails(Ailment.removed());
    returns(left);
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

  /** Whether it is an empty one that has not come yet, or not come back. */
  boolean isReturning() {
    return file().state().isOnItsWay();
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
    driver.tell(
        () -> {
          leadsNoMore();
          driver.giveUp();
          done.complete(null);
        });
    return done;
  }

  /** The replica was opened, and is well. */
  void revived() {
    leadership.revive();
  }

  /** Stops driving; the replica itself is closed by the host. */
  @Override
  public void close() {
    leadership.end(Ailment.closed());
    leadsNoMore();
    driver.close();
  }
}
