package io.corale.scheduler.simulated;

import io.corale.model.CallId;
import io.corale.model.InvocationId;
import io.corale.scheduler.Call;
import io.corale.scheduler.Command;
import io.corale.scheduler.Image;
import io.corale.scheduler.Invocation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What would become of holds and priorities, were a {@link Planted} bug in them (ADR 32). */
final class Warden {
  private Warden() {}

  static boolean corrupts(Planted bug) {
    return bug == Planted.AWAITED_NOT_HELD || bug == Planted.RELEASE_LOSES_CALLS;
  }

  /** Empty where the bug changes nothing. */
  static Optional<Image> corrupted(Planted bug, Image before, Image after) {
    Image changed =
        bug == Planted.AWAITED_NOT_HELD ? withoutAwaited(after) : withLost(before, after);
    return changed.equals(after) ? Optional.empty() : Optional.of(changed);
  }

  /** What is asked for at that time, if it were to let go on. */
  static Command released(Command.Hold hold) {
    return new Command.Hold(hold.target(), false, hold.by(), hold.reason(), hold.untilMicros());
  }

  /** The same, with another time. */
  static Command at(Command command, long untilMicros) {
    if (command instanceof Command.Hold hold) {
      return new Command.Hold(hold.target(), hold.isHeld(), hold.by(), hold.reason(), untilMicros);
    }
    if (command instanceof Command.Resolve resolve) {
      return new Command.Resolve(
          resolve.invocation(), resolve.incident(), resolve.what(), resolve.by(), untilMicros);
    }
    return command instanceof Command.Prioritize prioritize
        ? new Command.Prioritize(
            prioritize.invocation(),
            prioritize.serviceClass(),
            prioritize.deadlineMicros(),
            prioritize.by(),
            untilMicros)
        : command;
  }

  private static Image withoutAwaited(Image image) {
    Map<InvocationId, Invocation> all = new LinkedHashMap<>();
    image.invocations().forEach(each -> all.put(each.submission().id(), each));
    return Corruption.withCalls(
        image,
        image.calls().stream()
            .map(
                call -> {
                  Invocation its = all.get(call.id().invocation());
                  boolean isAwaited =
                      its != null && its.submission().descent().awaitedBy().isPresent();
                  return call.state() == Call.State.HELD && isAwaited
                      ? in(call, Call.State.QUEUED)
                      : call;
                })
            .toList());
  }

  private static Image withLost(Image before, Image after) {
    Map<CallId, Call> held = new LinkedHashMap<>();
    before.calls().stream()
        .filter(call -> call.state() == Call.State.HELD)
        .forEach(call -> held.put(call.id(), call));
    List<Call> calls =
        after.calls().stream()
            .map(
                call ->
                    call.state() == Call.State.QUEUED && held.containsKey(call.id())
                        ? in(call, Call.State.HELD)
                        : call)
            .toList();
    return Corruption.withCalls(after, calls);
  }

  static Call in(Call call, Call.State state) {
    return new Call(
        call.id(),
        call.branch(),
        call.spec(),
        call.sequence(),
        state,
        call.attempt(),
        call.tried(),
        call.excused(),
        call.dueMicros(),
        call.queuedMicros(),
        call.base());
  }

  /** Nobody knows of it any more, but for the calls. */
  static Image withoutHolds(Image image) {
    return new Image(
        image.header(),
        image.definitions(),
        image.accounts(),
        image.secrets(),
        image.estimates(),
        image.invocations().stream().map(Warden::withoutHold).toList(),
        image.branches(),
        image.calls(),
        image.slots(),
        image.schedules(),
        image.announced(),
        image.uploads(),
        List.of(),
        image.breakers(),
        image.incidents());
  }

  private static Invocation withoutHold(Invocation each) {
    return new Invocation(
        each.submission(),
        each.counts(),
        each.context(),
        each.kept(),
        each.trace(),
        Optional.empty(),
        each.ended());
  }
}
