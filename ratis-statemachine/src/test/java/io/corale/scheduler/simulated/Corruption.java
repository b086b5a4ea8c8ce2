package io.corale.scheduler.simulated;

import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.Retention;
import io.corale.scheduler.Branch;
import io.corale.scheduler.Breaker;
import io.corale.scheduler.Call;
import io.corale.scheduler.Consumption;
import io.corale.scheduler.Ear;
import io.corale.scheduler.Ears;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Slot;
import io.corale.scheduler.Upload;
import io.corale.scheduler.Waiting;
import io.corale.scheduler.simulated.Lives.Life;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** What the state would be after an entry, were a {@link Planted} bug in what became of it. */
final class Corruption {
  private final Planted bug;
  private final Speeder speeder;
  private final Bridge bridge;

  Corruption(Planted bug) {
    this.bug = bug;
    this.speeder = new Speeder(bug);
    this.bridge = new Bridge(bug);
  }

  boolean corrupts() {
    return switch (bug) {
      case DESCENDANTS_LIVE_ON,
          RECEIPT_EVICTED,
          RETENTION_DROPS_A_RECEIPT,
          NUMBERS_BEGIN_ANEW,
          LOSERS_LIVE_ON,
          SIBLINGS_LIVE_ON,
          LATE_LIVES_ON,
          CHILD_DOUBLED,
          AWAITED_LIVES_ON,
          ORPHAN_LIVES_ON,
          OCCURRENCE_DOUBLED,
          OCCURRENCE_LOST,
          TURN_PUT_OFF,
          TRIGGER_LOST,
          WAITING_EVENT_LOST,
          KEPT_EVENT_LOST,
          TAKEN_TWICE,
          UPLOADS_NOT_SWEPT ->
          true;
      default ->
          speeder.corrupts()
              || bridge.corrupts()
              || Warden.corrupts(bug)
              || Impostor.corrupts(bug)
              || bug == Planted.INCIDENT_FORGOTTEN
              || bug == Planted.RETRIED_BEFORE_FENCE;
    };
  }

  /** Empty where the bug changes nothing. */
  Optional<Image> corrupted(Image before, Image after, int receiptsKept) {
    return switch (bug) {
      case DESCENDANTS_LIVE_ON -> branchesLiveOn(before, after);
      case RECEIPT_EVICTED -> oldestForgotten(after, receiptsKept);
      case RETENTION_DROPS_A_RECEIPT ->
          after.header().retention().isNone()
              ? Optional.empty()
              : oldestForgotten(after, after.header().retention().count() + 1);
      case NUMBERS_BEGIN_ANEW -> changed(after, numberingFromOne(after));
      case LOSERS_LIVE_ON ->
          childrenLiveOn(
              before,
              after,
              (was, signal) ->
                  was.waiting().children().isRace() && signal instanceof Signal.Joined);
      case SIBLINGS_LIVE_ON ->
          childrenLiveOn(before, after, (was, signal) -> signal instanceof Signal.Failed);
      case WAITING_EVENT_LOST -> changed(after, withoutMail(after));
      case KEPT_EVENT_LOST -> changed(after, withoutUnheard(after));
      case TAKEN_TWICE -> changed(after, withOvertaken(before, after));
      case UPLOADS_NOT_SWEPT ->
          after.uploads().isEmpty() ? Optional.empty() : Optional.of(withFreshUploads(after));
      case LATE_LIVES_ON ->
          childrenLiveOn(before, after, (was, signal) -> signal instanceof Signal.Elapsed);
      case CHILD_DOUBLED -> isTakeOver(before, after) ? childDoubled(after) : Optional.empty();
      case OCCURRENCE_DOUBLED ->
          isTakeOver(before, after) ? occurrenceDoubled(after) : Optional.empty();
      case OCCURRENCE_LOST -> isTakeOver(before, after) ? occurrenceLost(after) : Optional.empty();
      case TURN_PUT_OFF -> turnPutOff(before, after);
      case TRIGGER_LOST -> triggerLost(after);
      case AWAITED_LIVES_ON -> runsLiveOn(before, after, parent -> parent.ended().isPresent());
      case AWAITED_NOT_HELD, RELEASE_LOSES_CALLS -> Warden.corrupted(bug, before, after);
      case INCIDENT_FORGOTTEN ->
          isTakeOver(before, after) ? Amnesia.withoutOpen(after) : Optional.empty();
      case RETRIED_BEFORE_FENCE -> Amnesia.unfenced(after);
      case MOVE_FORGOTTEN ->
          isTakeOver(before, after) ? Impostor.withoutMove(after) : Optional.empty();
      case FORMER_FORGOTTEN ->
          isTakeOver(before, after) ? Impostor.withoutFormer(after) : Optional.empty();
      case ORPHAN_LIVES_ON -> runsLiveOn(before, after, parent -> parent.ended().isEmpty());
      default -> bridge.corrupts() ? bridge.corrupted(after) : speeder.corrupted(before, after);
    };
  }

