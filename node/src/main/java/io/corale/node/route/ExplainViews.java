package io.corale.node.route;

import io.corale.model.InvocationId;
import io.corale.node.cell.Cell;
import io.corale.scheduler.Examination;
import io.corale.scheduler.Explained;
import io.corale.scheduler.Explanation;
import io.corale.scheduler.Forecast;
import io.corale.scheduler.Obstacle;
import io.corale.scheduler.OwnerScheduler;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.util.List;
import java.util.Optional;

/** Why the calls of an invocation stand where they stand, as the door carries it. */
final class ExplainViews {
  private ExplainViews() {}

  /** Empty where there is no such invocation. */
  static Optional<Door.Response.Builder> of(Cell cell, InvocationId id) {
    return cell.read(s -> s.examine(id).map(copied -> Copied.of(s, id, copied)))
        .map(
            copied ->
                report(cell, copied.examination().explained(), copied.index())
                    .addAllIncidents(copied.incidents()))
        .map(report -> Door.Response.newBuilder().setExplained(foretold(cell, report)));
  }

  /** Of one moment: what else it takes comes after, and the cell goes on meanwhile. */
  private record Copied(Examination examination, long index, List<Door.IncidentReport> incidents) {
    static Copied of(OwnerScheduler scheduler, InvocationId id, Examination copied) {
      return new Copied(
          copied,
          scheduler.appliedIndex(),
          scheduler.incidents(Explained.MAX_CALLS, 0, Optional.of(id)).stream()
              .map(each -> IncidentDesk.report(each).build())
              .toList());
    }
  }

  static Door.ExplainReport.Builder report(Cell cell, Explained explained, long index) {
    Door.ExplainReport.Builder report =
        Door.ExplainReport.newBuilder()
            .setTrace(Views.trace(cell, explained.trace(), index))
            .setOthers(explained.others());
    explained.calls().forEach(call -> report.addCalls(call(call)));
    return report;
  }

  /**
   * What a superpeer foretells is no part of the state, and must not be asked for within a read.
   */
  private static Door.ExplainReport foretold(Cell cell, Door.ExplainReport.Builder report) {
    for (Door.CallExplanation.Builder call : report.getCallsBuilderList()) {
      if (call.hasForetold()) {
        Explanation.Expected expected =
            new Explanation.Expected(
                call.getForetold().getExpectedMicros(), call.getQueuePlace().getIsLate());
        Forecast.Band band = cell.foretold(expected);
        call.getForetoldBuilder()
            .setLowMicros(band.lowMicros())
            .setHighMicros(band.highMicros())
            .setIsCalibrated(band.isCalibrated())
            .setSamples(band.samples());
      }
    }
    return report.build();
  }

  private static Door.CallExplanation call(Explanation call) {
    Door.CallExplanation.Builder message =
        Door.CallExplanation.newBuilder()
            .setCall(call.call().number())
            .setAttempt(call.attempt())
            .setState(Door.CallExplanation.State.valueOf(call.state().name()))
            .setFunction(call.function())
            .setImplementation(call.implementation())
            .setPlace(call.task())
            .setAccount(call.account().value())
            .setScope(call.scope())
            .setExecutor(call.executor());
    call.sinceMicros().ifPresent(message::setSinceMicros);
    call.obstacles().forEach(obstacle -> message.addObstacles(obstacle(obstacle)));
    call.place().ifPresent(place -> message.setQueuePlace(place(place)));
    call.expected()
        .ifPresent(
            expected ->
                message.setForetold(
                    Door.Foretold.newBuilder().setExpectedMicros(expected.micros())));
    call.changes().forEach(change -> message.addChanges(change(change)));
    return message.build();
  }

  private static Door.QueuePlace place(Explanation.Place place) {
    return Door.QueuePlace.newBuilder()
        .setScope(place.scope())
        .setBefore(place.before())
        .setIsMore(place.isMore())
        .setNextInvocation(place.next().invocation().value())
        .setNextCall(place.next().number())
        .setIsLate(place.isLate())
        .build();
  }

