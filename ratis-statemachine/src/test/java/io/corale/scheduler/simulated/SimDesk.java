package io.corale.scheduler.simulated;

import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.scheduler.Action;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Result;
import io.corale.scheduler.Superpeer;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Urgency;
import io.corale.scheduler.simulated.Lives.Life;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The door of one process: brings the superpeer what callers ask for, and answers them. */
final class SimDesk {
  /**
   * What a receipt lives beyond its caller's last word: for the errors of clocks, and for how long
   * a request may lie at a superpeer that cannot reach the others.
   */
  private static final long ALLOWANCE_MILLIS = 20_000;

  /** The same where the id comes again, and one life more of it harms nobody. */
  static final long SHORT_ALLOWANCE_MILLIS = 1_000;

  /** For who names no end. */
  private static final long DEFAULT_MILLIS = 600_000;

  /** What was asked under a ticket, with the command where one was made for this asking alone. */
  private record Asked(Letter letter, Optional<Command> command) {}

  private final SimPeer peer;
  private final SimCell cell;
  private final Superpeer superpeer;
  private final Map<Long, Asked> tickets = new LinkedHashMap<>();

  /** By identity: an equal command may have been asked for by another letter. */
  private final Set<Command> proposed = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Luggage luggage;
  private long nextTicket;

  SimDesk(SimPeer peer, SimCell cell, Superpeer superpeer) {
    this.peer = peer;
    this.cell = cell;
    this.superpeer = superpeer;
    this.luggage = cell.luggage();
  }

  void open(Letter letter) {
    if (letter instanceof Letter.Handover handover) {
      enqueue(letter, handover.settle(), Urgency.RESULT);
    } else if (letter instanceof Letter.Ask ask) {
      enqueue(letter, ask.command(), Urgency.RESULT);
    } else if (letter instanceof Letter.Run run) {
      open(run);
    } else if (letter instanceof Letter.Read read) {
      open(read);
    } else if (letter instanceof Letter.Witness witness) {
      superpeer.measured(witness.member(), witness.what());
    }
  }

  private void enqueue(Letter letter, Command command, Urgency urgency) {
    long ticket = nextTicket++;
    boolean isMade = letter instanceof Letter.Run;
    tickets.put(ticket, new Asked(letter, isMade ? Optional.of(command) : Optional.empty()));
    superpeer.enqueue(ticket, command, urgency, peer.nowNanos());
  }

  /** Rule 24: after its time, nobody knows any more whether an id ran. */
  private void open(Letter.Run run) {
    long leftMillis =
        run.retryUntilMillis() == Letter.Run.NO_END
            ? DEFAULT_MILLIS
            : run.retryUntilMillis() - peer.clock().wallMillis();
    if (leftMillis < 0 && cell.saboteur().plants(Planted.EXPIRED_IS_TAKEN)) {
      leftMillis = 0;
    }
    if (leftMillis < 0) {
      Refusal refusal = Refusal.of(Refusal.Code.EXPIRED, "asked again after its time");
      cell.reply(peer, new Letter.Answered(run.request(), new Result.Refused(refusal), 0));
    } else {
      boolean comesAgain = run.life().number() != Life.ONLY;
      long allowance = comesAgain ? SHORT_ALLOWANCE_MILLIS : ALLOWANCE_MILLIS;
      enqueue(run, submit(run, (leftMillis + allowance) * 1_000), Urgency.NEW);
    }
  }

  private Command.Submit submit(Letter.Run run, long receiptMicros) {
    boolean wantsIncidents = cell.person().wantsIncidents(peer.scheduler());
    Transition begun = Script.begin(run.invocation(), run.program());
    Transition first = wantsIncidents ? cell.person().hurried(begun) : begun;
    return new Command.Submit(
        run.invocation(),
        SimCell.COMPOSITION,
        isLaden() ? luggage.of(Payload.ofJson("\"" + run.invocation() + "\"")) : Payload.NULL,
        cell.terms().callerOf(run.invocation()),
        run.life().labels(),
        Optional.empty(),
        run.serviceClass(),
        run.deadlineMicros(),
        receiptMicros,
        run.program().text().length() * 100_000L,
        isLaden() ? luggage.of(first, run.invocation() + "/0.0") : first,
        peer.clock().wallMillis(),
        "",
        wantsIncidents);
  }

