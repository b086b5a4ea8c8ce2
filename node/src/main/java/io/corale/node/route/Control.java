package io.corale.node.route;

import static io.corale.node.route.Journey.refused;
import static io.corale.node.route.Journey.unknown;

import io.corale.model.Refusal;
import io.corale.model.ServiceClass;
import io.corale.node.cell.Cell;
import io.corale.node.cell.Reply;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Hold.Target;
import io.corale.scheduler.HoldView;
import io.corale.scheduler.Urgency;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Turns what an owner wants held, let go on, or done sooner or later into commands, and says what
 * is held (ADR 32). Thread-safe.
 */
final class Control {
  /** As many compositions as there may be, and more invocations than a person holds one by one. */
  private static final int MOST_LISTED = 2_000;

  /** The longest deadline that has a meaning: work that is to end later is to end whenever. */
  private static final long MAX_DEADLINE_MILLIS = 365L * 24 * 60 * 60 * 1_000;

  private final Furnishing furnishing;

  Control(Furnishing furnishing) {
    this.furnishing = furnishing;
  }

  /**
   * Throws {@link IllegalArgumentException} for a field that is wrong in itself.
   *
   * @return lets go of what waits: nothing does
   */
  Runnable serve(Cell cell, Door.Request request, Consumer<Door.Response> responses) {
    switch (request.getWhatCase()) {
      case HOLD -> hold(cell, request.getHold(), responses);
      case PRIORITIZE -> prioritize(cell, request.getPrioritize(), responses);
      default ->
          Desk.read(
              cell,
              request.getShowHolds().getSeenIndex(),
              "",
              responses,
              () -> Optional.of(holds(cell)));
    }
    return () -> {};
  }

  private void hold(Cell cell, Door.Hold asked, Consumer<Door.Response> responses) {
    Target target = target(asked);
    Command.Hold hold =
        Decode.in("hold", () -> new Command.Hold(target, asked.getHeld(), asked.getReason()));
    if (!(target instanceof Target.OfComposition named) || isDefined(cell, named.name())) {
      propose(cell, hold, responses);
      return;
    }
    furnishing
        .furnish(cell)
        .whenComplete(
            (furnished, failure) -> {
              if (failure != null) {
                responses.accept(unknown("hold: " + failure.getMessage()).build());
              } else if (isDefined(cell, named.name())) {
                propose(cell, hold, responses);
              } else {
                responses.accept(refused(notPublished(cell, named.name())).build());
              }
            });
  }

  private static Target target(Door.Hold asked) {
    return switch (asked.getTargetCase()) {
      case INVOCATION -> new Target.OfInvocation(Desk.id("hold.invocation", asked.getInvocation()));
      case COMPOSITION ->
          Decode.in("hold.composition", () -> new Target.OfComposition(asked.getComposition()));
      case OWNER -> new Target.OfOwner();
      case TARGET_NOT_SET ->
          throw new IllegalArgumentException(
              "hold.target must be an invocation, a composition or the owner");
    };
  }

  private static boolean isDefined(Cell cell, String name) {
    return cell.read(scheduler -> scheduler.compositions()).stream()
        .anyMatch(ref -> ref.name().equals(name));
  }

  private static Refusal notPublished(Cell cell, String name) {
    return Refusal.of(
        Refusal.Code.NOT_FOUND,
        "owner '" + cell.id().owner() + "' has not published composition '" + name + "'");
  }

  private static void prioritize(
      Cell cell, Door.Prioritize asked, Consumer<Door.Response> responses) {
    Optional<ServiceClass> serviceClass =
        asked.getServiceClassValue() == 0
            ? Optional.empty()
            : Optional.of(
                Decode.in(
                    "prioritize.service_class",
                    () -> Decode.serviceClass(asked.getServiceClassValue())));
    long millis = Decode.atLeastZero("prioritize.deadline_millis", asked.getDeadlineMillis());
    OptionalLong deadlineMicros =
        millis == 0
            ? OptionalLong.empty()
            : OptionalLong.of(Math.min(millis, MAX_DEADLINE_MILLIS) * 1_000);
    if (serviceClass.isEmpty() && deadlineMicros.isEmpty()) {
      throw new IllegalArgumentException(
          "prioritize must have a service_class, deadline_millis, or both");
    }
    propose(
        cell,
        new Command.Prioritize(
            Desk.id("prioritize.invocation", asked.getInvocation()), serviceClass, deadlineMicros),
        responses);
  }

  private static void propose(Cell cell, Command command, Consumer<Door.Response> responses) {
    CompletableFuture<Reply> reply = cell.propose(command, Urgency.RESULT);
    Desk.propose(
        reply,
        responses,
        applied ->
            Door.Response.newBuilder().setDone(Door.Done.newBuilder().setIndex(applied.index())));
  }

  private static Door.Response.Builder holds(Cell cell) {
    return cell.read(
        scheduler -> {
          List<HoldView> held = scheduler.holds(MOST_LISTED + 1);
          Door.HoldList.Builder list =
              Door.HoldList.newBuilder()
                  .setMore(held.size() > MOST_LISTED)
                  .setIndex(scheduler.appliedIndex());
          held.stream().limit(MOST_LISTED).map(Control::report).forEach(list::addHolds);
          return Door.Response.newBuilder().setHolds(list);
        });
  }

  static Door.HoldReport report(HoldView view) {
    Door.HoldReport.Builder report =
        Door.HoldReport.newBuilder().setHeldMicros(view.micros()).setReason(view.reason());
    if (view.target() instanceof Target.OfInvocation of) {
      return report.setInvocation(of.invocation().value()).build();
    }
    return view.target() instanceof Target.OfComposition of
        ? report.setComposition(of.name()).build()
        : report.setOwner(true).build();
  }
}
