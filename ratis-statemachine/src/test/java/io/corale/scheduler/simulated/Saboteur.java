package io.corale.scheduler.simulated;

import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.model.Event;
import io.corale.model.InvocationId;
import io.corale.model.Policy;
import io.corale.model.Retention;
import io.corale.model.ScopeLimit;
import io.corale.model.Terms;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Image;
import io.corale.scheduler.LostEdges;
import io.corale.scheduler.Mail;
import io.corale.scheduler.Obstacle;
import io.corale.scheduler.Orphan;
import io.corale.scheduler.Overlap;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Readers;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Slot;
import io.corale.scheduler.SmallMemory;
import io.corale.scheduler.Transition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Does what a {@link Planted} bug in production code would do, between that code and its world: it
 * gives it another entry, term or time than there is, or drops part of what it said. Honest where
 * nothing is planted. All replicas are betrayed alike, unless the bug is that they differ.
 */
final class Saboteur {
  private static final int NO_LIMIT = 1_000;

  /** About what a new invocation weighs, with its branch and its call. */
  private static final int NEW_BYTES = 2_000;

  /** From which on slots hold the ids of what they were taken for. */
  private static final int HOLDING_FORMAT = 6;

  private final Planted bug;
  private final SmallMemory memory;
  private final Forger forger;
  private final Stowaway stowaway;
  private final Speeder speeder;
  private final Bridge bridge;

  Saboteur(Planted bug, SmallMemory memory) {
    this.bug = bug;
    this.memory = memory;
    this.forger = new Forger(bug);
    this.stowaway = new Stowaway(bug);
    this.speeder = new Speeder(bug);
    this.bridge = new Bridge(bug);
  }

  /** What a bug does to the state itself. */
  Corruption corruption() {
    return new Corruption(bug);
  }

  boolean plants(Planted which) {
    return bug == which;
  }

  // What a replica applies.

  /** The entry that a replica applies in place of the one in the log. */
  Entry applied(long term, Entry entry, int replica, boolean isItsOwn, OwnerScheduler before) {
    return switch (bug) {
      case TIME_COUNTS_TWICE -> lasting(entry, 2 * entry.elapsedMicros());
      case PROPOSER_APPLIES_ITS_OBJECT ->
          isItsOwn ? lasting(entry, entry.elapsedMicros() + 1) : entry;
      case TIME_OF_ANOTHER_TERM_COUNTS ->
          new Entry(
              new Executor(entry.proposer().node(), term),
              entry.sequence(),
              entry.elapsedMicros(),
              entry.proposerApplied(),
              entry.boundsTail(),
              entry.keepsWaits(),
              entry.commands());
      case TAIL_UNBOUNDED -> seeing(entry, entry.proposerApplied(), false);
      case TAIL_OF_ONE_ENTRY -> seeing(entry, before.appliedIndex(), true);
      case EDGE_LOST -> {
        LostEdges.of(before);
        yield entry;
      }
      default -> {
        List<Command> commands = new ArrayList<>();
        entry.commands().forEach(command -> commands.add(betrayed(command, replica, before)));
        stowaway.betray(commands, before);
        commands.addAll(more(entry, before));
        yield commanding(entry, commands);
      }
    };
  }

  /** By what a replica errs. */
  private long error(int replica) {
    return switch (bug) {
      case REPLICAS_RANK -> replica;
      case REPLICA_PARTS -> replica == 1 ? 1 : 0;
      default -> 0;
    };
  }