  private static Door.Change change(Explanation.Change change) {
    Door.Change.Builder message =
        Door.Change.newBuilder()
            .setKind(Door.Change.Kind.valueOf(change.kind().name()))
            .setScope(change.scope())
            .setTo(change.to());
    change.micros().ifPresent(message::setMicros);
    return message.build();
  }

  private static Door.Obstacle obstacle(Obstacle obstacle) {
    return obstacle instanceof Obstacle.OfScope ofScope
        ? ofScope(ofScope).setScope(ofScope.scope()).build()
        : ofCall(obstacle).build();
  }

  private static Door.Obstacle.Builder ofScope(Obstacle.OfScope obstacle) {
    Door.Obstacle.Builder message = Door.Obstacle.newBuilder();
    if (obstacle instanceof Obstacle.Full full) {
      return message.setSlots(slots(full, Door.Obstacle.Slots.By.LIMIT, 0));
    }
    if (obstacle instanceof Obstacle.Ramping ramping) {
      return message.setSlots(slots(ramping, Door.Obstacle.Slots.By.RAMP, ramping.micros()));
    }
    if (obstacle instanceof Obstacle.Learned learned) {
      return message.setSlots(slots(learned, Door.Obstacle.Slots.By.LEARNED, learned.micros()));
    }
    if (obstacle instanceof Obstacle.RateUsed used) {
      return message.setRate(
          Door.Obstacle.Rate.newBuilder()
              .setRate(Encode.limit(used.rate()).getRate())
              .setStarts(used.starts())
              .setIsAssumed(used.isAssumed())
              .setOpensInMicros(used.micros()));
    }
    if (obstacle instanceof Obstacle.Throttled throttled) {
      return message.setThrottled(
          Door.Obstacle.Throttled.newBuilder().setOpensInMicros(throttled.micros()));
    }
    if (obstacle instanceof Obstacle.Unseen unseen) {
      return message.setUnseen(
          Door.Obstacle.Unseen.newBuilder().setStarts(unseen.unseen()).setMost(unseen.most()));
    }
    throw new IllegalStateException("a new kind of obstacle: " + obstacle);
  }

  private static Door.Obstacle.Slots slots(
      Obstacle.OfSlots obstacle, Door.Obstacle.Slots.By by, long moreInMicros) {
    return Door.Obstacle.Slots.newBuilder()
        .setBy(by)
        .setTaken(obstacle.taken())
        .setLeased(obstacle.leased())
        .setMost(obstacle.most())
        .setMoreInMicros(moreInMicros)
        .build();
  }

  private static Door.Obstacle.Builder ofCall(Obstacle obstacle) {
    Door.Obstacle.Builder message = Door.Obstacle.newBuilder();
    if (obstacle instanceof Obstacle.Paused paused) {
      Door.Obstacle.Paused.Builder its =
          Door.Obstacle.Paused.newBuilder().setEndsInMicros(paused.micros());
      paused.isThrottled().ifPresent(its::setIsThrottled);
      return message.setPaused(its);
    }
    if (obstacle instanceof Obstacle.Fenced fenced) {
      return message.setFenced(
          Door.Obstacle.Fenced.newBuilder()
              .setIsAwaited(fenced.isAwaited())
              .setEndsInMicros(fenced.micros()));
    }
    if (obstacle instanceof Obstacle.OnHold held) {
      return message.setHeld(Control.report(held.hold()));
    }
    if (obstacle instanceof Obstacle.Unanswered unanswered) {
      return message.setUnanswered(
          Door.Obstacle.Unanswered.newBuilder()
              .setIsTrying(unanswered.isTrying())
              .setTriedInMicros(unanswered.micros()));
    }
    if (obstacle instanceof Obstacle.NoSuperpeer) {
      return message.setNoSuperpeer(Door.Obstacle.NoSuperpeer.getDefaultInstance());
    }
    throw new IllegalStateException("a new kind of obstacle: " + obstacle);
  }
}
