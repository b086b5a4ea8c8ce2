package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.util.Locale;

/** Why calls wait, in words for people and as JSON for programs. */
final class ExplainWords {
  private ExplainWords() {}

  static String name(Door.CallExplanation call) {
    String function =
        call.getImplementation().isEmpty()
            ? call.getFunction()
            : call.getFunction() + "/" + call.getImplementation();
    return call.getCall()
        + " of "
        + function
        + " at "
        + call.getPlace()
        + ", in "
        + call.getAccount()
        + "/"
        + call.getScope();
  }

  /** What it does, and for how long. */
  static String standing(Door.CallExplanation call) {
    String what =
        switch (call.getState()) {
          case QUEUED ->
              call.getObstaclesList().stream().anyMatch(Door.Obstacle::hasUnanswered)
                  ? "waits for an answer of what it calls"
                  : "waits for a slot";
          case IN_FLIGHT -> "runs at " + call.getExecutor();
          case LOST -> "its executor has lost the cell";
          case PAUSED -> "pauses";
          case FENCED -> "waits for the end of its last attempt";
          case HELD -> "is held";
          case STATE_UNSPECIFIED, UNRECOGNIZED -> "state " + call.getStateValue();
        };
    String attempt = call.getAttempt() == 0 ? "" : ", attempt " + call.getAttempt();
    return call.hasSinceMicros()
        ? what + ", since " + Words.seconds(call.getSinceMicros()) + attempt
        : what + attempt;
  }

  static String standing(Door.IncidentReport incident) {
    return Words.called(incident)
        + ", waits for a person since "
        + Words.seconds(incident.getWaitsMicros())
        + ": "
        + Outcomes.text(Decode.problem(incident.getProblem()));
  }

  /** What a person can do about it. */
  static String change(Door.IncidentReport incident) {
    return "corale incident retry "
        + incident.getInvocation()
        + " "
        + incident.getNumber()
        + ", or give-up in place of retry";
  }

  static String words(Door.Obstacle obstacle) {
    String what =
        switch (obstacle.getWhatCase()) {
          case SLOTS -> words(obstacle.getSlots());
          case RATE -> words(obstacle.getRate());
          case THROTTLED ->
              "its provider has no room" + opens(obstacle.getThrottled().getOpensInMicros());
          case UNSEEN ->
              "the superpeer has not seen %d starts, and may have %d of those: until its next entry"
                  .formatted(obstacle.getUnseen().getStarts(), obstacle.getUnseen().getMost());
          case PAUSED ->
              pause(obstacle.getPaused()) + Words.seconds(obstacle.getPaused().getEndsInMicros());
          case FENCED ->
              "its last attempt may run for another "
                  + Words.seconds(obstacle.getFenced().getEndsInMicros())
                  + (obstacle.getFenced().getIsAwaited() ? "; its outcome would count" : "");
          case HELD -> held(obstacle.getHeld());
          case UNANSWERED -> words(obstacle.getUnanswered());
          case NO_SUPERPEER -> "no superpeer has taken over in this term";
          case WHAT_NOT_SET -> "something that only newer builds know";
        };
    return obstacle.getScope().isEmpty() ? what : "scope " + obstacle.getScope() + ": " + what;
  }

  private static String held(Door.HoldReport hold) {
    String why = hold.getReason().isEmpty() ? "" : ": " + hold.getReason();
    return Words.target(hold)
        + ", paused "
        + (hold.getHeldBy().isEmpty() ? "" : "by " + hold.getHeldBy() + " ")
        + "since "
        + Words.seconds(hold.getHeldMicros())
        + why;
  }

  private static String words(Door.Obstacle.Unanswered unanswered) {
    return "what it calls does not answer; another call is tried"
        + (unanswered.getIsTrying() ? "" : in(unanswered.getTriedInMicros()));
  }

  private static String pause(Door.Obstacle.Paused paused) {
    if (!paused.hasIsThrottled()) {
      return "it pauses for ";
    }
    return paused.getIsThrottled()
        ? "its provider had no room for it again and again; it pauses for "
        : "it is tried again in ";
  }