  private Command betrayed(Command command, int replica, OwnerScheduler before) {
    if (command instanceof Command.TakeOver && bug == Planted.NOBODY_TAKES_OVER) {
      return new Command.Tick();
    }
    if (bug == Planted.PRIORITY_IGNORED && command instanceof Command.Prioritize) {
      return new Command.Tick();
    }
    if (command instanceof Command.Agree agree) {
      return new Command.Agree(betrayed(agree.terms()));
    }
    if (command instanceof Command.Resolve resolve) {
      return Amnesia.betrayed(bug, resolve);
    }
    if (command instanceof Command.Relocation relocation) {
      return Impostor.betrayed(bug, relocation, before.membership());
    }
    if (bug == Planted.HELD_STARTS && command instanceof Command.Hold hold) {
      return Warden.released(hold);
    }
    if (bug == Planted.LATE_CONTROL) {
      return Warden.at(command, Long.MAX_VALUE);
    }
    if (bug == Planted.CONTROL_OUT_OF_ORDER
        && command instanceof Command.Control control
        && control.untilMicros() >= before.cellTimeMicros()) {
      return Warden.at(command, before.nextUntilMicros());
    }
    if (command instanceof Command.Configure configure) {
      return new Command.Configure(speeder.betrayed(betrayed(configure.account())));
    }
    if (command instanceof Command.Schedule schedule && bug == Planted.OVERLAP_IGNORED) {
      Schedule.Plan plan = schedule.plan();
      return new Command.Schedule(
          new Schedule.Plan(plan.composition(), plan.timing(), Overlap.ALLOW, plan.rankMicros()),
          schedule.wallMillis());
    }
    if (command instanceof Command.Submit submit) {
      return betrayed(submit, replica, before);
    }
    if (command instanceof Command.Advance advance) {
      Transition transition = forger.forged(advance.transition(), advance.invocation(), before);
      return new Command.Advance(advance.invocation(), Amnesia.betrayed(bug, transition));
    }
    if (command instanceof Command.Retain retain) {
      return new Command.Retain(betrayed(retain.retention()));
    }
    if (bug == Planted.EVENT_TWICE_IS_TWO && command instanceof Command.Announce announce) {
      return again(announce, before);
    }
    return command instanceof Command.Settle settle ? betrayed(settle, before) : command;
  }

  private Terms betrayed(Terms terms) {
    return new Terms(
        terms.version(),
        bug == Planted.QUEUE_UNBOUNDED ? Terms.MOST_QUEUED : terms.maxQueued(),
        terms.maxQueuedBytes(),
        terms.maxLive(),
        terms.submitsPerSecond(),
        bug == Planted.WEIGHT_IGNORED ? new TreeMap<>() : terms.weights());
  }

  private Retention betrayed(Retention retention) {
    return switch (bug) {
      case RETENTION_TOO_LONG ->
          new Retention(
              retention.age().multipliedBy(2), retention.count() + 1, retention.sizeBytes());
      case RETENTION_IGNORED -> Retention.NONE;
      default -> retention;
    };
  }

  private static Command again(Command.Announce announce, OwnerScheduler before) {
    Event event = announce.event();
    boolean isKnown =
        before.image().announced().stream()
            .anyMatch(
                a -> a.key().id().equals(event.id()) && a.key().source().equals(event.source()));
    return isKnown
        ? new Command.Announce(renamed(event, "again"), announce.to(), announce.receiptMicros())
        : announce;
  }

  private static Event renamed(Event event, String more) {
    return new Event(
        event.id() + "-" + more, event.source(), event.type(), event.subject(), event.content());
  }

  private Account betrayed(Account account) {
    List<ScopeLimit> scopes = new ArrayList<>(account.scopes());
    if (bug == Planted.LEAVES_LIMIT_ALONE && scopes.size() > 1) {
      scopes.replaceAll(
          s -> isInner(account, s) ? new ScopeLimit(s.scope(), s.parent(), NO_LIMIT) : s);
    }
    Policy policy =
        switch (bug) {
          case ORDER_OF_ARRIVAL -> Policy.FIFO;
          case RANK_IGNORED -> Policy.EDF;
          default -> account.policy();
        };
    return new Account(
        account.id(),
        account.provider(),
        account.version(),
        policy,
        account.settings(),
        scopes,
        account.retriesFast());
  }

  private static boolean isInner(Account account, ScopeLimit scope) {
    return account.scopes().stream().anyMatch(s -> s.parent().equals(Optional.of(scope.scope())));
  }

