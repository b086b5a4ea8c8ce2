package io.corale.scheduler.simulated;

import io.corale.model.InvocationId;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Branch;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Compared;
import io.corale.scheduler.Consumption;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Mail;
import io.corale.scheduler.Result;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Timing;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Watches how events get from the log into the invocations that they begin: each that was
 * acknowledged while the schedule listened is with it until it is in one input, alone or with as
 * many others as belong together, or is counted as skipped, or was compared and not for it.
 */
final class Triggered {
  private static final Pattern ID = Pattern.compile("\"(\\d+)\"");

  private final Judge judge;
  private final Set<String> consumed = new LinkedHashSet<>();
  private Set<String> with = new LinkedHashSet<>();

  Triggered(Judge judge) {
    this.judge = judge;
  }

  void applied(Entry entry, Applied applied, Image image, Optional<Schedule> before) {
    Schedule now = image.schedules().get(0);
    if (!(now.plan().timing() instanceof Timing.On on)) {
      return;
    }
    Set<String> due = new LinkedHashSet<>(with);
    due.addAll(told(entry, applied));
    List<List<String>> sets = begun(image, before.map(was -> was.counts().begun()).orElse(0L));
    for (List<String> set : sets) {
      requireSet(set, on, due);
      due.removeAll(set);
    }
    with = heard(now.consumption());
    due.removeAll(with);
    long passed =
        entry.commands().stream()
            .filter(Compared.class::isInstance)
            .filter(each -> ((Compared) each).verdict() instanceof Compared.Verdict.Passed)
            .count();
    long skipped = now.counts().skipped() - before.map(was -> was.counts().skipped()).orElse(0L);
    long explained = passed + skipped * on.filters().size();
    // In an entry that plans or stops it, it hears some events and others not.
    boolean listens = before.isPresent() && !now.isStopped();
    judge.require(
        Check.SCHEDULES,
        !listens || due.size() <= explained,
        () -> due + " were heard and are gone: " + now);
  }

  /** What this entry has announced for the first time. */
  private static List<String> told(Entry entry, Applied applied) {
    List<String> told = new ArrayList<>();
    for (int i = 0; i < entry.commands().size(); i++) {
      if (entry.commands().get(i) instanceof Command.Announce announce
          && announce.to().isEmpty()
          && applied.results().get(i) instanceof Result.Announced announced
          && !announced.isKnown()) {
        told.add(announce.event().id());
      }
    }
    return told;
  }

  /** The events of each invocation that was begun in this entry. */
  private static List<List<String>> begun(Image image, long before) {
    List<List<String>> sets = new ArrayList<>();
    for (Branch branch : image.branches()) {
      InvocationId id = branch.key().invocation();
      if (id.schedule().isPresent()
          && branch.pending().orElse(null) instanceof Signal.Begun begun
          && Long.parseLong(id.value().substring(id.value().lastIndexOf('~') + 1)) > before) {
        sets.add(ID.matcher(begun.input().json()).results().map(each -> each.group(1)).toList());
      }
    }
    return sets;
  }

  private void requireSet(List<String> set, Timing.On on, Set<String> due) {
    judge.require(
        Check.SCHEDULES,
        set.size() == on.filters().size() && due.containsAll(set),
        () -> set + " begin an invocation, heard were " + due);
    judge.require(
        Check.SCHEDULES,
        set.stream().allMatch(consumed::add),
        () -> set + " begin another invocation");
    judge.require(
        Check.SCHEDULES,
        on.isExact() || set.stream().allMatch(Script::triggers),
        () -> set + " begin an invocation and are not for it");
  }

  private static Set<String> heard(Consumption consumption) {
    Set<String> heard = new LinkedHashSet<>();
    List<Mail> mails = new ArrayList<>(consumption.mailbox());
    consumption.parts().forEach(part -> mails.addAll(part.mails()));
    mails.addAll(consumption.whole());
    mails.forEach(mail -> heard.add(mail.event().id()));
    return heard;
  }
}
