package io.corale.scheduler;

import io.corale.model.Event;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.Refusal.Code;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings events to those who listen. One that comes from outside reaches all of them or is refused;
 * one that a branch emits cannot be refused, so an ear that has no room for it learns that it has
 * missed something. The same holds for schedules that begin by events.
 *
 * <p>An event addressed to an invocation is kept by that until a branch has heard and taken it.
 */
final class Announcements {
  /** A hundred in a second for a quarter of an hour; more are refused, none is forgotten early. */
  static final int MAX_REMEMBERED = 100_000;

  /** By then, who listens has heard something. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Records records;
  private final Branches branches;
  private final Listeners listeners;
  private final Receipts receipts;
  private final Deadlines deadlines;
  private final Keeping keeping;
  private final Triggers triggers;
  private final Timers<Announced> expiries = new Timers<>();

  Announcements(
      Records records,
      Branches branches,
      Listeners listeners,
      Receipts receipts,
      Triggers triggers) {
    this.records = records;
    this.branches = branches;
    this.listeners = listeners;
    this.receipts = receipts;
    this.deadlines = new Deadlines(records);
    this.keeping = new Keeping(records, listeners);
    this.triggers = triggers;
  }

  /** Whom an event is for: ears of branches, and schedules by their names. */
  private record Audience(List<Listeners.Place> places, List<String> schedules) {
    int size() {
      return places.size() + schedules.size();
    }
  }

  Result announce(Pass pass, Command.Announce announce) {
    Announced.Key key = Announced.Key.of(announce.event(), announce.to());
    Announced known = records.announced(key);
    if (known != null) {
      return new Result.Announced(known.reached(), true);
    }
    Audience audience =
        announce.to().isPresent()
            ? addressed(announce.event(), announce.to().get())
            : listening(announce.event());
    Optional<Refusal> refusal = refusal(announce).or(() -> shortage(announce, audience));
    if (refusal.isPresent()) {
      return new Result.Refused(refusal.get());
    }
    Mail mail = Mail.of(records.nextSequence(), announce.event());
    remember(
        new Announced(
            key,
            mail.sequence(),
            CellClock.later(pass.nowMicros(), announce.receiptMicros()),
            audience.size()));
    if (announce.to().isPresent()) {
      keeping.keep(pass, announce.to().get(), mail);
      audience.places().forEach(place -> offer(pass, place, mail));
    } else {
      tell(pass, mail, audience);
    }
    return new Result.Announced(audience.size(), false);
  }

  /**
   * An event of a transition that was applied; its id is its own. What it begins is one level below
   * the invocation that says it, so that what begins itself comes to an end.
   */
  void emit(Pass pass, Event event, Invocation.Descent of) {
    tell(pass, new Mail(records.nextSequence(), event, of.depth() + 1), listening(event));
  }

  /**
   * A branch has taken an event that was addressed to its invocation. Others that have heard it as
   * well, and are not interpreted yet, hear on: it is for one of them.
   */
  void taken(Pass pass, InvocationId id, long sequence) {
    for (Listeners.Place place : listeners.of(id)) {
      Branch branch = records.require(place.branch());
      if (branch.pending().orElse(null) instanceof Signal.Heard heard
          && heard.kept() == sequence
          && heard.ear() == place.ear()) {
        hearOn(pass, branch, ear(branch, place));
      }
    }
  }

  /** Its step rises, so that what was made of the event meanwhile is stale. */
  private void hearOn(Pass pass, Branch branch, Ear ear) {
    Waiting waiting = branch.waiting().withoutSignal();
    Invocation invocation = records.require(branch.key().invocation());
    Optional<Ear.Next> next = ear.next(invocation.kept());
    if (next.isPresent()) {
      Waiting without = waiting.with(waiting.ears().with(next.get().ear()));
      branches.put(branch.next(without.forSignal(next.get().signal())));
      pass.signalled(branch.key());
    } else {
      long left = invocation.submission().deadlineMicros() - pass.nowMicros();
      Ears.Hearing hearing = new Ears.Hearing(ear.number(), left);
      branches.put(branch.next(waiting.with(waiting.ears().hearing(hearing))));
    }
  }

  /**
   * Announces what happened to invocations, in this order; what it begins is one level below, as
   * with events that they emit.
   */
  void tellNews(Pass pass) {
    Optional<Lifecycle.Told> news = pass.nextTold();
    while (news.isPresent()) {
      emit(pass, news.get().event(), news.get().of());
      news = pass.nextTold();
    }
  }

  /** Every event that is for all passes here. */
  private void tell(Pass pass, Mail mail, Audience audience) {
    for (Listeners.Place place : audience.places()) {
      if (hasRoom(place) && receipts.shortageOfMemory().isEmpty()) {
        deliver(pass, place, mail);
      } else {
        Branch branch = records.require(place.branch());
        Ear ear = ear(branch, place).overflowing();
        put(pass, branch, ear, ear.next(List.of()));
      }
    }
    triggers.hear(pass, mail, audience.schedules());
  }