  private Command betrayed(Command.Submit submit, int replica, OwnerScheduler before) {
    boolean isKnown = before.status(submit.invocation()).isPresent();
    InvocationId id =
        (bug == Planted.SUBMIT_TWICE_RUNS_TWICE && isKnown)
                || (bug == Planted.HELD_ID_IS_FREE && isHeld(submit, before))
            ? new InvocationId(submit.invocation() + "-again")
            : submit.invocation();
    long receipt = submit.receiptMicros();
    long rank = submit.rankMicros() + error(replica);
    return new Command.Submit(
        id,
        submit.composition(),
        submit.input(),
        submit.caller(),
        submit.labels(),
        submit.parent(),
        submit.serviceClass(),
        submit.deadlineMicros(),
        bug == Planted.RECEIPT_TOO_SHORT
            ? receipt / 10
            : isTurnedAway(submit, before) ? 0 : receipt,
        rank,
        forger.forged(submit.transition(), id, before),
        submit.acceptedWallMillis(),
        submit.traceParent(),
        submit.wantsIncidents());
  }

  /** Whether nothing but slots of an earlier invocation is in its way. */
  private static boolean isHeld(Command.Submit submit, OwnerScheduler before) {
    InvocationId id = submit.invocation();
    return before.activeFormat() >= HOLDING_FORMAT
        && (before.status(id).isEmpty() || before.isHistory(id))
        && slots(before).anyMatch(s -> s.attempt().call().invocation().equals(id));
  }

  /** Whether a bug has no room for it beside history, or takes its id for taken. */
  private boolean isTurnedAway(Command.Submit submit, OwnerScheduler before) {
    return switch (bug) {
      case HISTORY_HOLDS_ITS_ID -> before.isHistory(submit.invocation());
      case HISTORY_COUNTS_AS_RECEIPTS ->
          before.history() > 0 && before.receipts() + before.history() >= memory.receipts();
      case HISTORY_COUNTS_AS_MEMORY ->
          before.history() > 0 && before.sizeBytes() + NEW_BYTES >= memory.sizeBytes();
      default -> false;
    };
  }

  private Command betrayed(Command.Settle settle, OwnerScheduler before) {
    InvocationId id = settle.attempt().call().invocation();
    boolean isStale =
        settle.transition().isPresent() && !Forger.holds(settle.transition().get(), id, before);
    if (bug == Planted.STALE_DROPS_OUTCOME && isStale) {
      return new Command.Tick();
    }
    return new Command.Settle(
        isForAnother(settle, before) ? underWay(settle, before) : nowCalledSo(settle, before),
        speeder.betrayed(settle.outcome()),
        settle.durationMicros(),
        settle.jitter(),
        settle.transition().map(t -> forger.forged(t, id, before)));
  }

  /** Whether a bug takes the outcome for that of another attempt of its call. */
  private boolean isForAnother(Command.Settle settle, OwnerScheduler before) {
    return bug == Planted.OUTCOME_OF_ANY_ATTEMPT
        || (bug == Planted.OUTCOME_OF_REPLACED_COUNTS
            && slots(before).noneMatch(slot -> slot.attempt().equals(settle.attempt()))
            && slots(before)
                .filter(slot -> slot.attempt().call().equals(settle.attempt().call()))
                .anyMatch(slot -> isFast(slot, before)));
  }

  /** Which attempt a bug takes the outcome of an earlier invocation for. */
  private AttemptId nowCalledSo(Command.Settle settle, OwnerScheduler before) {
    CallId call = settle.attempt().call();
    return bug != Planted.OUTCOME_OF_EARLIER_LIFE_COUNTS
        ? settle.attempt()
        : before.image().invocations().stream()
            .filter(i -> i.submission().id().equals(call.invocation()))
            .filter(i -> i.counts().callsBefore() >= call.number())
            .flatMap(i -> slots(before))
            .filter(slot -> slot.fenceMicros() == 0)
            .map(Slot::attempt)
            .filter(attempt -> attempt.call().invocation().equals(call.invocation()))
            .findFirst()
            .orElse(settle.attempt());
  }

