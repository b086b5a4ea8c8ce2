package io.corale.node.cell;

import io.corale.model.Account;
import io.corale.model.SealedSecret;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Verdict.Judgement;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Measured;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.ratis.AppliedListener;
import io.corale.scheduler.ratis.OwnerStateMachine;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One opening of a cell's replica: its state machine, and the ear for what that tells.
 *
 * <p>The cell outlives it: when a replica has died in a process that lives, it is closed and opened
 * as another. From then on nothing counts that the old one still says. And what is read never goes
 * back: until the new one has applied what the old one had, the old one is read.
 */
final class Replica implements AppliedListener {
  private static final Logger log = LoggerFactory.getLogger(Replica.class);

  private final AwakeCell cell;
  private final OwnerStateMachine machine;

  /** What is read in its place; null once this one has come as far. */
  private volatile @Nullable Replica before;

  private volatile long applied;

  private volatile int activeFormat = Entry.BASE_FORMAT;

  /** Read anew after a {@code Configure} and after an installed snapshot only. */
  private volatile @Nullable List<Account> accounts;

  /** Read anew after an {@code Entrust} and after an installed snapshot only. */
  private volatile @Nullable List<SealedSecret> secrets;

  private Replica(AwakeCell cell, Machines machines, @Nullable Replica before) {
    this.cell = cell;
    this.machine = machines.of(cell.id().owner(), this);
    this.before = before;
  }

  /** Of a cell that was not opened yet: it has no state. */
  static Replica unopened(AwakeCell cell, Machines machines) {
    return new Replica(cell, machines, null);
  }

  /** The one that takes the place of this one. */
  Replica next(Machines machines) {
    return new Replica(cell, machines, read());
  }

  /** The one whose state is to be read. */
  private Replica read() {
    Replica old = before;
    return old == null ? this : old;
  }

  OwnerStateMachine machine() {
    return machine;
  }

  // What it has applied; any thread may ask.

  long applied() {
    return read().applied;
  }

  <T> T read(Function<OwnerScheduler, T> question) {
    return read().machine.read(question);
  }

  int activeFormat() {
    return read().activeFormat;
  }

  List<Account> accounts() {
    List<Account> known = read().accounts;
    return known == null ? read(OwnerScheduler::accounts) : known;
  }

  List<SealedSecret> secrets() {
    List<SealedSecret> known = read().secrets;
    return known == null ? read(OwnerScheduler::secrets) : known;
  }

  // What Ratis and the machine tell.

  private boolean isReplaced() {
    return cell.replica() != this;
  }

  @Override
  public void loaded(long index) {
    activeFormat = machine.read(OwnerScheduler::activeFormat);
    reached(index);
    if (!isReplaced()) {
      cell.revived();
    }
  }

  private void reached(long index) {
    applied = index;
    Replica old = before;
    if (old != null && index >= old.applied) {
      before = null;
    }
  }

  @Override
  public void applied(long term, long index, Entry entry, Applied result) {
    // Written on the applying thread only; every call and every step reads them.
    if (accounts == null
        || entry.commands().stream().anyMatch(Command.Configure.class::isInstance)) {
      accounts = machine.read(OwnerScheduler::accounts);
    }
    if (secrets == null || entry.commands().stream().anyMatch(Command.Entrust.class::isInstance)) {
      secrets = machine.read(OwnerScheduler::secrets);
    }
    boolean isActivated = result.effects().stream().anyMatch(Effect.Active.class::isInstance);
    if (isActivated) {
      activeFormat = machine.read(OwnerScheduler::activeFormat);
    }
    reached(index);
    if (!isReplaced()) {
      cell.applied(term, index, entry, result);
      if (isActivated) {
        // The superpeer knows by now, and says what is brought then as it is.
        cell.activated(index);
      }
    }
  }

  @Override
  public void leads(long term) {
    if (!isReplaced()) {
      cell.leads(term);
    }
  }

  @Override
  public void leadsNoMore() {
    if (!isReplaced()) {
      cell.leadsNoMore();
    }
  }

  @Override
  public void leaderChanged(String peer) {
    if (!isReplaced()) {
      cell.leaderChanged(peer);
    }
  }

  @Override
  public void configured() {
    if (!isReplaced()) {
      cell.configured();
    }
  }

  @Override
  public void leaderless() {
    if (!isReplaced()) {
      cell.leaderless();
    }
  }

  @Override
  public void installed(long index, String digest) {
    accounts = null;
    secrets = null;
    activeFormat = machine.read(OwnerScheduler::activeFormat);
    reached(index);
    if (!isReplaced()) {
      cell.configured();
    }
    log.info(
        "cell {} epoch {} took the superpeer's snapshot at {}, digest {}",
        cell.id(),
        cell.epoch(),
        index,
        digest);
  }

  @Override
  public void snapshot(long index, long bytes, String digest) {
    log.info(
        "cell {} epoch {} has a snapshot at {} of {} bytes, digest {}",
        cell.id(),
        cell.epoch(),
        index,
        bytes,
        digest);
  }

  @Override
  public boolean counts() {
    return !cell.isReturning();
  }

  @Override
  public void measured(Measured what) {
    if (!isReplaced()) {
      cell.measured(what);
    }
  }

  @Override
  public void judged(Command.Verdict verdict, Measured own, Judgement judgement) {
    if (!isReplaced()) {
      cell.judged(verdict, judgement);
    }
  }

  @Override
  public void quarantined(long index, Throwable cause) {
    ails(Ailment.stopped(index, cause));
  }

  @Override
  public void logFailed(Throwable cause) {
    ails(Ailment.logFailed(cause));
  }

  @Override
  public void removed() {
    ails(Ailment.removed());
  }

  @Override
  public void closed() {
    ails(Ailment.closed());
  }

  private void ails(Ailment what) {
    if (!isReplaced()) {
      cell.ails(what);
    }
  }
}