  private Audience listening(Event event) {
    return new Audience(accepting(listeners.of(event), event), triggers.listening(event));
  }

  private Audience addressed(Event event, InvocationId to) {
    return new Audience(accepting(listeners.of(to), event), List.of());
  }

  private List<Listeners.Place> accepting(List<Listeners.Place> places, Event event) {
    return places.stream().filter(place -> accepts(place, event)).toList();
  }

  private boolean accepts(Listeners.Place place, Event event) {
    return ear(records.require(place.branch()), place).accepts(event);
  }

  private static Ear ear(Branch branch, Listeners.Place place) {
    return branch.waiting().ears().find(place.ear()).orElseThrow();
  }

  private Optional<Refusal> refusal(Command.Announce announce) {
    if (announce.receiptMicros() <= 0) {
      return no(Code.EXPIRED, "the time in which this event could be announced again has passed");
    }
    if (announce.receiptMicros() > Submissions.LONGEST_RECEIPT_MICROS) {
      return no(Code.INVALID, "an event is remembered for at most a day");
    }
    if (!announce.event().content().fitsInline()) {
      return no(
          Code.TOO_LARGE,
          "an event of "
              + announce.event().content().sizeBytes()
              + " bytes, at most "
              + Payload.MAX_INLINE_BYTES
              + " are taken");
    }
    if (announce.to().isEmpty()) {
      return Optional.empty();
    }
    Invocation to = records.invocation(announce.to().get());
    if (to == null) {
      return no(Code.NOT_FOUND, "invocation " + announce.to().get() + " is not known");
    }
    return to.isLive()
        ? Optional.empty()
        : no(Code.CONFLICT, "invocation " + to.id() + " has ended, it hears nothing any more");
  }

  private Optional<Refusal> shortage(Command.Announce announce, Audience audience) {
    if (records.announcedCount() >= MAX_REMEMBERED) {
      return full("the cell remembers " + MAX_REMEMBERED + " events");
    }
    if (announce.to().isPresent()) {
      InvocationId to = announce.to().get();
      return keeping.hasRoom(to, audience.places())
          ? receipts.shortageOfMemory()
          : full("invocation " + to + " keeps " + records.require(to).kept().size() + " events");
    }
    for (Listeners.Place place : audience.places()) {
      if (!hasRoom(place)) {
        return full(
            "branch "
                + place.branch().number()
                + " of invocation "
                + place.branch().invocation()
                + " has "
                + ear(records.require(place.branch()), place).mailbox().size()
                + " events waiting");
      }
    }
    for (String name : audience.schedules()) {
      if (!triggers.hasRoom(name)) {
        return full("the schedule of '" + name + "' has as many events waiting as it may");
      }
    }
    return receipts.shortageOfMemory(audience.size() * announce.event().sizeBytes());
  }

  private boolean hasRoom(Listeners.Place place) {
    return !ear(records.require(place.branch()), place).isFull();
  }

  private static Optional<Refusal> no(Code code, String message) {
    return Optional.of(Refusal.of(code, message));
  }

  private static Optional<Refusal> full(String what) {
    return Optional.of(Refusal.later(Code.OVERLOADED, what + ", no more fit in now", RETRY));
  }

  private void deliver(Pass pass, Listeners.Place place, Mail mail) {
    Branch branch = records.require(place.branch());
    Ear ear = ear(branch, place).and(mail);
    put(pass, branch, ear, ear.next(List.of()));
  }

  private void offer(Pass pass, Listeners.Place place, Mail mail) {
    Branch branch = records.require(place.branch());
    Ear ear = ear(branch, place);
    put(pass, branch, ear, Optional.of(ear.offer(mail)));
  }

  /** An ear has changed; if its branch waits to hear, it hears what is next. */
  private void put(Pass pass, Branch branch, Ear ear, Optional<Ear.Next> next) {
    Ears ears = branch.waiting().ears();
    if (next.isEmpty() || !ears.isHearing(ear.number())) {
      branches.put(branch.now(branch.waiting().with(ears.with(ear))));
      return;
    }
    Invocation invocation = records.require(branch.key().invocation());
    deadlines.waited(pass, invocation, ears.hearing().orElseThrow());
    Waiting waiting = branch.waiting().with(ears.with(next.get().ear()));
    branches.put(branch.now(waiting.forSignal(next.get().signal())));
    pass.signalled(branch.key());
  }

  private void remember(Announced announced) {
    records.put(announced);
    expiries.set(announced.untilMicros(), announced.sequence(), announced);
  }

  void restore(Announced announced) {
    remember(announced);
  }

  /** Forgets what nobody announces again. */
  void expire(long nowMicros) {
    @Nullable Announced due = expiries.popDue(nowMicros).orElse(null);
    while (due != null) {
      records.remove(due);
      due = expiries.popDue(nowMicros).orElse(null);
    }
  }
}