  private static boolean isFast(Slot slot, OwnerScheduler before) {
    return before.accounts().stream()
        .anyMatch(account -> account.id().equals(slot.account()) && account.retriesFast());
  }

  private static AttemptId underWay(Command.Settle settle, OwnerScheduler before) {
    return slots(before)
        .map(Slot::attempt)
        .filter(attempt -> attempt.call().equals(settle.attempt().call()))
        .findFirst()
        .orElse(settle.attempt());
  }

  /** Proofs of ends that nobody has seen, and events that nobody may hear. */
  private List<Command> more(Entry entry, OwnerScheduler before) {
    List<Command> proofs = new ArrayList<>();
    if (bug == Planted.BREAKER_FAILS_CALLS) {
      proofs.addAll(bridge.more(before.image()));
    }
    if (bug == Planted.STALE_EMITS) {
      Moves.transitions(entry)
          .forEach(
              (id, its) ->
                  its.stream()
                      .filter(t -> !Forger.holds(t, id, before))
                      .flatMap(t -> t.steps().stream())
                      .filter(Transition.Step.Emit.class::isInstance)
                      .map(step -> renamed(((Transition.Step.Emit) step).event(), id + "-stale"))
                      .map(e -> new Command.Announce(e, Optional.empty(), 1_000_000))
                      .forEach(proofs::add));
    }
    if (bug == Planted.DROPPED_FREES) {
      leftBehind(before).forEach(s -> proofs.add(new Command.Proved(s.attempt())));
    }
    for (Command command : entry.commands()) {
      if (bug == Planted.UNPROVED_END_FREES
          && command instanceof Command.Settle settle
          && settle.outcome().mayHaveRun()) {
        proofs.add(new Command.Proved(settle.attempt()));
      } else if (bug == Planted.CANCEL_FREES && command instanceof Command.Cancel cancel) {
        slots(before)
            .filter(s -> s.attempt().call().invocation().equals(cancel.invocation()))
            .forEach(s -> proofs.add(new Command.Proved(s.attempt())));
      } else if (bug == Planted.TAKE_OVER_FREES && command instanceof Command.TakeOver) {
        slots(before)
            .filter(s -> s.fenceMicros() == 0)
            .forEach(s -> proofs.add(new Command.Proved(s.attempt())));
      } else if (bug == Planted.CRASH_FREES_ALL && command instanceof Command.Crashed crashed) {
        slots(before)
            .filter(s -> s.executor().equals(crashed.executor()))
            .forEach(s -> proofs.add(new Command.Proved(s.attempt())));
      } else if (bug == Planted.VERDICT_OF_ANY_EVENT
          && command instanceof Command.Compared compared) {
        mailbox(compared, before)
            .skip(1)
            .limit(1)
            .map(Mail::sequence)
            .map(next -> new Command.Compared(compared.composition(), next, compared.verdict()))
            .forEach(proofs::add);
      }
    }
    return proofs;
  }

  private static Stream<Mail> mailbox(Command.Compared compared, OwnerScheduler before) {
    return before.schedule(compared.composition().name()).stream()
        .flatMap(schedule -> schedule.consumption().mailbox().stream());
  }

  /** What branches that others ended have left behind. */
  private static Stream<Slot> leftBehind(OwnerScheduler before) {
    Image image = before.image();
    Set<CallId> awaited = new LinkedHashSet<>();
    image.calls().forEach(call -> awaited.add(call.id()));
    Set<InvocationId> living = new LinkedHashSet<>();
    image.invocations().stream()
        .filter(i -> i.ended().isEmpty())
        .forEach(i -> living.add(i.submission().id()));
    return image.slots().stream()
        .filter(s -> s.fenceMicros() > 0 && !awaited.contains(s.attempt().call()))
        .filter(s -> living.contains(s.attempt().call().invocation()));
  }