  private static boolean isTakeOver(Image before, Image after) {
    return !before.header().executor().equals(after.header().executor());
  }

  private static Optional<Image> childDoubled(Image after) {
    for (Branch root : notBegun(after)) {
      Invocation child = invocation(after, root);
      Optional<InvocationId> parent = child.submission().parent();
      if (parent.isPresent()) {
        return Optional.of(doubled(after, child, root, parent.get().run(999)));
      }
    }
    return Optional.empty();
  }

  private static Optional<Image> occurrenceDoubled(Image after) {
    for (Branch root : notBegun(after)) {
      Invocation occurrence = invocation(after, root);
      Optional<String> schedule = occurrence.submission().id().schedule();
      if (schedule.isPresent()) {
        InvocationId other = InvocationId.scheduled(schedule.get(), 999);
        return Optional.of(doubled(after, occurrence, root, other));
      }
    }
    return Optional.empty();
  }

  private static Optional<Image> occurrenceLost(Image after) {
    for (Branch root : notBegun(after)) {
      Invocation occurrence = invocation(after, root);
      if (occurrence.submission().id().schedule().isPresent()) {
        List<Invocation> invocations = new ArrayList<>(after.invocations());
        invocations.remove(occurrence);
        List<Branch> branches = new ArrayList<>(after.branches());
        branches.remove(root);
        return Optional.of(with(after, invocations, branches, after.slots()));
      }
    }
    return Optional.empty();
  }

  /** What was due then is due with what comes next: the invocation never was. */
  private static Optional<Image> turnPutOff(Image before, Image after) {
    if (before.schedules().isEmpty() || after.schedules().isEmpty()) {
      return Optional.empty();
    }
    Schedule was = before.schedules().get(0);
    Schedule now = after.schedules().get(0);
    if (now.counts().skipped() == was.counts().skipped()) {
      return Optional.empty();
    }
    Schedule.Counts counts = now.counts();
    Schedule silent =
        new Schedule(
            now.plan(),
            now.turn(),
            now.isStopped(),
            now.isWaiting(),
            new Schedule.Counts(counts.begun(), was.counts().skipped(), counts.live()),
            now.last(),
            now.due(),
            now.refusals(),
            now.consumption());
    return Optional.of(with(after, List.of(silent)));
  }

  /** What a schedule has heard vanishes before anybody has compared it. */
  private static Optional<Image> triggerLost(Image after) {
    if (after.schedules().isEmpty()
        || after.schedules().get(0).consumption().mailbox().size() < 2) {
      return Optional.empty();
    }
    Schedule now = after.schedules().get(0);
    Consumption heard = now.consumption();
    Schedule deaf =
        new Schedule(
            now.plan(),
            now.turn(),
            now.isStopped(),
            now.isWaiting(),
            now.counts(),
            now.last(),
            now.due(),
            now.refusals(),
            new Consumption(heard.mailbox().subList(0, 1), heard.parts(), heard.whole()));
    return Optional.of(with(after, List.of(deaf)));
  }

  /** The roots of what was begun by others and is not interpreted yet. */
  private static List<Branch> notBegun(Image image) {
    return image.branches().stream()
        .filter(branch -> branch.pending().orElse(null) instanceof Signal.Begun)
        .toList();
  }

  private static Invocation invocation(Image image, Branch root) {
    return image.invocations().stream()
        .filter(each -> each.submission().id().equals(root.key().invocation()))
        .findFirst()
        .orElseThrow();
  }

  private static Image doubled(
      Image after, Invocation invocation, Branch root, InvocationId other) {
    List<Invocation> invocations = new ArrayList<>(after.invocations());
    invocations.add(named(invocation, other));
    List<Branch> branches = new ArrayList<>(after.branches());
    branches.add(named(root, other));
    return with(after, invocations, branches, after.slots());
  }

