package io.corale.node.cell;

import io.corale.model.AttemptId;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.Refusal;
import io.corale.node.cell.Cell.Ended;
import io.corale.node.provider.SendGuard;
import io.corale.scheduler.Action;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Inquiry;
import io.corale.scheduler.Inventory;
import io.corale.scheduler.Measured;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Readers;
import io.corale.scheduler.Result;
import io.corale.scheduler.Superpeer;
import io.corale.scheduler.Urgency;
import io.corale.scheduler.wire.EntryCodec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the {@link Superpeer} of one cell: brings it what the log, the door, the providers and the
 * evaluators say, and does what it asks for. All of it happens on the cell's own thread; who calls
 * from another one leaves word in its {@link Mailbox}.
 */
final class Driver implements Mailbox.Owner, Proposer.Ends, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Driver.class);

  private final AwakeCell cell;
  private final CellContext context;
  private final Leadership leadership;
  private final Superpeer superpeer;
  private final Mailbox mailbox;
  private final Proposer proposer;
  private final Requests requests;
  private final Interpretation interpretation;
  private final Opening opening;
  private final Foresight foresight;
  private final Upgrade upgrade = new Upgrade();

  /** As it was at the end of the last turn, for those who ask from other threads. */
  private volatile Optional<Refusal> shortage = Optional.empty();

  private volatile boolean isClosed;

  Driver(AwakeCell cell, CellContext context, Leadership leadership) {
    this.cell = cell;
    this.context = context;
    this.leadership = leadership;
    this.superpeer =
        new Superpeer(
            context.self(), context.chance(), EntryCodec::sizeBytes, context.checkEvery());
    TurnThreads threads = context.threads();
    this.mailbox = new Mailbox("cell " + cell.id(), threads, threads::ring, this);
    this.proposer = new Proposer(threads, context.host(), cell.raftGroup(), this);
    this.requests = new Requests(cell, mailbox::tell);
    this.interpretation = new Interpretation(cell, context, superpeer, mailbox::tell);
    this.foresight = new Foresight(cell, new SplittableRandom(context.chance().nextLong()));
    this.opening = new Opening(cell, context, mailbox::tell, this::admitted);
  }

  void start() {
    mailbox.start();
  }

  /** Has this happen on the cell's thread; never turned away. */
  void tell(Runnable what) {
    mailbox.tell(what);
  }

  boolean isStuck(Duration patience) {
    return mailbox.isStuck(patience) || proposer.hasDied();
  }

  // What others ask of the superpeer, from any thread.

  CompletableFuture<Reply> propose(Command command, Urgency urgency) {
    // Before it waits in the mailbox: the superpeer gives back what is too old to be proposed.
    long askedNanos = System.nanoTime();
    return asked(ticket -> superpeer.enqueue(ticket, command, urgency, askedNanos));
  }

  /** Why new work would be refused, as far as is known without asking on the cell's thread. */
  Optional<Refusal> shortage() {
    return shortage;
  }

  CompletableFuture<Reply> barrier() {
    return asked(ticket -> superpeer.barrier(ticket, System.nanoTime()));
  }

  private CompletableFuture<Reply> asked(LongConsumer question) {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    if (!mailbox.offer(() -> requests.ask(question, reply))) {
      reply.complete(Requests.overloaded());
    }
    return reply;
  }

  Foresight foresight() {
    return foresight;
  }

  CompletableFuture<Optional<Ended>> ended(InvocationId invocation, long seenIndex) {
    CompletableFuture<Optional<Ended>> waiter = new CompletableFuture<>();
    if (!mailbox.offer(() -> requests.await(invocation, seenIndex, waiter))) {
      waiter.complete(Optional.empty());
    }
    return waiter;
  }

  CompletableFuture<Inventory> inventory(Inquiry inquiry) {
    CompletableFuture<Inventory> answer = new CompletableFuture<>();
    if (!mailbox.offer(() -> answer(inquiry, answer))) {
      answer.completeExceptionally(new IllegalStateException("cell " + cell.id() + " is too busy"));
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

  // What it is told, on any thread.

  void outcome(AttemptId attempt, Outcome outcome, long durationMicros) {
    mailbox.tell(() -> superpeer.outcome(attempt, outcome, durationMicros, System.nanoTime()));
    if (isClosed) {
      context.sender().settled(cell, attempt); // It was told to nobody.
    }
  }

  /** Whoever an outcome was handed over to has answered, or will not. */
  void forwarded(AttemptId attempt) {
    mailbox.tell(() -> superpeer.forwarded(attempt));
  }

  void inventoried(long number, Optional<Inventory> inventory) {
    mailbox.tell(
        () ->
            inventory.ifPresentOrElse(
                known -> superpeer.inquiryAnswered(number, known, System.nanoTime()),
                () -> superpeer.inquiryFailed(number, System.nanoTime())));
  }

  /** A member's replica has measured its state at a check (rule 39). */
  void measured(NodeId member, Measured what) {
    mailbox.tell(() -> superpeer.measured(member, what));
  }

  /** This node's own has. */
  void measuredHere(Measured what) {
    mailbox.tell(
        () -> {
          superpeer.measured(context.self().node(), what);
          if (leadership.taken() == 0) {
            context.witness().tell(cell.id(), cell.epoch(), what);
          }
        });
  }

  void applied(long entryTerm, long index, Entry entry, Applied result) {
    mailbox.tell(() -> onApplied(entryTerm, index, entry, result));
  }

  private void onApplied(long entryTerm, long index, Entry entry, Applied result) {
    if (entryTerm > leadership.taken()) {
      onLeadsNoMore(leadership.taken());
    }
    superpeer.applied(entryTerm, index, entry, result, System.nanoTime());
    if (entry.commands().stream().anyMatch(Command.Relocation.class::isInstance)) {
      cell.configured();
    }
    if (leadership.leads(entryTerm)) {
      foresight.applied(index, result);
    }
    for (int i = 0; i < entry.commands().size(); i++) {
      boolean counts = !(result.results().get(i) instanceof Result.Absent); // Else it comes again.
      if (counts && entry.commands().get(i) instanceof Command.Settle settle) {
        context.sender().settled(cell, settle.attempt());
      }
    }
    if (!cell.file().isOpen()
        && entry.commands().stream().anyMatch(Command.Submit.class::isInstance)) {
      // Nobody submits to a cell before it is open.
      cell.rememberOpen();
    }
  }

  void leads(long newTerm) {
    mailbox.tell(() -> onLeads(newTerm));
  }

  private void onLeads(long newTerm) {
    if (leadership.isOver() || superpeer.isFenced(newTerm)) {
      return;
    }
    log.info("cell {} epoch {} term {} led by this node", cell.id(), cell.epoch(), newTerm);
    onLeadsNoMore(leadership.taken());
    leadership.takeOver(newTerm);
    superpeer.lead(newTerm, System.nanoTime());
  }

  void leadsNoMore(long oldTerm) {
    mailbox.tell(() -> onLeadsNoMore(oldTerm));
  }

  private void onLeadsNoMore(long oldTerm) {
    if (!leadership.giveUp(oldTerm)) {
      return;
    }
    log.info("cell {} epoch {} term {} led by this node no more", cell.id(), cell.epoch(), oldTerm);
    foresight.forget();
    superpeer.unlead(System.nanoTime());
    // What it still has to say comes before those who wait are sent away.
    turn();
    requests.dismiss();
  }

  void leaderless() {
    mailbox.tell(opening::doubt);
  }

  /** What the members' builds read may have changed (rule 36). */
  void hearOfBuilds() {
    mailbox.tell(this::onHearOfBuilds);
  }

  private void onHearOfBuilds() {
    if (cell.activeFormat() < Entry.NEWEST_FORMAT) {
      Readers readers = context.builds().readers(cell.participants());
      upgrade.awaits(cell, readers);
      superpeer.heard(readers);
    }
  }

  private CompletableFuture<Reply> admitted(Command command) {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    requests.admit(
        ticket -> superpeer.enqueue(ticket, command, Urgency.RESULT, System.nanoTime()), reply);
    return reply;
  }

  /** An entry has activated a newer format. */
  void activated() {
    mailbox.tell(() -> opening.refresh(leadership.taken()));
  }

  // What its cell does, on the cell's thread.

  /** These are the members of the cell's group from now on. */
  void configured(Set<NodeId> members) {
    superpeer.configured(members);
  }

  /** This node leads no more, whatever it led. */
  void giveUp() {
    onLeadsNoMore(leadership.taken());
  }

  /** All that must precede the first acknowledgement has been done. */
  void serve(long inTerm) {
    if (leadership.serve(inTerm)) {
      log.info("cell {} epoch {} term {} served by this node", cell.id(), cell.epoch(), inTerm);
      requests.resume();
      opening.complete(inTerm);
    }
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
    shortage = superpeer.shortage();
  }

  /**
   * What breaks one action must not take those after it along: the superpeer has given them out,
   * and would wait for their ends for ever.
   */
  private void performSafely(Action action) {
    try {
      perform(action);
    } catch (RuntimeException | StackOverflowError e) {
      log.error(
          "cell {} met a bug in {} and goes on", cell.id(), action.getClass().getSimpleName(), e);
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
      superpeer.resumed(cell.read(OwnerScheduler::resume), System.nanoTime());
      opening.begin(leadership.taken());
    } else if (action instanceof Action.Send send) {
      context.sender().send(cell, send.start(), guard(send));
    } else if (action instanceof Action.StopAttempt stop) {
      context.sender().stop(cell, stop.attempt());
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
          unknown.ticket(), new Reply.Unknown("the superpeer of cell " + cell.id() + " changed"));
    } else if (action instanceof Action.NotLeader notLeader) {
      requests.reply(notLeader.ticket(), new Reply.NotSuperpeer(cell.superpeerHint()));
    } else if (action instanceof Action.Announce announce) {
      requests.announce(announce.invocation(), new Ended(announce.ending(), announce.index()));
    } else if (action instanceof Action.Forward forward) {
      context.sender().forward(cell, forward.settle());
    } else if (action instanceof Action.Inquire inquire) {
      context.sender().inquire(cell, inquire.inquiry());
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
      public long leftNanos() {
        return send.sendBeforeNanos() - System.nanoTime();
      }

      @Override
      public boolean permitsMore() {
        return leadership.leads(send.term());
      }
    };
  }

  @Override
  public void proposed(Entry entry, long nanos) {
    context.watch().proposed(cell.id(), entry, nanos);
  }

  @Override
  public void proposalRefused(Entry entry) {
    context.watch().proposalFailed(cell.id());
    mailbox.tell(() -> superpeer.proposalRefused(entry, System.nanoTime()));
  }

  @Override
  public void proposalFailed(Entry entry, Throwable cause) {
    context.watch().proposalFailed(cell.id());
    mailbox.tell(
        () -> {
          superpeer.proposalFailed(entry, System.nanoTime());
          if (cause instanceof NotLeaderException) {
            // Ratis may say "ready" a moment after "no leader": whoever is elected again is told.
            onLeadsNoMore(entry.proposer().term());
          }
        });
  }

  /** Does what waits, and ends. */
  @Override
  public void close() {
    isClosed = true; // Before the sender is told: what ends meanwhile is let go by one of the two.
    mailbox.close();
    proposer.close();
    context.sender().closed(cell);
  }
}
