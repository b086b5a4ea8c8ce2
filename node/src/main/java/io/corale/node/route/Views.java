package io.corale.node.route;

import io.corale.model.InvocationId;
import io.corale.node.cell.Cell;
import io.corale.scheduler.InvocationPage;
import io.corale.scheduler.InvocationView;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.TraceEvent;
import io.corale.scheduler.TraceView;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;

/** What a cell holds, in the words of the door. */
final class Views {
  /** A reason is a line for a person. */
  private static final int MAX_REASON_CHARS = 500;

  /** Before a place in the order of acceptance; no id begins so. */
  private static final String PLACE = ":";

  private Views() {}

  static Door.Response.Builder ended(InvocationId id, Cell.Ended end) {
    return Door.Response.newBuilder()
        .setEnded(
            Door.Ended.newBuilder()
                .setInvocation(id.value())
                .setEnding(Encode.ending(end.ending()))
                .setIndex(end.index()));
  }

  static Door.InvocationStatus status(Cell cell, InvocationView view, long index) {
    Door.InvocationStatus.Builder status =
        Door.InvocationStatus.newBuilder()
            .setInvocation(view.id().value())
            .setComposition(Encode.composition(view.composition()))
            .setPhase(phase(view.phase()))
            .setCaller(view.caller())
            .setServiceClass(Encode.serviceClass(view.serviceClass()))
            .putAllLabels(view.labels())
            .setAcceptedWallMillis(view.acceptedWallMillis())
            .setAgeMicros(view.ageMicros())
            .setCallsQueued(view.callsQueued())
            .setCallsRunning(view.callsRunning())
            .setCallsEnded((int) Math.min(Integer.MAX_VALUE, view.callsEnded()))
            .setIndex(index)
            .setCell(cell.id().number())
            .setParent(view.parent().map(InvocationId::value).orElse(""))
            .setRuns(view.runs())
            .setCallsHeld(view.callsHeld())
            .setCallsBarred(view.callsBarred())
            .setIncidents(view.incidents())
            .addAllListensFor(view.listensFor());
    view.held().ifPresent(held -> status.setHeld(Control.report(held)));
    view.ending().ifPresent(how -> status.setEnding(Encode.ending(how)));
    return status.build();
  }

  static Door.TraceReport trace(Cell cell, TraceView view, long index) {
    Door.TraceReport.Builder report =
        Door.TraceReport.newBuilder()
            .setStatus(status(cell, view.status(), index))
            .setDropped(view.dropped());
    view.events().forEach(event -> report.addEvents(event(event)));
    return report.build();
  }

  private static Door.TraceEvent event(TraceEvent event) {
    return Door.TraceEvent.newBuilder()
        .setKind(Door.TraceEvent.Kind.valueOf(event.kind().name()))
        .setIndex(event.index())
        .setAtMicros(event.atMicros())
        .setCall(event.call())
        .setAttempt(event.attempt())
        .setFunction(event.function())
        .setImplementation(event.implementation())
        .setPlace(event.place())
        .setExecutor(event.executor())
        .setDetail(event.detail())
        .build();
  }

  /** Empty where it is to begin after an invocation that is not known. */
  static Optional<Door.Response.Builder> page(Cell cell, Door.ListInvocations asked) {
    int limit = asked.getLimit();
    if (limit < 1 || limit > OwnerScheduler.MAX_PAGE) {
      throw new IllegalArgumentException(
          "list.limit must be from 1 to " + OwnerScheduler.MAX_PAGE + ", was " + limit);
    }
    Function<OwnerScheduler, OptionalLong> after = after(asked.getAfter());
    Predicate<InvocationView> filter =
        phaseFilter(asked.getPhase())
            .and(labelFilter(asked.getLabel()))
            .and(parentFilter(asked.getParent()))
            .and(view -> !asked.getIncidents() || view.incidents() > 0);
    return cell.read(
        scheduler -> {
          OptionalLong place = after.apply(scheduler);
          if (place.isEmpty()) {
            return Optional.empty();
          }
          InvocationPage page = scheduler.list(limit, place.getAsLong(), filter);
          Door.InvocationList.Builder list =
              Door.InvocationList.newBuilder().setIndex(scheduler.appliedIndex());
          // The rest is asked for one by one: a thousand outputs would not fit into a frame.
          page.invocations()
              .forEach(
                  view ->
                      list.addInvocations(
                          status(cell, view, scheduler.appliedIndex()).toBuilder()
                              .clearEnding()
                              .clearListensFor()));
          if (page.invocations().size() == limit) {
            list.setNext(PLACE + page.last());
          }
          return Optional.of(Door.Response.newBuilder().setList(list));
        });
  }

  /**
   * After which place a page begins: as {@code next} of the one before says it, or after an
   * invocation, by which older nodes said it.
   */
  private static Function<OwnerScheduler, OptionalLong> after(String cursor) {
    if (cursor.isEmpty()) {
      return scheduler -> OptionalLong.of(0);
    }
    if (!cursor.startsWith(PLACE)) {
      InvocationId id = Desk.id("list.after", cursor);
      return scheduler -> scheduler.place(id);
    }
    try {
      long place = Long.parseLong(cursor.substring(PLACE.length()));
      return scheduler -> OptionalLong.of(place);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("list.after is no page: '" + cursor + "'", e);
    }
  }

  private static Predicate<InvocationView> phaseFilter(Door.Phase phase) {
    return phase == Door.Phase.PHASE_UNSPECIFIED
        ? view -> true
        : view -> phase(view.phase()) == phase;
  }

  private static Predicate<InvocationView> labelFilter(String label) {
    if (label.isEmpty()) {
      return view -> true;
    }
    int equals = label.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("list.label must be key=value, was '" + label + "'");
    }
    String key = label.substring(0, equals);
    String value = label.substring(equals + 1);
    return view -> value.equals(view.labels().get(key));
  }

  private static Predicate<InvocationView> parentFilter(String parent) {
    if (parent.isEmpty()) {
      return view -> true;
    }
    Optional<InvocationId> wanted = Optional.of(Desk.id("list.parent", parent));
    return view -> view.parent().equals(wanted);
  }

  private static Door.Phase phase(InvocationView.Phase phase) {
    return switch (phase) {
      case RUNNING -> Door.Phase.RUNNING;
      case COMPLETED -> Door.Phase.COMPLETED;
      case FAULTED -> Door.Phase.FAULTED;
      case CANCELLED -> Door.Phase.CANCELLED;
    };
  }

  static String shortened(String reason) {
    return reason.length() <= MAX_REASON_CHARS ? reason : reason.substring(0, MAX_REASON_CHARS);
  }
}
