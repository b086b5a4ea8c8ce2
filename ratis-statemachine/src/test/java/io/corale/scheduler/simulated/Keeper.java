package io.corale.scheduler.simulated;

import io.corale.model.InvocationId;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Branch;
import io.corale.scheduler.Call;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Hold.Target;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.Invocation.Submission;
import io.corale.scheduler.Result;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Watches by what stands in the log that nothing starts which is held, and knows which priority
 * each invocation has by now (ADR 32).
 */
final class Keeper {
  private final Judge judge;

  /** What is held, whatever the scheduler says of it. */
  private final Set<Target> held = new LinkedHashSet<>();

  /** What each invocation was given last, as long as nothing else has moved it. */
  private final Map<InvocationId, Given> given = new LinkedHashMap<>();

  private Map<InvocationId, Submission> before = new LinkedHashMap<>();
  private Set<InvocationId> listening = new LinkedHashSet<>();
  private Optional<Command.Control> latest = Optional.empty();
  private int changes;

  /**
   * What an invocation was given.
   *
   * @param recorded what its record said then
   * @param due what it should say
   */
  private record Given(Submission recorded, Submission due) {}

  Keeper(Judge judge) {
    this.judge = judge;
  }

  /** An entry was applied; this is the state then. */
  void applied(Entry entry, Applied applied, Image image) {
    Map<InvocationId, Submission> now = new LinkedHashMap<>();
    image.invocations().stream()
        .filter(each -> each.ended().isEmpty())
        .map(Invocation::submission)
        .forEach(each -> now.put(each.id(), each));
    for (int i = 0; i < entry.commands().size(); i++) {
      if (applied.results().get(i) instanceof Result.Done) {
        note(entry, entry.commands().get(i), image, now);
      }
    }
    held.removeIf(
        target -> target instanceof Target.OfInvocation of && !now.containsKey(of.invocation()));
    given.keySet().retainAll(now.keySet());
    requireNothingHeldStarts(applied, image, now);
    before = now;
    listening = new LinkedHashSet<>();
    image.branches().stream()
        .filter(branch -> branch.waiting().ears().hearing().isPresent())
        .forEach(branch -> listening.add(branch.key().invocation()));
  }

  /** How often something was held, or let go on. */
  int changes() {
    return changes;
  }

  /** Whether something is held by now. */
  boolean holdsAnything() {
    return !held.isEmpty();
  }

  private void note(Entry entry, Command command, Image image, Map<InvocationId, Submission> now) {
    if (command instanceof Command.Control control) {
      if (latest.filter(control::equals).isPresent()) {
        return; // A copy of what was done.
      }
      requireInTime(control, image.header().cellTimeMicros());
      latest = Optional.of(control);
    }
    if (command instanceof Command.Hold hold) {
      changes++;
      if (hold.isHeld()) {
        held.add(hold.target());
      } else {
        held.remove(hold.target());
      }
    } else if (command instanceof Command.Prioritize prioritize
        && now.containsKey(prioritize.invocation())) {
      boolean isAlone =
          entry.commands().size() == 1
              && listening.stream().noneMatch(id -> isPartOf(id, prioritize.invocation(), now));
      note(prioritize, image, now, isAlone);
    }
  }

  private void requireInTime(Command.Control control, long micros) {
    judge.require(
        Check.HELD,
        micros <= control.untilMicros(),
        () -> "at " + micros + " it is too late for " + control);
    judge.require(
        Check.HELD,
        latest.stream().allMatch(done -> done.untilMicros() < control.untilMicros()),
        () -> control + " is done behind " + latest);
  }