  private static String words(Door.Obstacle.Slots slots) {
    String by =
        switch (slots.getBy()) {
          case LIMIT -> "";
          case RAMP -> " by its ramp";
          case LEARNED -> " as was learned";
          case BY_UNSPECIFIED, UNRECOGNIZED -> " by a limit of a newer kind";
        };
    String leased = slots.getLeased() == 0 ? "" : ", " + slots.getLeased() + " of them leased";
    return slots.getTaken()
        + " of "
        + slots.getMost()
        + " slots are taken"
        + leased
        + by
        + more(slots);
  }

  private static String more(Door.Obstacle.Slots slots) {
    if (slots.getTaken() > slots.getMost()) {
      return ", more once enough of them have ended";
    }
    if (slots.getBy() == Door.Obstacle.Slots.By.LIMIT) {
      return "";
    }
    return ", more"
        + (slots.getMoreInMicros() == 0 ? " at the next entry" : in(slots.getMoreInMicros()));
  }

  private static String words(Door.Obstacle.Rate rate) {
    String limit = Limits.words(rate.getRate());
    return (rate.getIsAssumed()
            ? "what was started before its rate of " + limit + " is not known"
            : rate.getStarts() + " starts of " + limit)
        + opens(rate.getOpensInMicros());
  }

  static String words(Door.QueuePlace place) {
    String before = place.getBefore() + (place.getIsMore() ? "+" : "");
    String next =
        place.getBefore() == 0
            ? "it is next"
            : "next is call " + place.getNextCall() + " of " + place.getNextInvocation();
    return before
        + " before it in scope "
        + place.getScope()
        + ", "
        + next
        + (place.getIsLate() ? "; it is late" : "");
  }

  static String words(Door.Foretold foretold) {
    return "in about "
        + Words.seconds(foretold.getExpectedMicros())
        + "; four of five: "
        + Words.seconds(foretold.getLowMicros())
        + " to "
        + Words.seconds(foretold.getHighMicros())
        + (foretold.getIsCalibrated()
            ? ", by " + foretold.getSamples() + " observations"
            : ", not calibrated: a guess");
  }

  static String words(Door.Change change) {
    String then = change.hasMicros() ? in(change.getMicros()) : "";
    return switch (change.getKind()) {
      case RAISE_CONCURRENCY -> raised(change, " slots in scope ") + then;
      case RAISE_RATE_PER_SECOND -> raised(change, " starts per second in scope ") + then;
      case RAISE_RATE_PER_MINUTE -> raised(change, " starts per minute in scope ") + then;
      case SCOPE_OPENS -> "scope " + change.getScope() + " lets more start" + then;
      case NEXT_ENTRY -> "the next entry opens scope " + change.getScope();
      case PAUSE_ENDS -> "its pause ends" + then;
      case FENCE_ENDS -> "its fence ends" + then + ", or its last attempt is known to have ended";
      case TAKE_OVER -> "a superpeer takes over";
      case RELEASE -> "all that is paused is resumed";
      case ANSWER -> "what it calls answers, or it is tried itself" + then;
      case KIND_UNSPECIFIED, UNRECOGNIZED -> "change " + change.getKindValue() + then;
    };
  }

  private static String raised(Door.Change change, String limit) {
    return "with " + change.getTo() + limit + change.getScope() + " it starts";
  }

  private static String opens(long micros) {
    return ", opens" + in(micros);
  }

  private static String in(long micros) {
    return " in " + Words.seconds(micros);
  }

  static ObjectNode json(Door.ExplainReport report) {
    ObjectNode node = Json.object();
    ArrayNode calls = node.putArray("calls");
    report.getCallsList().forEach(call -> calls.add(json(call)));
    node.put("otherCalls", report.getOthers());
    ArrayNode incidents = node.putArray("incidents");
    report.getIncidentsList().forEach(each -> incidents.add(Json.incident(each)));
    node.setAll(Json.trace(report.getTrace()));
    return node;
  }

  private static ObjectNode json(Door.CallExplanation call) {
    ObjectNode node =
        Json.object()
            .put("call", call.getCall())
            .put("attempt", call.getAttempt())
            .put("state", lower(call.getState()))
            .put("function", call.getFunction())
            .put("implementation", call.getImplementation())
            .put("place", call.getPlace())
            .put("account", call.getAccount())
            .put("scope", call.getScope());
    if (call.hasSinceMicros()) {
      node.put("sinceMicros", call.getSinceMicros());
    }
    if (!call.getExecutor().isEmpty()) {
      node.put("executor", call.getExecutor());
    }
    ArrayNode obstacles = node.putArray("heldBy");
    call.getObstaclesList().forEach(each -> obstacles.add(json(each)));
    if (call.hasQueuePlace()) {
      node.set("queuePlace", json(call.getQueuePlace()));
    }
    if (call.hasForetold()) {
      node.set("starts", json(call.getForetold()));
    }
    ArrayNode changes = node.putArray("changes");
    call.getChangesList().forEach(each -> changes.add(json(each)));
    return node;
  }