  private static Invocation named(Invocation invocation, InvocationId id) {
    Invocation.Submission was = invocation.submission();
    return new Invocation(
        new Invocation.Submission(
            id,
            was.composition(),
            was.caller(),
            was.labels(),
            was.parent(),
            was.serviceClass(),
            was.sequence(),
            was.acceptedMicros(),
            was.acceptedWallMillis(),
            was.deadlineMicros(),
            was.rankMicros(),
            was.receiptUntilMicros(),
            was.traceParent(),
            new Invocation.Descent(was.descent().depth(), Optional.empty(), false)),
        invocation.counts(),
        invocation.context(),
        List.of(),
        invocation.trace(),
        invocation.held(),
        invocation.ended());
  }

  private static Branch named(Branch root, InvocationId id) {
    return new Branch(
        new Branch.Key(id, 0),
        root.parent(),
        root.elder(),
        root.step(),
        root.state(),
        root.waiting(),
        root.output());
  }

  /** What was cancelled because nobody awaits it comes back with all its branches. */
  private static Optional<Image> runsLiveOn(
      Image before, Image after, Predicate<Invocation> isAmiss) {
    Map<InvocationId, Invocation> was = new LinkedHashMap<>();
    before.invocations().forEach(each -> was.put(each.submission().id(), each));
    Map<InvocationId, Invocation> now = new LinkedHashMap<>();
    after.invocations().forEach(each -> now.put(each.submission().id(), each));
    Set<InvocationId> back = new LinkedHashSet<>();
    for (Invocation child : now.values()) {
      InvocationId id = child.submission().id();
      Optional<Branch.Key> waiter = child.submission().descent().awaitedBy();
      boolean isCancelled =
          child.ended().filter(e -> e.ending() instanceof Ending.Cancelled).isPresent();
      boolean wasLive = was.containsKey(id) && was.get(id).ended().isEmpty();
      boolean isUnderWay =
          before.calls().stream()
              .filter(call -> call.id().invocation().equals(id))
              .anyMatch(call -> call.state() != Call.State.QUEUED);
      if (waiter.isPresent()
          && isCancelled
          && wasLive
          && !isUnderWay
          && now.containsKey(waiter.get().invocation())
          && isAmiss.test(now.get(waiter.get().invocation()))) {
        back.add(id);
      }
    }
    if (back.isEmpty()) {
      return Optional.empty();
    }
    List<Invocation> invocations = new ArrayList<>();
    now.forEach((id, each) -> invocations.add(back.contains(id) ? was.get(id) : each));
    List<Branch> branches = new ArrayList<>(after.branches());
    before.branches().stream()
        .filter(branch -> back.contains(branch.key().invocation()))
        .filter(branch -> branch.waiting().run() == 0)
        .forEach(branches::add);
    List<Call> calls = new ArrayList<>(after.calls());
    before.calls().stream()
        .filter(call -> back.contains(call.id().invocation()))
        .forEach(calls::add);
    return Optional.of(with(after, invocations, branches, calls, after.slots()));
  }

  private static Optional<Image> branchesLiveOn(Image before, Image after) {
    Set<InvocationId> ended = new LinkedHashSet<>();
    for (Invocation invocation : after.invocations()) {
      if (invocation.ended().isPresent()) {
        ended.add(invocation.submission().id());
      }
    }
    List<Branch> branches = new ArrayList<>(after.branches());
    for (Branch branch : before.branches()) {
      if (branch.key().number() > 0 && ended.contains(branch.key().invocation())) {
        branches.add(branch);
      }
    }
    return withBranches(after, branches);
  }

  /** Children that are gone come back, where their parent has got such a signal. */
  private static Optional<Image> childrenLiveOn(
      Image before, Image after, BiPredicate<Branch, Signal> isAmiss) {
    Map<Branch.Key, Branch> was = byKey(before);
    Map<Branch.Key, Branch> now = byKey(after);
    List<Branch> branches = new ArrayList<>(after.branches());
    for (Branch child : before.branches()) {
      Branch.Key parent = new Branch.Key(child.key().invocation(), child.parent());
      boolean isGone = child.output().isEmpty() && !now.containsKey(child.key());
      if (isGone
          && now.containsKey(parent)
          && now.get(parent).pending().filter(s -> isAmiss.test(was.get(parent), s)).isPresent()) {
        branches.add(child);
      }
    }
    return withBranches(after, branches);
  }

