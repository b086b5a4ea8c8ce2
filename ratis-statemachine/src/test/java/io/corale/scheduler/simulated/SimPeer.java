package io.corale.scheduler.simulated;

import com.google.protobuf.ByteString;
import io.corale.model.AttemptId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Action;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Result;
import io.corale.scheduler.Superpeer;
import io.corale.scheduler.Urgency;
import io.corale.scheduler.wire.EntryCodec;
import io.corale.sim.SimLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * One node of a simulated cell: a real scheduler that applies the log, a real superpeer, and the
 * driver between them and the world, which is slow at times and sees everything late.
 */
final class SimPeer implements SimLog.Replica<Image> {
  private final int number;
  private final SimCell cell;
  private final RandomGenerator chance;

  /** Its clock begins anywhere and is up to one per cent wrong. */
  private final long clockOffsetNanos;

  private final long clockPerMille;

  private long boot;
  private OwnerScheduler scheduler = new OwnerScheduler();
  private Superpeer superpeer;
  private long ledTerm;
  private Deque<Runnable> events = new ArrayDeque<>();
  private boolean isScheduled;
  private long wakes;
  private long nextTicket;
  private final Map<Long, Letter> tickets = new LinkedHashMap<>();

  SimPeer(int number, SimCell cell, RandomGenerator chance) {
    this.number = number;
    this.cell = cell;
    this.chance = chance;
    this.clockOffsetNanos = chance.nextLong();
    this.clockPerMille = 990L + chance.nextInt(21);
    this.superpeer = born();
  }

  private Superpeer born() {
    boot++;
    Incarnation self = new Incarnation(new NodeId("n" + number), boot);
    return new Superpeer(self, cell.chance().of("jitter" + self), EntryCodec::sizeBytes);
  }

  String name() {
    return "n" + number;
  }

  Image image() {
    return scheduler.image();
  }

  OwnerScheduler scheduler() {
    return scheduler;
  }

  private long nowNanos() {
    return clockOffsetNanos + cell.time().nowNanos() / 1_000 * clockPerMille;
  }

  // What the log says.

  @Override
  public void lead(long term) {
    cell.trace().note(name() + " leads " + term);
    post(
        () -> {
          ledTerm = term;
          superpeer.lead(term, nowNanos());
        });
  }

  @Override
  public void unlead() {
    post(
        () -> {
          ledTerm = 0;
          superpeer.unlead(nowNanos());
        });
  }

  @Override
  public void apply(long term, long index, byte[] bytes) {
    Entry entry = EntryCodec.decode(ByteString.copyFrom(bytes));
    Applied applied = scheduler.apply(term, index, entry);
    cell.trace().note(name() + " applied " + index + " at " + applied.cellTimeMicros());
    cell.ledger().applied(index, applied, scheduler);
    post(() -> superpeer.applied(term, index, entry, applied, nowNanos()));
  }

  @Override
  public void restore(Optional<Image> snapshot) {
    cell.trace().note(name() + " restores " + snapshot.map(i -> i.header().appliedIndex()));
    scheduler = snapshot.map(OwnerScheduler::restore).orElseGet(OwnerScheduler::new);
  }

  @Override
  public void crash() {
    cell.trace().note(name() + " crashes");
    events = new ArrayDeque<>();
    tickets.clear();
    ledTerm = 0;
    superpeer = born();
  }

  // The driver: one thread, often late.

  private void post(Runnable event) {
    events.add(event);
    if (!isScheduled) {
      isScheduled = true;
      boolean pauses = cell.isHostile() && chance.nextInt(300) == 0;
      after(chance.nextLong(pauses ? 2_500_000 : 800), this::work);
    }
  }

  private void work() {
    isScheduled = false;
    while (!events.isEmpty()) {
      events.remove().run();
    }
    List<Action> actions = superpeer.drain(nowNanos());
    while (!actions.isEmpty()) {
      actions.forEach(this::perform);
      actions = superpeer.drain(nowNanos());
    }
  }

  private void perform(Action action) {
    if (action instanceof Action.Propose propose) {
      propose(propose.entry());
    } else if (action instanceof Action.Resume) {
      superpeer.resumed(scheduler.resume(), nowNanos());
    } else if (action instanceof Action.Send send) {
      send(send);
    } else if (action instanceof Action.Evaluate evaluate) {
      thisLife(
          chance.nextLong(2_000),
          () ->
              superpeer.evaluated(
                  evaluate.number(),
                  Script.advance(evaluate.branch(), evaluate.signal()),
                  nowNanos()));
    } else if (action instanceof Action.Resolve resolve) {
      answer(resolve);
    } else if (action instanceof Action.Unknown unknown) {
      askElsewhere(unknown.ticket());
    } else if (action instanceof Action.NotLeader notLeader) {
      askElsewhere(notLeader.ticket());
    } else if (action instanceof Action.Forward forward) {
      cell.handOver(this, new Letter.Handover(forward.settle()));
    } else if (action instanceof Action.WakeAfter wake) {
      wake(wake.nanos());
    }
  }