  private static Stream<Slot> slots(OwnerScheduler scheduler) {
    return scheduler.image().slots().stream();
  }

  private static Entry lasting(Entry entry, long elapsedMicros) {
    return new Entry(
        entry.proposer(),
        entry.sequence(),
        elapsedMicros,
        entry.proposerApplied(),
        entry.boundsTail(),
        entry.keepsWaits(),
        entry.commands());
  }

  private static Entry seeing(Entry entry, long proposerApplied, boolean boundsTail) {
    return new Entry(
        entry.proposer(),
        entry.sequence(),
        entry.elapsedMicros(),
        proposerApplied,
        boundsTail,
        entry.keepsWaits(),
        entry.commands());
  }

  private static Entry commanding(Entry entry, List<Command> commands) {
    return new Entry(
        entry.proposer(),
        entry.sequence(),
        entry.elapsedMicros(),
        entry.proposerApplied(),
        entry.boundsTail(),
        entry.keepsWaits(),
        commands);
  }

  /** The term in which a replica believes an entry to stand. */
  long term(long term, Entry entry, OwnerScheduler before) {
    boolean takesOver = entry.commands().stream().anyMatch(Command.TakeOver.class::isInstance);
    return bug == Planted.DISPATCHES_IN_ANY_TERM && !takesOver
        ? before.executor().map(Executor::term).orElse(term)
        : term;
  }

  // What a superpeer is told, and tells.

  /**
   * @param after the state after what was applied
   */
  Applied told(Applied applied, OwnerScheduler after) {
    return switch (bug) {
      case OPENING_UNANNOUNCED -> speeder.told(applied, after.image());
      case CONTINUE_FORGOTTEN -> without(applied, Effect.Continue.class);
      case TIMERS_UNANNOUNCED -> without(applied, Effect.WakeAt.class);
      case CALENDAR_UNASKED -> without(applied, Effect.Aim.class);
      case TAIL_UNACKNOWLEDGED -> without(applied, Effect.Acknowledge.class);
      case SHORTAGE_IS_FINAL -> Stowaway.refusedForGood(applied);
      default -> applied;
    };
  }

  private static Applied without(Applied applied, Class<? extends Effect> kind) {
    return new Applied(
        applied.cellTimeMicros(), applied.results(), without(applied.effects(), kind));
  }

  /** What keeps a call waiting, as who asks is told. */
  Obstacle explained(Obstacle obstacle) {
    return bug == Planted.WRONG_LIMIT_TOLD
            && obstacle instanceof Obstacle.OfSlots slots
            && !(obstacle instanceof Obstacle.Full)
        ? new Obstacle.Full(slots.scope(), slots.taken(), slots.leased(), slots.most())
        : obstacle;
  }

  List<Effect> resumed(List<Effect> effects, OwnerScheduler now) {
    return switch (bug) {
      case OPENING_UNANNOUNCED -> speeder.told(effects, now.image());
      case RESUME_FORGETS_SIGNALS -> without(effects, Effect.Continue.class);
      case RESUME_FORGETS_TIMERS -> without(effects, Effect.WakeAt.class);
      case RESUME_FORGETS_CALENDARS -> without(effects, Effect.Aim.class);
      case RESUME_FORGETS_TRIGGERS -> without(effects, Effect.Compare.class);
      case TAIL_UNACKNOWLEDGED -> without(effects, Effect.Acknowledge.class);
      case RESUME_FORGETS_ACTIVE -> without(effects, Effect.Active.class);
      case CRASH_FREES_ALL -> effects.stream().map(Saboteur::retryingFast).toList();
      default -> effects;
    };
  }

  private static Effect retryingFast(Effect effect) {
    if (!(effect instanceof Effect.Inquire inquire)) {
      return effect;
    }
    return new Effect.Inquire(
        inquire.earlier(),
        inquire.orphans().stream()
            .map(o -> new Orphan(o.attempt(), o.startedIndex(), o.fenceMicros(), true))
            .toList());
  }

