package io.corale.scheduler;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.model.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is said in place of a command of a running invocation whose texts found no room. */
final class Shortened {
  private Shortened() {}

  /**
   * The command without these texts: a result is a failure of its function, and what a branch does
   * next is a fault of its invocation. It names why.
   */
  static Optional<Command> of(Command command, Set<Payload.Reference> missing, Refusal why) {
    if (command instanceof Command.Settle settle) {
      return Optional.of(lacksResult(settle, missing) ? failed(settle, why) : ended(settle, why));
    }
    return command instanceof Command.Advance advance
        ? Optional.of(new Command.Advance(advance.invocation(), fault(advance.transition(), why)))
        : Optional.empty();
  }

  private static boolean lacksResult(Command.Settle settle, Set<Payload.Reference> missing) {
    return settle.outcome() instanceof Outcome.Success success
        && !success.result().fitsInline()
        && missing.contains(success.result().reference());
  }

  private static Command failed(Command.Settle settle, Refusal why) {
    return new Command.Settle(
        settle.attempt(),
        new Outcome.FunctionError("the cell cannot keep the result: " + why.message(), false),
        settle.durationMicros(),
        settle.jitter(),
        Optional.empty());
  }

  private static Command ended(Command.Settle settle, Refusal why) {
    return new Command.Settle(
        settle.attempt(),
        settle.outcome(),
        settle.durationMicros(),
        settle.jitter(),
        settle.transition().map(transition -> fault(transition, why)));
  }

  private static Transition fault(Transition transition, Refusal why) {
    Problem problem =
        Problem.overloaded(
            "the cell cannot keep what the invocation remembers: " + why.message(), "");
    return new Transition(transition.guards(), List.of(new Transition.Step.Fault(problem)));
  }
}
