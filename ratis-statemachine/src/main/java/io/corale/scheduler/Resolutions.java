package io.corale.scheduler;

import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.Refusal.Code;
import io.corale.scheduler.Command.Resolve.Resolution;
import io.corale.scheduler.Transition.CallSpec;
import java.util.Optional;

/**
 * Carries out what a person says of a failure that waits (ADR 39).
 *
 * <p>What is tried again has all its attempts once more, and takes none of its account's retries.
 * Breakers and holds are for it as for any call. Given up, its failure is interpreted as if there
 * were no incidents.
 */
final class Resolutions {
  private final Records records;
  private final Branches branches;
  private final Queues queues;
  private final Calls calls;
  private final Transitions transitions;
  private final Receipts receipts;
  private final Incidents incidents;

  Resolutions(
      Records records,
      Branches branches,
      Queues queues,
      Calls calls,
      Transitions transitions,
      Receipts receipts,
      Incidents incidents) {
    this.records = records;
    this.branches = branches;
    this.queues = queues;
    this.calls = calls;
    this.transitions = transitions;
    this.receipts = receipts;
    this.incidents = incidents;
  }

  Result resolve(Pass pass, Command.Resolve command) {
    Invocation invocation = records.invocation(command.invocation());
    if (invocation == null) {
      return refused(Code.NOT_FOUND, "invocation " + command.invocation() + " is not known");
    }
    Optional<Incident> found = incidents.find(command.invocation(), command.incident());
    boolean isGivenUp = found.filter(its -> its.stage() == Incident.Stage.GIVEN_UP).isPresent();
    if (isGivenUp && command.what() instanceof Resolution.GiveUp) {
      return new Result.Done();
    }
    if (found.filter(Incident::isOpen).isEmpty()) {
      return refused(
          Code.CONFLICT,
          "incident "
              + command.incident()
              + " of invocation "
              + command.invocation()
              + " waits for nobody: "
              + why(invocation.isLive(), isGivenUp));
    }
    return command.what() instanceof Resolution.Retry retry
        ? retry(pass, found.get(), retry.arguments(), command.by())
        : giveUp(pass, found.get(), command.by());
  }

  private static String why(boolean isLive, boolean isGivenUp) {
    if (!isLive) {
      return "it has ended";
    }
    return isGivenUp ? "it was given up" : "it was resolved, or its branch has gone on without it";
  }

  private Result giveUp(Pass pass, Incident incident, String by) {
    records.put(incident.givenUp());
    trace(pass, incident, "given up", by);
    pass.signalled(incident.branchKey());
    return new Result.Done();
  }

  private Result retry(Pass pass, Incident incident, Optional<Payload> arguments, String by) {
    CallSpec spec = incident.call().spec();
    Optional<Refusal> refusal =
        arguments
            .flatMap(this::refusal)
            .or(() -> queues.lack(spec).map(lack -> Refusal.of(Code.CONFLICT, lack)));
    if (refusal.isPresent()) {
      return new Result.Refused(refusal.get());
    }
    if (arguments.isPresent()) {
      trace(pass, incident, "tried again with other input", by);
      CallSpec other = StepTexts.replaced(spec, before -> arguments.get());
      transitions.callInstead(pass, incident.branchKey(), other);
    } else if (incident.isAnew()) {
      trace(pass, incident, "tried again by another call", by);
      transitions.callInstead(pass, incident.branchKey(), spec);
    } else {
      trace(pass, incident, "tried again", by);
      Branch branch = records.require(incident.branchKey());
      branches.put(branch.next(branch.waiting().forCall(incident.call().id().number())));
      calls.reopen(pass, incident.call());
    }
    return new Result.Done();
  }

  /** Why other arguments are not kept. */
  private Optional<Refusal> refusal(Payload arguments) {
    int most = records.mostPayloadBytes();
    return arguments.sizeBytes() > most
        ? Optional.of(
            Refusal.of(
                Code.TOO_LARGE,
                "input of " + arguments.sizeBytes() + " bytes, at most " + most + " are taken"))
        : receipts.shortageOfMemory(records.weight(arguments));
  }

  private void trace(Pass pass, Incident incident, String what, String by) {
    String words = "number " + incident.number() + " " + what + " by " + by;
    incidents.trace(pass, incident, TraceEvent.Kind.RESOLVED, words);
  }

  private static Result refused(Code code, String message) {
    return new Result.Refused(Refusal.of(code, message));
  }
}