  private static ObjectNode json(Door.Obstacle obstacle) {
    ObjectNode node = Json.object().put("kind", kind(obstacle));
    if (!obstacle.getScope().isEmpty()) {
      node.put("scope", obstacle.getScope());
    }
    switch (obstacle.getWhatCase()) {
      case SLOTS -> {
        Door.Obstacle.Slots slots = obstacle.getSlots();
        node.put("taken", slots.getTaken())
            .put("leased", slots.getLeased())
            .put("most", slots.getMost());
        if (slots.getBy() != Door.Obstacle.Slots.By.LIMIT) {
          node.put("opensInMicros", slots.getMoreInMicros());
        }
      }
      case RATE ->
          node.put("rate", Limits.words(obstacle.getRate().getRate()))
              .put("starts", obstacle.getRate().getStarts())
              .put("isAssumed", obstacle.getRate().getIsAssumed())
              .put("opensInMicros", obstacle.getRate().getOpensInMicros());
      case THROTTLED -> node.put("opensInMicros", obstacle.getThrottled().getOpensInMicros());
      case UNSEEN ->
          node.put("starts", obstacle.getUnseen().getStarts())
              .put("most", obstacle.getUnseen().getMost());
      case PAUSED -> {
        if (obstacle.getPaused().hasIsThrottled()) {
          node.put("isThrottled", obstacle.getPaused().getIsThrottled());
        }
        node.put("opensInMicros", obstacle.getPaused().getEndsInMicros());
      }
      case FENCED ->
          node.put("isAwaited", obstacle.getFenced().getIsAwaited())
              .put("opensInMicros", obstacle.getFenced().getEndsInMicros());
      case HELD -> node.set("hold", Json.held(obstacle.getHeld()));
      case UNANSWERED ->
          node.put("isTrying", obstacle.getUnanswered().getIsTrying())
              .put("triedInMicros", obstacle.getUnanswered().getTriedInMicros());
      case NO_SUPERPEER, WHAT_NOT_SET -> {
        // The kind says it all.
      }
    }
    return node;
  }

  private static String kind(Door.Obstacle obstacle) {
    return switch (obstacle.getWhatCase()) {
      case SLOTS ->
          switch (obstacle.getSlots().getBy()) {
            case LIMIT -> "concurrency";
            case RAMP -> "ramp";
            case LEARNED -> "learned";
            case BY_UNSPECIFIED, UNRECOGNIZED -> "slots";
          };
      case RATE, THROTTLED, UNSEEN, PAUSED, FENCED, HELD, UNANSWERED, NO_SUPERPEER ->
          lower(obstacle.getWhatCase());
      case WHAT_NOT_SET -> "unknown";
    };
  }

  private static ObjectNode json(Door.QueuePlace place) {
    ObjectNode node =
        Json.object()
            .put("scope", place.getScope())
            .put("before", place.getBefore())
            .put("isMore", place.getIsMore())
            .put("isLate", place.getIsLate());
    node.putObject("next")
        .put("invocation", place.getNextInvocation())
        .put("call", place.getNextCall());
    return node;
  }

  private static ObjectNode json(Door.Foretold foretold) {
    return Json.object()
        .put("expectedMicros", foretold.getExpectedMicros())
        .put("lowMicros", foretold.getLowMicros())
        .put("highMicros", foretold.getHighMicros())
        .put("isCalibrated", foretold.getIsCalibrated())
        .put("samples", foretold.getSamples());
  }

  private static ObjectNode json(Door.Change change) {
    ObjectNode node = Json.object().put("kind", lower(change.getKind()));
    if (!change.getScope().isEmpty()) {
      node.put("scope", change.getScope());
    }
    if (change.getTo() > 0) {
      node.put("to", change.getTo());
    }
    if (change.hasMicros()) {
      node.put("micros", change.getMicros());
    }
    return node;
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