  private static Map<Branch.Key, Branch> byKey(Image image) {
    Map<Branch.Key, Branch> branches = new LinkedHashMap<>();
    image.branches().forEach(branch -> branches.put(branch.key(), branch));
    return branches;
  }

  private static Optional<Image> withBranches(Image after, List<Branch> branches) {
    return branches.size() == after.branches().size()
        ? Optional.empty()
        : Optional.of(with(after, after.invocations(), branches, after.slots()));
  }

  private static Optional<Image> oldestForgotten(Image after, int receiptsKept) {
    List<Invocation> ended =
        after.invocations().stream().filter(i -> i.ended().isPresent()).toList();
    if (ended.size() < receiptsKept) {
      return Optional.empty();
    }
    List<Invocation> kept = new ArrayList<>(after.invocations());
    kept.remove(ended.get(0));
    return Optional.of(with(after, kept, after.branches(), after.slots()));
  }

  /** All calls but those that were opened as their invocation began. */
  private static Image numberingFromOne(Image image) {
    List<Invocation> invocations = new ArrayList<>(image.invocations());
    invocations.replaceAll(
        each -> Life.mayComeAgain(each.submission().id()) ? numberingFromOne(each) : each);
    return with(image, invocations, image.branches(), image.slots());
  }

  private static Invocation numberingFromOne(Invocation each) {
    Invocation.Counts counts = each.counts();
    return new Invocation(
        each.submission(),
        new Invocation.Counts(
            counts.nextBranch(),
            counts.branches(),
            0,
            counts.callsOpened(),
            counts.callsEnded(),
            counts.lastRun()),
        each.context(),
        each.kept(),
        each.trace(),
        each.held(),
        each.ended());
  }

  private static Optional<Image> changed(Image after, Image changed) {
    return changed.equals(after) ? Optional.empty() : Optional.of(changed);
  }

  /** Without the events that wait in mailboxes. */
  static Image withoutMail(Image image) {
    return waiting(
        image,
        waiting ->
            new Waiting(
                waiting.call(),
                waiting.run(),
                waiting.children(),
                waiting.timers(),
                new Ears(
                    waiting.ears().all().stream().map(Corruption::emptied).toList(),
                    waiting.ears().hearing()),
                waiting.pending()));
  }

  private static Ear emptied(Ear ear) {
    return new Ear(
        ear.number(), ear.sequence(), ear.subscriptions(), List.of(), ear.offered(), false);
  }

  /** Without the events that invocations keep while no branch of theirs listens. */
  private static Image withoutUnheard(Image image) {
    Set<InvocationId> listening = new LinkedHashSet<>();
    for (Branch branch : image.branches()) {
      if (!branch.waiting().ears().all().isEmpty()) {
        listening.add(branch.key().invocation());
      }
    }
    List<Invocation> invocations = new ArrayList<>();
    for (Invocation each : image.invocations()) {
      invocations.add(
          listening.contains(each.submission().id())
              ? each
              : new Invocation(
                  each.submission(),
                  each.counts(),
                  each.context(),
                  List.of(),
                  each.trace(),
                  each.held(),
                  each.ended()));
    }
    return with(image, invocations, image.branches(), image.slots());
  }

  /** Who has heard what another took since has still heard it. */
  private static Image withOvertaken(Image before, Image after) {
    Set<Long> kept = Eavesdropper.kept(after);
    Map<Branch.Key, Branch> was = byKey(before);
    List<Branch> branches = new ArrayList<>(after.branches());
    branches.replaceAll(
        now ->
            Moves.isOvertaken(now, Optional.ofNullable(was.get(now.key())), kept)
                ? was.get(now.key())
                : now);
    return with(after, after.invocations(), branches, after.slots());
  }

  /** As if somebody had gone on with each just now. */
  private static Image withFreshUploads(Image image) {
    long now = image.header().cellTimeMicros();
    return withUploads(
        image,
        image.uploads().stream()
            .map(upload -> new Upload(upload.text(), upload.received(), now))
            .toList());
  }

  static Image withoutUploads(Image image) {
    return withUploads(image, List.of());
  }

  private static Image withUploads(Image image, List<Upload> uploads) {
    return new Image(
        image.header(),
        image.definitions(),
        image.accounts(),
        image.secrets(),
        image.estimates(),
        image.invocations(),
        image.branches(),
        image.calls(),
        image.slots(),
        image.schedules(),
        image.announced(),
        uploads,
        image.holds(),
        image.breakers(),
        image.incidents());
  }

