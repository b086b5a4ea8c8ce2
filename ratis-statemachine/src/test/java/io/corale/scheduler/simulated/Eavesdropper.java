package io.corale.scheduler.simulated;

import io.corale.model.Event;
import io.corale.model.InvocationId;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Branch;
import io.corale.scheduler.Command;
import io.corale.scheduler.Ear;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.Mail;
import io.corale.scheduler.Result;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Watches how events get from the log to those who listen, by what stands in the log alone: each
 * waits, in order and once, for every ear that is open for it, until its branch moves.
 */
final class Eavesdropper {
  private final Judge judge;
  private final Map<String, Long> addressed = new LinkedHashMap<>();
  private Map<Branch.Key, Branch> branches = new LinkedHashMap<>();
  private Map<InvocationId, List<Mail>> kept = new LinkedHashMap<>();
  private final Set<Event> emitted = new LinkedHashSet<>();
  private final Set<Long> taken = new LinkedHashSet<>();
  private int heard;

  /**
   * What an entry has announced: to all, and to one. Whether the transition beside an outcome was
   * applied does not stand in the log; its events either came to everybody, or to nobody.
   */
  private record News(List<Event> all, Map<InvocationId, List<Event>> one) {
    static News of(Entry entry, Applied applied, Image image, Set<Event> earlier) {
      News news = new News(new ArrayList<>(), new LinkedHashMap<>());
      Set<Event> there = there(image);
      there.removeAll(earlier);
      for (int i = 0; i < entry.commands().size(); i++) {
        Result result = applied.results().get(i);
        if (entry.commands().get(i) instanceof Command.Announce announce
            && result instanceof Result.Announced announced
            && !announced.isKnown()) {
          announce
              .to()
              .ifPresentOrElse(
                  to -> news.to(to).add(announce.event()), () -> news.all.add(announce.event()));
        } else if (!(result instanceof Result.Stale || result instanceof Result.Refused)) {
          emitted(entry.commands().get(i)).stream().filter(there::remove).forEach(news.all::add);
        }
      }
      return news;
    }

    private static Set<Event> there(Image image) {
      Set<Event> there = new LinkedHashSet<>();
      for (Branch branch : image.branches()) {
        branch.waiting().ears().all().forEach(ear -> there.addAll(events(ear.mailbox())));
        if (branch.pending().orElse(null) instanceof Signal.Heard signal) {
          there.add(signal.event());
        }
      }
      return there;
    }

    List<Event> to(InvocationId id) {
      return one.computeIfAbsent(id, key -> new ArrayList<>());
    }

    private static List<Event> emitted(Command command) {
      Optional<Transition> transition =
          command instanceof Command.Settle settle
              ? settle.transition()
              : command instanceof Command.Submit submit
                  ? Optional.of(submit.transition())
                  : command instanceof Command.Advance advance
                      ? Optional.of(advance.transition())
                      : Optional.empty();
      return transition.map(Transition::steps).orElse(List.of()).stream()
          .filter(Step.Emit.class::isInstance)
          .map(step -> ((Step.Emit) step).event())
          .toList();
    }
  }

  Eavesdropper(Judge judge) {
    this.judge = judge;
  }

  int heard() {
    return heard;
  }

  /** An entry was applied; this is the state then. */
  void applied(Entry entry, Applied applied, Image image) {
    News news = News.of(entry, applied, image, emitted);
    emitted.addAll(news.all);
    requireTakenOnce(entry, applied);
    Map<Branch.Key, Branch> branchesNow = new LinkedHashMap<>();
    for (Branch branch : image.branches()) {
      branchesNow.put(branch.key(), branch);
      Optional<Branch> was = Optional.ofNullable(branches.get(branch.key()));
      branch.waiting().ears().all().forEach(ear -> requireMail(branch, ear, was, news));
      requireHeard(branch, was, news);
    }
    Map<InvocationId, List<Mail>> keptNow = new LinkedHashMap<>();
    for (Invocation invocation : image.invocations()) {
      if (invocation.ended().isEmpty()) {
        keptNow.put(invocation.submission().id(), invocation.kept());
        requireKept(invocation, entry, news);
      }
    }
    branches = branchesNow;
    kept = keptNow;
  }

  /** What invocations keep, by sequence. */
  static Set<Long> kept(Image image) {
    Set<Long> kept = new LinkedHashSet<>();
    image.invocations().forEach(i -> i.kept().forEach(mail -> kept.add(mail.sequence())));
    return kept;
  }