  private static List<Effect> without(List<Effect> effects, Class<? extends Effect> kind) {
    return effects.stream().filter(effect -> !kind.isInstance(effect)).toList();
  }

  /** The entry that leaves for the log. */
  Entry proposed(Entry entry, long sinceLastNanos, int newestFormat) {
    if (bug == Planted.WRITES_AHEAD_OF_ACTIVE && newestFormat == Entry.NEWEST_FORMAT) {
      return keepingWaits(entry);
    }
    boolean takesOver = entry.commands().stream().anyMatch(Command.TakeOver.class::isInstance);
    return bug == Planted.TAKE_OVER_CARRIES_TIME && takesOver
        ? lasting(entry, Math.max(0, sinceLastNanos / 1_000))
        : entry;
  }

  private static Entry keepingWaits(Entry entry) {
    return new Entry(
        entry.proposer(),
        entry.sequence(),
        entry.elapsedMicros(),
        entry.proposerApplied(),
        entry.boundsTail(),
        true,
        entry.commands());
  }

  /** What a peer knows of what the others read. */
  Readers heard(Readers readers, int own) {
    if (bug != Planted.ACTIVATES_WITHOUT_ALL) {
      return readers;
    }
    Map<String, Integer> all = new LinkedHashMap<>();
    readers.peers().forEach(peer -> all.put(peer, own));
    return new Readers(readers.peers(), all);
  }

  /** What a snapshot holds. */
  Image snapshot(Image taken, Image now) {
    if (bug == Planted.SNAPSHOT_ENCODED_LATE) {
      return now;
    }
    if (bug == Planted.SNAPSHOT_WITHOUT_LEASES) {
      Set<AttemptId> awaited = new LinkedHashSet<>();
      taken.calls().stream()
          .filter(c -> c.attempt() > 0)
          .forEach(c -> awaited.add(new AttemptId(c.id(), c.attempt())));
      List<Slot> slots =
          taken.slots().stream()
              .filter(s -> s.fenceMicros() == 0 || awaited.contains(s.attempt()))
              .toList();
      return Corruption.with(taken, taken.invocations(), taken.branches(), slots);
    }
    if (bug == Planted.SNAPSHOT_WITHOUT_RATES) {
      return Speeder.withoutRates(taken);
    }
    if (bug == Planted.HOLD_FORGOTTEN_BY_SNAPSHOT) {
      return Warden.withoutHolds(taken);
    }
    if (bug == Planted.SNAPSHOT_WITHOUT_INCIDENTS) {
      return Amnesia.withoutIncidents(taken);
    }
    if (bug == Planted.SNAPSHOT_WITHOUT_MEMBERS) {
      return Impostor.withoutMembers(taken);
    }
    if (bug == Planted.SNAPSHOT_WITHOUT_BREAKERS) {
      return Bridge.withoutBreakers(taken);
    }
    if (bug == Planted.SNAPSHOT_WITHOUT_UPLOADS) {
      return Corruption.withoutUploads(taken);
    }
    if (bug == Planted.SNAPSHOT_WITHOUT_MAIL) {
      return Corruption.withoutMail(taken);
    }
    if (bug == Planted.SNAPSHOT_WITHOUT_WAITS) {
      return Corruption.withoutWaits(taken);
    }
    if (bug == Planted.SNAPSHOT_WITHOUT_TAIL) {
      return Corruption.withoutTail(taken);
    }
    if (bug == Planted.SNAPSHOT_WITHOUT_ACTIVE) {
      return Corruption.withoutActive(taken);
    }
    if (bug == Planted.SNAPSHOT_WITHOUT_RETENTION) {
      return Corruption.withoutRetention(taken);
    }
    return bug == Planted.SNAPSHOT_WITHOUT_TIMERS ? Corruption.withoutTimers(taken) : taken;
  }
}
