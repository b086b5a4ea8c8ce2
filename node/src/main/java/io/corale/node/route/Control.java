package io.corale.node.route;

import static io.corale.node.route.Journey.refused;

import io.corale.model.CellId;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.Right;
import io.corale.model.ServiceClass;
import io.corale.node.cell.Cell;
import io.corale.node.cell.Reply;
import io.corale.node.door.Caller;
import io.corale.node.thread.Aside;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Hold.Target;
import io.corale.scheduler.HoldView;
import io.corale.scheduler.InvocationView;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Urgency;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Turns what an owner wants held, let go on, or done sooner or later into commands, and says what
 * is held (ADR 32), or waits for a person (ADR 39). Thread-safe.
 *
 * <p>Who asks is told the time of the cell first, and asks again with it: several copies of what
 * was asked for may be on their way, and none is carried out behind what was asked for later.
 */
final class Control {
  /** As many compositions as there may be, and more invocations than a person holds one by one. */
  private static final int MOST_LISTED = 2_000;

  /** The longest deadline that has a meaning: work that is to end later is to end whenever. */
  private static final long MAX_DEADLINE_MILLIS = 365L * 24 * 60 * 60 * 1_000;

  /** Those who ask in the same microsecond, many more of whom there never are. */
  private static final int ASKERS = 1_000;

  private static final Duration BUSY_RETRY_AFTER = Duration.ofMillis(500);
  private static final Duration REGISTRY_RETRY_AFTER = Duration.ofSeconds(2);

  private final Furnishing furnishing;
  private final Aside aside;

  /**
   * The cells in which somebody has something looked through: one at a time of each. What is to be
   * held does not wait for what is to have another priority, which waits behind all new work.
   */
  private final Set<CellId> holdsUnderWay = ConcurrentHashMap.newKeySet();

  private final Set<CellId> prioritiesUnderWay = ConcurrentHashMap.newKeySet();
  private final Set<CellId> resolutionsUnderWay = ConcurrentHashMap.newKeySet();
  private final AtomicInteger asked = new AtomicInteger();

  /**
   * @param aside where what is large is looked through
   */
  Control(Furnishing furnishing, Aside aside) {
    this.furnishing = furnishing;
    this.aside = aside;
  }

  /**
   * Throws {@link IllegalArgumentException} for a field that is wrong in itself.
   *
   * @return lets go of what waits: nothing does
   */
  Runnable serve(
      Cell cell, Door.Request request, Caller caller, Consumer<Door.Response> responses) {
    switch (request.getWhatCase()) {
      case HOLD -> hold(cell, request.getHold(), caller, responses);
      case PRIORITIZE -> prioritize(cell, request.getPrioritize(), caller, responses);
      case RESOLVE_INCIDENT -> resolve(cell, request.getResolveIncident(), caller, responses);
      case LIST_INCIDENTS -> {
        Door.ListIncidents query = request.getListIncidents();
        IncidentDesk.requireSense(query);
        boolean showsInput = caller.lacks(Right.INVOKE, cell.id().owner()).isEmpty();
        Desk.propose(
            cell.barrier(),
            responses,
            applied -> cell.read(scheduler -> IncidentDesk.page(scheduler, query, showsInput)));
      }
      // What is held is in force: who was deposed and does not know it must not say that (rule 26).
      default -> Desk.propose(cell.barrier(), responses, applied -> holds(cell));
    }
    return () -> {};
  }

  private void hold(Cell cell, Door.Hold asked, Caller caller, Consumer<Door.Response> responses) {
    Command.Hold hold = hold(asked, caller);
    if (hold.untilMicros() == 0) {
      tellTime(cell, responses, Optional::empty);
    } else if (hold.isHeld()
        && hold.target() instanceof Target.OfComposition named
        && !isDefined(cell, named.name())) {
      holdUndefined(cell, hold, named.name(), responses);
    } else {
      propose(cell, hold, responses);
    }
  }

  private static Command.Hold hold(Door.Hold asked, Caller caller) {
    Target target = target(asked);
    long until = Decode.atLeastZero("hold.until_micros", asked.getUntilMicros());
    return Decode.in(
        "hold.reason",
        () ->
            new Command.Hold(target, asked.getHeld(), caller.subject(), asked.getReason(), until));
  }

