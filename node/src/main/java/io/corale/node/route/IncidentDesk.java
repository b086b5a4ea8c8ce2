package io.corale.node.route;

import static io.corale.node.route.Journey.refused;

import io.corale.flow.OtherInput;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.Right;
import io.corale.node.cell.Cell;
import io.corale.node.door.Caller;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Resolve.Resolution;
import io.corale.scheduler.Entry;
import io.corale.scheduler.IncidentView;
import io.corale.scheduler.OwnerScheduler;
import io.corale.wire.Common;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.util.List;
import java.util.Optional;

/** What fails for good and waits for a person, in the words of the door (ADR 39). Pure. */
final class IncidentDesk {
  /** Of one page, with all that each may have beyond it below the limit of a frame. */
  private static final int MOST_BYTES = 4 * 1024 * 1024;

  private static final String ARGUMENTS = "resolve_incident.retry.arguments";

  private IncidentDesk() {}

  /** Throws {@link IllegalArgumentException} for a field that is wrong in itself. */
  static void requireSense(Door.ListIncidents asked) {
    int limit = asked.getLimit();
    if (limit < 1 || limit > OwnerScheduler.MAX_PAGE) {
      throw new IllegalArgumentException(
          "list_incidents.limit must be from 1 to "
              + OwnerScheduler.MAX_PAGE
              + ", was "
              + Integer.toUnsignedString(limit));
    }
    Decode.atLeastZero("list_incidents.after", asked.getAfter());
    Decode.atLeastZero("list_incidents.number", asked.getNumber());
    if (of(asked).isEmpty() && asked.getNumber() > 0) {
      throw new IllegalArgumentException(
          "list_incidents.number is that of an incident of an invocation, which must be given");
    }
  }

  private static Optional<InvocationId> of(Door.ListIncidents asked) {
    return asked.getInvocation().isEmpty()
        ? Optional.empty()
        : Optional.of(Desk.id("list_incidents.invocation", asked.getInvocation()));
  }

  /**
   * Which those are.
   *
   * @param showsInput whether one alone is shown with what it was called with: a request may have
   *     tokens that are made of data, which nobody sees who may only read how things stand
   */
  static Door.Response.Builder page(
      OwnerScheduler scheduler, Door.ListIncidents asked, boolean showsInput) {
    return asked.getNumber() > 0 ? one(scheduler, asked, showsInput) : many(scheduler, asked);
  }

  private static Door.Response.Builder one(
      OwnerScheduler scheduler, Door.ListIncidents asked, boolean showsInput) {
    List<IncidentView> found = scheduler.incidents(1, asked.getNumber() - 1, of(asked));
    if (found.isEmpty() || found.get(0).number() != asked.getNumber()) {
      return refused(
          Refusal.of(
              Refusal.Code.NOT_FOUND,
              "incident %d of invocation %s waits for nobody: there is none, or it was resolved"
                  .formatted(asked.getNumber(), asked.getInvocation())));
    }
    Door.IncidentReport.Builder report = report(found.get(0));
    if (showsInput) {
      report.setArguments(Encode.payload(found.get(0).arguments()));
    }
    return list(scheduler, Door.IncidentList.newBuilder().addIncidents(report));
  }

  private static Door.Response.Builder many(OwnerScheduler scheduler, Door.ListIncidents asked) {
    List<IncidentView> found = scheduler.incidents(asked.getLimit(), asked.getAfter(), of(asked));
    return list(scheduler, page(found, asked.getLimit()).toBuilder());
  }

  /** As many of them as fit; the last one is where the next page begins, if there may be one. */
  static Door.IncidentList page(List<IncidentView> found, int limit) {
    Door.IncidentList.Builder list = Door.IncidentList.newBuilder();
    int size = 0;
    for (IncidentView each : found) {
      Door.IncidentReport report = report(each).build();
      size += report.getSerializedSize();
      list.addIncidents(report);
      if (list.getIncidentsCount() == limit || size > MOST_BYTES) {
        return list.setNext(each.number()).build();
      }
    }
    return list.build();
  }

  private static Door.Response.Builder list(
      OwnerScheduler scheduler, Door.IncidentList.Builder list) {
    return Door.Response.newBuilder().setIncidents(list.setIndex(scheduler.appliedIndex()));
  }

  /** Without what it was called with: a thousand of those would not fit into a frame. */
  static Door.IncidentReport.Builder report(IncidentView view) {
    return Door.IncidentReport.newBuilder()
        .setNumber(view.number())
        .setInvocation(view.call().invocation().value())
        .setComposition(Encode.composition(view.composition()))
        .setCall(view.call().number())
        .setAttempts(view.attempts())
        .setFunction(view.function())
        .setImplementation(view.implementation())
        .setPlace(view.task())
        .setAccount(view.account().value())
        .setScope(view.scope())
        .setProblem(Encode.problem(view.problem()))
        .setWaitsMicros(view.micros());
  }

  /** What the log carries; throws {@link IllegalArgumentException} for a field that is wrong. */
  static Command.Resolve command(Door.ResolveIncident asked, Caller caller) {
    InvocationId invocation = Desk.id("resolve_incident.invocation", asked.getInvocation());
    long until = Decode.atLeastZero("resolve_incident.until_micros", asked.getUntilMicros());
    Resolution what = resolution(asked);
    return Decode.in(
        "resolve_incident.number",
        () -> new Command.Resolve(invocation, asked.getNumber(), what, caller.subject(), until));
  }

  private static Resolution resolution(Door.ResolveIncident asked) {
    return switch (asked.getWhatCase()) {
      case RETRY ->
          new Resolution.Retry(
              asked.getRetry().hasArguments()
                  ? Optional.of(arguments(asked.getRetry().getArguments()))
                  : Optional.empty());
      case GIVE_UP -> new Resolution.GiveUp();
      case WHAT_NOT_SET ->
          throw new IllegalArgumentException("resolve_incident must be retry or give_up");
    };
  }

  private static Payload arguments(Common.Payload given) {
    Payload arguments = Decode.in(ARGUMENTS, () -> Decode.payload(given));
    OtherInput.fault(arguments)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(ARGUMENTS + " " + why);
            });
    return arguments;
  }

  /** Whether it brings what takes a while to be looked through. */
  static boolean isLarge(Door.ResolveIncident asked) {
    return sizeBytes(asked) > Payload.MAX_INLINE_BYTES;
  }

  private static int sizeBytes(Door.ResolveIncident asked) {
    return asked.getRetry().getArguments().getInline().size();
  }

  /**
   * Why that cannot be asked for here, found out without a look into what it brings. What a call is
   * given is made by its composition: who gives it something else must be allowed to publish
   * another one.
   */
  static Optional<Refusal> objection(Cell cell, Door.ResolveIncident asked, Caller caller) {
    if (!asked.getRetry().hasArguments()) {
      return Optional.empty();
    }
    return caller
        .lacks(Right.PUBLISH, cell.id().owner())
        .or(() -> tooLarge(cell, sizeBytes(asked)));
  }

  /** Large values travel in parts, which a log has words for from that format on. */
  private static Optional<Refusal> tooLarge(Cell cell, int sizeBytes) {
    int most =
        cell.activeFormat() >= Entry.TEXTS_FORMAT ? Payload.MAX_BYTES : Payload.MAX_INLINE_BYTES;
    return sizeBytes <= most
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                Refusal.Code.TOO_LARGE,
                "%s has %d bytes; the limit is %d".formatted(ARGUMENTS, sizeBytes, most)));
  }
}
