package io.corale.scheduler;

import io.corale.model.Event;
import io.corale.scheduler.Command.Compared;
import io.corale.scheduler.Command.Compared.Verdict;
import io.corale.scheduler.Consumption.Part;
import java.util.List;
import java.util.Optional;

/**
 * Brings events to the schedules that begin by them. Where names say it all, an event is compared
 * at once, so what it begins is in the very entry that brings it; else it waits in the mailbox of
 * the schedule until the superpeer has had it compared. One that has no room to begin what is whole
 * looks at nothing else until it has.
 */
final class Triggers {
  private final Timetable timetable;
  private final Occurrences occurrences;
  private final Receipts receipts;

  Triggers(Timetable timetable, Occurrences occurrences, Receipts receipts) {
    this.timetable = timetable;
    this.occurrences = occurrences;
    this.receipts = receipts;
  }

  /** The names of the schedules that an event may be for. */
  List<String> listening(Event event) {
    return timetable.listening(event);
  }

  /** Whether such a schedule can take one more event. */
  boolean hasRoom(String name) {
    return !timetable.require(name).consumption().isFull();
  }

  /** An event that cannot be refused is for these; one that has no room for it counts that. */
  void hear(Pass pass, Mail mail, List<String> names) {
    for (String name : names) {
      if (hasRoom(name) && receipts.shortageOfMemory().isEmpty()) {
        hear(pass, mail, name);
      } else {
        timetable.put(pass, timetable.require(name).withSkipped(1));
      }
    }
  }

  /** What has come to an earlier version of a schedule, and nobody has compared. */
  void hearAgain(Pass pass, List<Mail> mails, String name) {
    for (Mail mail : mails) {
      if (timetable.listening(mail.event()).contains(name)) {
        hear(pass, mail, name);
      }
    }
  }

  private void hear(Pass pass, Mail mail, String name) {
    Schedule schedule = timetable.require(name);
    timetable.put(pass, goOn(pass, schedule.with(schedule.consumption().and(mail))));
  }

  /** The interpreter has compared an event; of no effect unless that is the one it is asked for. */
  Result compared(Pass pass, Compared compared) {
    Optional<Schedule> schedule =
        timetable
            .find(compared.composition().name())
            .filter(known -> known.plan().composition().equals(compared.composition()))
            .filter(known -> known.compares().map(Mail::sequence).equals(of(compared)));
    schedule.ifPresent(known -> timetable.put(pass, judged(pass, known, compared.verdict())));
    return new Result.Done();
  }

  private static Optional<Long> of(Compared compared) {
    return Optional.of(compared.mail());
  }

  /** Compares what waits, as far as names say it all. */
  Schedule goOn(Pass pass, Schedule schedule) {
    Schedule next = schedule;
    while (next.refusals() == 0
        && next.listens().filter(Timing.On::isExact).isPresent()
        && next.consumption().next().isPresent()) {
      next = judged(pass, next, verdict(next));
    }
    return next;
  }

  /** To which set an event belongs: the oldest that lacks one of its kind. */
  private static Verdict verdict(Schedule schedule) {
    Timing.On on = schedule.listens().orElseThrow();
    Event event = schedule.consumption().next().orElseThrow().event();
    for (Part part : schedule.consumption().parts()) {
      Optional<Verdict> taken = taken(on, part, part.sequence(), event);
      if (taken.isPresent()) {
        return taken.get();
      }
    }
    return taken(on, Part.NOTHING, Verdict.Taken.NEW, event).orElse(new Verdict.Passed());
  }

  private static Optional<Verdict> taken(Timing.On on, Part part, long sequence, Event event) {
    for (int i = 0; i < on.filters().size(); i++) {
      if (!part.filters().contains(i) && on.filters().get(i).accepts(event)) {
        return Optional.of(new Verdict.Taken(sequence, i, part.expected()));
      }
    }
    return Optional.empty();
  }

  /** What comes of the event that was compared. */
  private Schedule judged(Pass pass, Schedule schedule, Verdict verdict) {
    Mail mail = schedule.consumption().next().orElseThrow();
    Schedule rest = schedule.with(schedule.consumption().withoutNext());
    if (verdict instanceof Verdict.Passed) {
      return rest;
    }
    return verdict instanceof Verdict.Taken taken && isSensible(schedule, taken)
        ? take(pass, rest, taken, mail)
        : rest.withSkipped(1);
  }

  private static boolean isSensible(Schedule schedule, Verdict.Taken taken) {
    Timing.On on = schedule.listens().orElseThrow();
    boolean hasPlace =
        taken.part() == Verdict.Taken.NEW
            || schedule
                .consumption()
                .part(taken.part())
                .filter(part -> !part.filters().contains(taken.filter()))
                .isPresent();
    return hasPlace
        && taken.filter() >= 0
        && taken.filter() < on.filters().size()
        && taken.expected().fitsInline();
  }

  private Schedule take(Pass pass, Schedule schedule, Verdict.Taken taken, Mail mail) {
    Consumption consumption = schedule.consumption();
    Part part =
        consumption
            .part(taken.part())
            .orElse(Part.NOTHING)
            .and(taken.filter(), mail, taken.expected());
    Timing.On on = schedule.listens().orElseThrow();
    if (!on.isAll() || part.filters().size() == on.filters().size()) {
      return whole(pass, schedule.with(consumption.without(part)), part.mails());
    }
    Consumption more = consumption.with(part);
    Consumption kept = more.bounded();
    return schedule.with(kept).withSkipped(more.parts().size() - kept.parts().size());
  }

  /** A set is whole: it begins an invocation, or waits for the end of one, or is skipped. */
  private Schedule whole(Pass pass, Schedule schedule, List<Mail> set) {
    Schedule taken = schedule.taken(schedule.last().at(pass.nowMicros()));
    if (Consumption.depth(set) > Runs.MAX_DEPTH) {
      return taken.withSkipped(1);
    }
    Schedule ready = taken.with(taken.consumption().withWhole(set));
    if (taken.counts().live() == 0 || taken.plan().overlap() == Overlap.ALLOW) {
      return occurrences.begin(pass, ready);
    }
    return taken.plan().overlap() == Overlap.WAIT && !taken.isWaiting()
        ? ready.waiting(true)
        : taken.withSkipped(1);
  }
}