  static Image withoutTail(Image image) {
    Image.Header header = image.header();
    return with(image, header.activeFormat(), 0, header.retention());
  }

  static Image withoutActive(Image image) {
    Image.Header header = image.header();
    return with(image, Entry.BASE_FORMAT, header.tailFrom(), header.retention());
  }

  static Image withoutRetention(Image image) {
    Image.Header header = image.header();
    return with(image, header.activeFormat(), header.tailFrom(), Retention.NONE);
  }

  private static Image with(Image image, int activeFormat, long tailFrom, Retention retention) {
    Image.Header header = image.header();
    return new Image(
        new Image.Header(
            header.format(),
            activeFormat,
            header.cell(),
            header.epoch(),
            header.appliedTerm(),
            header.appliedIndex(),
            header.cellTimeMicros(),
            header.executor(),
            header.lastSequence(),
            tailFrom,
            header.chain(),
            retention,
            header.controlled(),
            header.admission(),
            header.membership()),
        image.definitions(),
        image.accounts(),
        image.secrets(),
        image.estimates(),
        image.invocations(),
        image.branches(),
        image.calls(),
        image.slots(),
        image.schedules(),
        image.announced(),
        image.uploads(),
        image.holds(),
        image.breakers(),
        image.incidents());
  }

  static Image withoutWaits(Image image) {
    return withCalls(image, image.calls().stream().map(Corruption::withoutWait).toList());
  }

  private static Call withoutWait(Call call) {
    return new Call(
        call.id(),
        call.branch(),
        call.spec(),
        call.sequence(),
        call.state(),
        call.attempt(),
        call.tried(),
        call.excused(),
        call.dueMicros(),
        0,
        call.base());
  }

  static Image withoutTimers(Image image) {
    return waiting(
        image,
        waiting ->
            new Waiting(
                waiting.call(),
                waiting.run(),
                waiting.children(),
                List.of(),
                waiting.ears(),
                waiting.pending()));
  }

  private static Image waiting(Image image, UnaryOperator<Waiting> change) {
    List<Branch> branches = new ArrayList<>();
    for (Branch branch : image.branches()) {
      branches.add(
          new Branch(
              branch.key(),
              branch.parent(),
              branch.elder(),
              branch.step(),
              branch.state(),
              change.apply(branch.waiting()),
              branch.output()));
    }
    return with(image, image.invocations(), branches, image.slots());
  }

  static Image with(
      Image image, List<Invocation> invocations, List<Branch> branches, List<Slot> slots) {
    return with(image, invocations, branches, image.calls(), slots);
  }

  static Image withAccounts(Image image, List<Image.Configured> accounts) {
    return new Image(
        image.header(),
        image.definitions(),
        accounts,
        image.secrets(),
        image.estimates(),
        image.invocations(),
        image.branches(),
        image.calls(),
        image.slots(),
        image.schedules(),
        image.announced(),
        image.uploads(),
        image.holds(),
        image.breakers(),
        image.incidents());
  }

  static Image withBreakers(Image image, List<Breaker> breakers) {
    return new Image(
        image.header(),
        image.definitions(),
        image.accounts(),
        image.secrets(),
        image.estimates(),
        image.invocations(),
        image.branches(),
        image.calls(),
        image.slots(),
        image.schedules(),
        image.announced(),
        image.uploads(),
        image.holds(),
        breakers,
        image.incidents());
  }

  static Image withCalls(Image image, List<Call> calls) {
    return with(image, image.invocations(), image.branches(), calls, image.slots());
  }

  private static Image with(Image image, List<Schedule> schedules) {
    return new Image(
        image.header(),
        image.definitions(),
        image.accounts(),
        image.secrets(),
        image.estimates(),
        image.invocations(),
        image.branches(),
        image.calls(),
        image.slots(),
        schedules,
        image.announced(),
        image.uploads(),
        image.holds(),
        image.breakers(),
        image.incidents());
  }

  private static Image with(
      Image image,
      List<Invocation> invocations,
      List<Branch> branches,
      List<Call> calls,
      List<Slot> slots) {
    return new Image(
        image.header(),
        image.definitions(),
        image.accounts(),
        image.secrets(),
        image.estimates(),
        invocations,
        branches,
        calls,
        slots,
        image.schedules(),
        image.announced(),
        image.uploads(),
        image.holds(),
        image.breakers(),
        image.incidents());
  }
}