  private void propose(Entry entry) {
    cell.propose(
        number,
        entry.proposer().term(),
        EntryCodec.encode(entry).toByteArray(),
        inThisLife(() -> superpeer.proposalFailed(entry, nowNanos())));
  }

  /** The invoker: its last check before the bytes leave is the guard of rule 10. */
  private void send(Action.Send send) {
    long life = boot;
    boolean isSlow = cell.isHostile() && chance.nextInt(30) == 0;
    long delayMicros = chance.nextLong(isSlow ? 2_000_000 : 500);
    AttemptId attempt = send.start().attempt();
    after(
        delayMicros,
        () -> {
          if (life != boot) {
            return;
          }
          if (ledTerm == send.term() && send.sendBeforeNanos() - nowNanos() >= 0) {
            cell.provider().send(attempt, send.start().call(), o -> outcome(life, attempt, o));
          } else {
            outcome(life, attempt, new Outcome.NotSent("too late"));
          }
        });
  }

  private void outcome(long life, AttemptId attempt, Outcome outcome) {
    if (life == boot) {
      post(() -> superpeer.outcome(attempt, outcome, 1_000, nowNanos()));
    }
  }

  private void wake(long nanos) {
    long wake = ++wakes;
    long micros = Math.min(nanos / clockPerMille + 1, Duration.ofDays(1).toNanos() / 1_000);
    thisLife(
        micros,
        () -> {
          if (wake == wakes) {
            superpeer.tick(nowNanos());
          }
        });
  }

  // The door.

  void receive(String from, Letter letter) {
    post(() -> open(letter));
  }

  private void open(Letter letter) {
    long ticket = nextTicket++;
    tickets.put(ticket, letter);
    if (letter instanceof Letter.Handover handover) {
      superpeer.enqueue(ticket, handover.settle(), Urgency.RESULT, nowNanos());
    } else if (letter instanceof Letter.Ask ask) {
      superpeer.enqueue(ticket, ask.command(), Urgency.RESULT, nowNanos());
    } else if (letter instanceof Letter.Run run) {
      superpeer.enqueue(ticket, submit(run), Urgency.NEW, nowNanos());
    } else if (letter instanceof Letter.Read) {
      superpeer.barrier(ticket, nowNanos());
    }
  }

  private static Command.Submit submit(Letter.Run run) {
    return new Command.Submit(
        run.invocation(),
        SimCell.COMPOSITION,
        Payload.NULL,
        "caller",
        new TreeMap<>(),
        Optional.empty(),
        ServiceClass.STANDARD,
        0,
        Duration.ofHours(1).toNanos() / 1_000,
        run.program().length() * 100_000L,
        Script.begin(run.program()),
        0,
        "");
  }

  private void answer(Action.Resolve resolve) {
    Letter asked = tickets.remove(resolve.ticket());
    if (asked instanceof Letter.Run run) {
      if (!(resolve.result() instanceof Result.Refused)) {
        cell.ledger().acknowledged(run.invocation());
      }
      cell.reply(this, new Letter.Answered(run.request(), resolve.result()));
    } else if (asked instanceof Letter.Ask ask) {
      cell.reply(this, new Letter.Answered(ask.request(), resolve.result()));
    } else if (asked instanceof Letter.Read read) {
      if (resolve.result() instanceof Result.Done) {
        boolean isKnown = scheduler.status(read.invocation()).isPresent();
        cell.reply(this, new Letter.Found(read.request(), read.invocation(), isKnown));
      }
    }
  }

  private void askElsewhere(long ticket) {
    Letter asked = tickets.remove(ticket);
    if (asked instanceof Letter.Run run) {
      cell.reply(this, new Letter.AskElsewhere(run.request()));
    } else if (asked instanceof Letter.Ask ask) {
      cell.reply(this, new Letter.AskElsewhere(ask.request()));
    }
  }

  private void thisLife(long micros, Runnable event) {
    Runnable posted = inThisLife(event);
    after(micros, posted);
  }

  /** What comes back to a process that is gone finds nobody. */
  private Runnable inThisLife(Runnable event) {
    long life = boot;
    return () -> {
      if (life == boot) {
        post(event);
      }
    };
  }

  private void after(long micros, Runnable action) {
    cell.time().after(Duration.ofNanos(micros * 1_000), action);
  }
}