  /** As far as this peer has heard; where its superpeer has not, it says so. */
  private boolean isLaden() {
    return peer.scheduler().activeFormat() >= Entry.TEXTS_FORMAT;
  }

  /** Rule 26: who has seen no more than this peer is told what it knows; "not found" waits. */
  private void open(Letter.Read read) {
    boolean isKnown = isKnown(read);
    boolean isSeen = peer.scheduler().appliedIndex() >= read.seenIndex();
    boolean betrays =
        cell.saboteur().plants(Planted.READ_WITHOUT_INDEX)
            || (cell.saboteur().plants(Planted.READ_WITHOUT_BARRIER) && peer.believesToLead());
    if ((isKnown && isSeen) || betrays) {
      cell.reply(peer, new Letter.Found(read.request(), read.invocation(), isKnown));
      return;
    }
    long ticket = nextTicket++;
    tickets.put(ticket, new Asked(read, Optional.empty()));
    superpeer.barrier(ticket, peer.nowNanos());
  }

  private boolean isKnown(Letter.Read read) {
    return peer.scheduler().status(read.invocation()).isPresent();
  }

  void proposed(Entry entry) {
    proposed.addAll(entry.commands());
  }

  void answer(Action action) {
    if (action instanceof Action.Resolve resolve) {
      resolve(resolve);
    } else if (action instanceof Action.Unknown unknown) {
      askElsewhere(unknown.ticket(), cell.saboteur().plants(Planted.UNKNOWN_IS_CALLED_FAILED));
    } else if (action instanceof Action.NotLeader notLeader) {
      askElsewhere(notLeader.ticket(), true);
    }
  }

  private void resolve(Action.Resolve resolve) {
    Asked asked = tickets.remove(resolve.ticket());
    if (asked == null) {
      return;
    }
    Result result = resolve.result();
    tellIfTaken(asked);
    if (asked.letter() instanceof Letter.Run run) {
      if (result instanceof Result.Known && !isOfThatLife(run)) {
        cell.reply(peer, new Letter.AskElsewhere(run.request()));
        return;
      }
      if (!(result instanceof Result.Refused)) {
        cell.ledger().acknowledged(run.life());
      }
      cell.reply(peer, new Letter.Answered(run.request(), result, resolve.index()));
    } else if (asked.letter() instanceof Letter.Ask ask) {
      cell.reply(peer, new Letter.Answered(ask.request(), result, resolve.index()));
    } else if (asked.letter() instanceof Letter.Read read && result instanceof Result.Done) {
      cell.reply(peer, new Letter.Found(read.request(), read.invocation(), isKnown(read)));
    }
  }

  /** Who handed large values over waits for that with the next ones. */
  private void tellIfTaken(Asked asked) {
    if (asked.letter() instanceof Letter.Handover handover
        && !handover.settle().texts().isEmpty()) {
      cell.tell(peer, handover.from(), new Letter.Taken(handover.settle().attempt()));
    }
  }

  /** An earlier life of the id may have its receipt still. */
  private boolean isOfThatLife(Letter.Run run) {
    return peer.scheduler()
        .status(run.invocation())
        .filter(known -> known.labels().equals(run.life().labels()))
        .isPresent();
  }

  private void askElsewhere(long ticket, boolean isCertainlyNotProposed) {
    Asked asked = tickets.remove(ticket);
    if (asked == null) {
      return;
    }
    tellIfTaken(asked);
    boolean isProposed = asked.command().filter(proposed::contains).isPresent();
    cell.judge()
        .require(
            Check.ANSWERS,
            !isCertainlyNotProposed || !isProposed,
            () -> "said to be not proposed, and was: " + asked.letter());
    if (asked.letter() instanceof Letter.Run run) {
      cell.reply(peer, new Letter.AskElsewhere(run.request()));
    } else if (asked.letter() instanceof Letter.Ask ask) {
      cell.reply(peer, new Letter.AskElsewhere(ask.request()));
    }
  }
}