  private void requireNothingHeldStarts(
      Applied applied, Image image, Map<InvocationId, Submission> now) {
    if (held.isEmpty()) {
      return;
    }
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Start start) {
        InvocationId id = start.attempt().call().invocation();
        judge.require(
            Check.HELD, !isHeld(id, now), () -> start.attempt() + " starts, held are " + held);
      }
    }
    boolean isKeptBack =
        image.calls().stream()
            .filter(c -> c.state() == Call.State.QUEUED || c.state() == Call.State.HELD)
            .anyMatch(call -> isHeld(call.id().invocation(), now));
    if (isKeptBack) {
      judge.watches(Check.HELD);
    }
  }

  private boolean isHeld(InvocationId id, Map<InvocationId, Submission> now) {
    Submission its = now.get(id);
    return held.contains(new Target.OfOwner())
        || held.contains(new Target.OfInvocation(id))
        || (its != null
            && (held.contains(new Target.OfComposition(its.composition().name()))
                || above(its).filter(parent -> isHeld(parent, now)).isPresent()));
  }

  private static Optional<InvocationId> above(Submission its) {
    return its.descent().awaitedBy().map(Branch.Key::invocation);
  }

  /** What its record should say, as far as that is known. */
  Submission known(Submission recorded) {
    Given its = given.get(recorded.id());
    return its != null && isAs(recorded, its.recorded()) ? its.due() : recorded;
  }

  private static boolean isAs(Submission one, Submission other) {
    return one.deadlineMicros() == other.deadlineMicros()
        && one.serviceClass() == other.serviceClass();
  }

  /**
   * @param isAlone whether nothing else in the entry can have moved a deadline or a backlog
   */
  private void note(
      Command.Prioritize command, Image image, Map<InvocationId, Submission> now, boolean isAlone) {
    InvocationId id = command.invocation();
    Submission is = now.get(id);
    Submission was = before.get(id);
    if (is == null || was == null || !isAlone) {
      given.keySet().removeIf(each -> isPartOf(each, id, now));
      return;
    }
    ServiceClass next = command.serviceClass().orElse(was.serviceClass());
    boolean asksForMore =
        command.deadlineMicros().isEmpty() && next.stretch() <= was.serviceClass().stretch();
    long deadline = deadline(command, was, next, image, now);
    for (Submission each : now.values()) {
      Submission its = before.get(each.id());
      if (isPartOf(each.id(), id, now) && its != null) {
        boolean isAhead =
            its.deadlineMicros() > image.header().cellTimeMicros() || next == ServiceClass.URGENT;
        boolean keeps = asksForMore && isAhead;
        long due = keeps ? Math.min(deadline, its.deadlineMicros()) : deadline;
        given.put(each.id(), new Given(each, with(each, next, due)));
      }
    }
    if (asksForMore && isAnythingHeld(id, now)) {
      // Its deadline is later by the time in which it was held, which only the scheduler knows.
      given.keySet().removeIf(each -> isPartOf(each, id, now));
    }
  }

  private boolean isAnythingHeld(InvocationId whole, Map<InvocationId, Submission> now) {
    return now.keySet().stream().anyMatch(id -> isPartOf(id, whole, now) && isHeld(id, now));
  }

  private static boolean isPartOf(
      InvocationId each, InvocationId whole, Map<InvocationId, Submission> now) {
    Submission its = now.get(each);
    return each.equals(whole)
        || (its != null && above(its).filter(next -> isPartOf(next, whole, now)).isPresent());
  }

  /** Rule 17, as if it were submitted now; what it has now is not asked for. */
  private static long deadline(
      Command.Prioritize command,
      Submission was,
      ServiceClass next,
      Image image,
      Map<InvocationId, Submission> now) {
    long micros = image.header().cellTimeMicros();
    long allowed = next.stretch() * was.rankMicros() + 1_000_000;
    long asked = Math.min(allowed, command.deadlineMicros().orElse(allowed));
    Map<String, Long> flows = new LinkedHashMap<>();
    for (Submission each : now.values()) {
      if (!each.id().equals(was.id())) {
        boolean follows = isPartOf(each.id(), was.id(), now);
        // Those that it awaits are moved after it.
        ServiceClass its = follows ? was.serviceClass() : each.serviceClass();
        flows.merge(each.caller() + "/" + its, each.rankMicros(), Long::sum);
      }
    }
    long slots = image.accounts().stream().mapToLong(a -> a.account().concurrency()).sum();
    long outstanding = flows.getOrDefault(was.caller() + "/" + next, 0L);
    return micros + Math.max(asked, outstanding * flows.size() / Math.max(1, slots));
  }

  private static Submission with(Submission each, ServiceClass next, long deadline) {
    return new Submission(
        each.id(),
        each.composition(),
        each.caller(),
        each.labels(),
        each.parent(),
        next,
        each.sequence(),
        each.acceptedMicros(),
        each.acceptedWallMillis(),
        deadline,
        each.rankMicros(),
        each.receiptUntilMicros(),
        each.traceParent(),
        each.descent());
  }
}