  /** It may have been published just now. */
  private void holdUndefined(
      Cell cell, Command.Hold hold, String name, Consumer<Door.Response> responses) {
    furnishing
        .furnish(cell)
        .thenRun(
            () -> {
              if (isDefined(cell, name)) {
                propose(cell, hold, responses);
              } else {
                responses.accept(refused(notDefined(cell, name)).build());
              }
            })
        .exceptionally(
            failure -> {
              responses.accept(refused(notFurnished(name, failure)).build());
              return null;
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

  private static Refusal notFurnished(String name, Throwable failure) {
    return Refusal.later(
        Refusal.Code.UNAVAILABLE,
        "nothing was held: whether composition '%s' is published could not be read: %s"
            .formatted(name, failure.getMessage()),
        REGISTRY_RETRY_AFTER);
  }

  private static Refusal notDefined(Cell cell, String name) {
    return Refusal.of(
        Refusal.Code.NOT_FOUND,
        "composition '%s' is not defined in the cell of owner '%s': it is not published, or the"
                .formatted(name, cell.id().owner())
            + " cell has no room for it");
  }

  private void prioritize(
      Cell cell, Door.Prioritize asked, Caller caller, Consumer<Door.Response> responses) {
    Command.Prioritize prioritize = prioritize(asked, caller);
    if (prioritize.untilMicros() == 0) {
      tellTime(cell, responses, () -> objection(cell, prioritize.invocation(), caller));
      return;
    }
    objection(cell, prioritize.invocation(), caller)
        .ifPresentOrElse(
            no -> responses.accept(refused(no).build()),
            () -> propose(cell, prioritize, responses));
  }

  private static Command.Prioritize prioritize(Door.Prioritize asked, Caller caller) {
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
    return new Command.Prioritize(
        Desk.id("prioritize.invocation", asked.getInvocation()),
        serviceClass,
        deadlineMicros,
        caller.subject(),
        Decode.atLeastZero("prioritize.until_micros", asked.getUntilMicros()));
  }

  /** What one caller begins, another may not push back, nor before their own (rule 17). */
  private static Optional<Refusal> objection(Cell cell, InvocationId id, Caller caller) {
    Optional<String> owned = cell.read(s -> s.status(id).map(InvocationView::caller));
    if (owned.isEmpty()) {
      return Optional.of(
          Refusal.of(Refusal.Code.NOT_FOUND, "invocation '" + id + "' is not known"));
    }
    return owned.get().equals(caller.subject())
        ? Optional.empty()
        : caller.lacks(Right.ADMIN, cell.id().owner());
  }

  private void resolve(
      Cell cell, Door.ResolveIncident asked, Caller caller, Consumer<Door.Response> responses) {
    Optional<Refusal> objection = IncidentDesk.objection(cell, asked, caller);
    if (objection.isPresent()) {
      responses.accept(refused(objection.get()).build());
    } else if (IncidentDesk.isLarge(asked)) {
      makeAside(cell, asked, caller, responses);
    } else {
      propose(cell, IncidentDesk.command(asked, caller), responses);
    }
  }

  /** Its input is read as a tree of objects. */
  private void makeAside(
      Cell cell, Door.ResolveIncident asked, Caller caller, Consumer<Door.Response> responses) {
    try {
      aside
          .makers(cell.id().owner(), asked.getSerializedSize())
          .execute(() -> resolveAside(cell, asked, caller, responses));
    } catch (RejectedExecutionException e) {
      responses.accept(
          refused(
                  Refusal.later(
                      Refusal.Code.OVERLOADED,
                      "node: too much waits to be evaluated on it",
                      Duration.ofMillis(200)))
              .build());
    }
  }

  private void resolveAside(
      Cell cell, Door.ResolveIncident asked, Caller caller, Consumer<Door.Response> responses) {
    Command.Resolve resolve;
    try {
      resolve = IncidentDesk.command(asked, caller);
    } catch (IllegalArgumentException e) {
      String why = String.valueOf(e.getMessage());
      responses.accept(refused(Refusal.of(Refusal.Code.INVALID, why)).build());
      return;
    }
    resolve.arguments().ifPresent(Payload::reference); // Here, and not where the cell waits for it.
    propose(cell, resolve, responses);
  }

  private void propose(Cell cell, Command.Resolve resolve, Consumer<Door.Response> responses) {
    if (resolve.untilMicros() == 0) {
      tellTime(cell, responses, Optional::empty);
    } else {
      propose(cell, (Command) resolve, responses);
    }
  }

  /** Behind all that was acknowledged, for the clock of an idle cell stands still. */
  private void tellTime(
      Cell cell, Consumer<Door.Response> responses, Supplier<Optional<Refusal>> objection) {
    Desk.propose(
        cell.barrier(),
        responses,
        applied -> objection.get().map(Journey::refused).orElseGet(() -> time(cell)));
  }

  private Door.Response.Builder time(Cell cell) {
    long until = cell.read(OwnerScheduler::nextUntilMicros);
    int asker = Math.floorMod(asked.getAndIncrement(), ASKERS);
    return Door.Response.newBuilder()
        .setControlTime(Door.ControlTime.newBuilder().setUntilMicros(until + asker));
  }

  private void propose(Cell cell, Command command, Consumer<Door.Response> responses) {
    Set<CellId> underWay = underWay(command);
    if (!underWay.add(cell.id())) {
      responses.accept(refused(busy(cell)).build());
      return;
    }
    CompletableFuture<Reply> reply = cell.propose(command, urgency(command));
    Desk.propose(
        reply.whenComplete((done, failure) -> underWay.remove(cell.id())),
        responses,
        applied ->
            Door.Response.newBuilder().setDone(Door.Done.newBuilder().setIndex(applied.index())));
  }

  /**
   * Who holds wants that now, however much new work waits, and who gives up makes room; another
   * priority is no result.
   */
  private static Urgency urgency(Command command) {
    boolean isSoon =
        command instanceof Command.Hold
            || (command instanceof Command.Resolve resolve && resolve.isGivingUp());
    return isSoon ? Urgency.RESULT : Urgency.NEW;
  }

  private Set<CellId> underWay(Command command) {
    if (command instanceof Command.Hold) {
      return holdsUnderWay;
    }
    return command instanceof Command.Resolve ? resolutionsUnderWay : prioritiesUnderWay;
  }

  private static Refusal busy(Cell cell) {
    return Refusal.later(
        Refusal.Code.OVERLOADED,
        "somebody holds, releases, prioritizes or resolves at cell "
            + cell.id()
            + " at this moment",
        BUSY_RETRY_AFTER);
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
        Door.HoldReport.newBuilder()
            .setHeldMicros(view.micros())
            .setHeldBy(view.by())
            .setReason(view.reason());
    if (view.target() instanceof Target.OfInvocation of) {
      return report.setInvocation(of.invocation().value()).build();
    }
    return view.target() instanceof Target.OfComposition of
        ? report.setComposition(of.name()).build()
        : report.setOwner(true).build();
  }
}