  /**
   * What is addressed is taken by one branch. Who moves on from it, and does not say that it was
   * for another, has taken it; a script guards its own branch last.
   */
  private void requireTakenOnce(Entry entry, Applied applied) {
    for (int i = 0; i < entry.commands().size(); i++) {
      if (!(entry.commands().get(i) instanceof Command.Advance advance)
          || applied.results().get(i) instanceof Result.Stale
          || applied.results().get(i) instanceof Result.Absent
          || advance.transition().steps().stream().anyMatch(Eavesdropper::passes)) {
        continue;
      }
      List<Transition.Guard> guards = advance.transition().guards();
      Transition.Guard own = guards.get(guards.size() - 1);
      Branch was = branches.get(new Branch.Key(advance.invocation(), own.branch()));
      if (was != null
          && was.step() == own.step()
          && was.pending().orElse(null) instanceof Signal.Heard signal
          && signal.kept() != Signal.Heard.NOT_KEPT) {
        judge.require(
            Check.EVENTS,
            taken.add(signal.kept()),
            () -> was.key() + " takes " + signal.event() + ", which another has taken");
      }
    }
  }

  private static boolean passes(Step step) {
    return step instanceof Step.Hear hear && hear.passes();
  }

  /** What waits is what waited and what came, but for what was heard first. */
  private void requireMail(Branch branch, Ear ear, Optional<Branch> was, News news) {
    Optional<Ear> before =
        was.flatMap(b -> b.waiting().ears().find(ear.number()))
            .filter(e -> e.sequence() == ear.sequence());
    List<Event> due = new ArrayList<>();
    before.ifPresent(e -> due.addAll(events(e.mailbox())));
    news.all.stream().filter(event -> isFor(ear, event)).forEach(due::add);
    List<Event> waiting = events(ear.mailbox());
    int gone = due.size() - waiting.size();
    judge.require(
        Check.EVENTS,
        gone >= 0 && due.subList(gone, due.size()).equals(waiting),
        () -> branch.key() + " has " + waiting + " waiting of " + due);
    boolean hasMoved = was.isEmpty() || was.get().step() != branch.step();
    boolean hasHeard =
        was.isPresent() && was.get().pending().isEmpty() && branch.pending().isPresent();
    judge.require(
        Check.EVENTS,
        hasMoved || before.isEmpty() || gone <= (hasHeard ? 1 : 0),
        () -> branch.key() + " has lost " + gone + " of " + due);
  }

  private static boolean isFor(Ear ear, Event event) {
    return ear.subscriptions().stream()
        .anyMatch(each -> each.type().equals(Optional.of(event.type())));
  }

  private static List<Event> events(List<Mail> mail) {
    return mail.stream().map(Mail::event).toList();
  }

  /** What is heard was announced in this entry, or waited. */
  private void requireHeard(Branch branch, Optional<Branch> was, News news) {
    Optional<Signal> pending = branch.pending();
    boolean isNews = was.filter(b -> b.pending().equals(pending)).isEmpty();
    if (!(pending.orElse(null) instanceof Signal.Heard signal) || !isNews) {
      return;
    }
    heard++;
    List<Event> due = new ArrayList<>(news.all);
    due.addAll(news.to(branch.key().invocation()));
    due.addAll(events(kept.getOrDefault(branch.key().invocation(), List.of())));
    was.ifPresent(b -> b.waiting().ears().all().forEach(ear -> due.addAll(events(ear.mailbox()))));
    judge.require(
        Check.EVENTS,
        due.contains(signal.event()),
        () -> branch.key() + " has heard " + signal.event() + ", announced were " + due);
  }

  /** What is addressed is kept, once, until a transition takes it. */
  private void requireKept(Invocation invocation, Entry entry, News news) {
    InvocationId id = invocation.submission().id();
    List<Event> due = new ArrayList<>(events(kept.getOrDefault(id, List.of())));
    due.addAll(news.to(id));
    List<Event> now = events(invocation.kept());
    long moves = Moves.transitions(entry).getOrDefault(id, List.of()).size();
    judge.require(
        Check.EVENTS,
        due.containsAll(now) && due.size() - now.size() <= moves,
        () -> id + " keeps " + now + " of " + due);
    for (Mail mail : invocation.kept()) {
      String number = id + " " + mail.event().id().replaceFirst("-.*", "");
      Long before = addressed.putIfAbsent(number, mail.sequence());
      judge.require(
          Check.EVENTS,
          before == null || before == mail.sequence(),
          () -> id + " has got " + mail.event() + " twice");
    }
  }
}
