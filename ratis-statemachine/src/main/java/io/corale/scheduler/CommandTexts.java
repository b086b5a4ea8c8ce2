package io.corale.scheduler;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Finds the texts of a command: the payloads that are too large for an entry. Most commands have
 * none, and are neither walked twice nor copied.
 */
final class CommandTexts {
  private CommandTexts() {}

  /** Whether there are any. */
  static boolean areIn(Command command) {
    if (command instanceof Command.Settle settle) {
      return areIn(settle.outcome())
          || (settle.transition().isPresent() && areIn(settle.transition().get()));
    }
    if (command instanceof Command.Advance advance) {
      return areIn(advance.transition());
    }
    return command instanceof Command.Submit submit && areIn(submit);
  }

  private static boolean areIn(Command.Submit submit) {
    return isText(submit.input()) || areIn(submit.transition());
  }

  private static boolean areIn(Outcome outcome) {
    return outcome instanceof Outcome.Success success && isText(success.result());
  }

  private static boolean areIn(Transition transition) {
    for (Step step : transition.steps()) {
      if (areIn(step)) {
        return true;
      }
    }
    return false;
  }

  private static boolean areIn(Step step) {
    if (step instanceof Step.Remember remember) {
      return isText(remember.state());
    }
    if (step instanceof Step.Call call) {
      return isText(call.call().arguments());
    }
    if (step instanceof Step.Run run) {
      return isText(run.run().input());
    }
    if (step instanceof Step.End end) {
      return isText(end.output());
    }
    if (step instanceof Step.Complete complete) {
      return isText(complete.output());
    }
    if (step instanceof Step.Export export) {
      return isText(export.context());
    }
    return step instanceof Step.Spread spread && areIn(spread);
  }

  private static boolean areIn(Step.Spread spread) {
    return isText(spread.seed()) || spread.items().stream().anyMatch(CommandTexts::isText);
  }

  private static boolean isText(Payload payload) {
    return !payload.fitsInline();
  }

  /** All of them, each once. */
  static List<Payload> of(Command command) {
    if (!areIn(command)) {
      return List.of();
    }
    Set<Payload> found = new LinkedHashSet<>();
    replaced(
        command,
        text -> {
          found.add(text);
          return text;
        });
    return List.copyOf(found);
  }

  /** Those of one transition. */
  static List<Payload> of(Transition transition) {
    if (!areIn(transition)) {
      return List.of();
    }
    Set<Payload> found = new LinkedHashSet<>();
    replaced(
        transition,
        text -> {
          found.add(text);
          return text;
        });
    return List.copyOf(found);
  }

  /** The command with others in their place. */
  static Command resolved(Command command, Function<Payload.Reference, Payload> known) {
    return areIn(command) ? replaced(command, text -> known.apply(text.reference())) : command;
  }

  private static Command replaced(Command command, UnaryOperator<Payload> texts) {
    if (command instanceof Command.Settle settle) {
      Optional<Transition> transition = settle.transition().map(t -> replaced(t, texts));
      return new Command.Settle(
          settle.attempt(),
          replaced(settle.outcome(), texts),
          settle.durationMicros(),
          settle.jitter(),
          transition);
    }
    if (command instanceof Command.Advance advance) {
      return new Command.Advance(advance.invocation(), replaced(advance.transition(), texts));
    }
    return command instanceof Command.Submit submit ? replaced(submit, texts) : command;
  }

  private static Outcome replaced(Outcome outcome, UnaryOperator<Payload> texts) {
    return outcome instanceof Outcome.Success success && isText(success.result())
        ? new Outcome.Success(texts.apply(success.result()))
        : outcome;
  }

  private static Command replaced(Command.Submit submit, UnaryOperator<Payload> texts) {
    return new Command.Submit(
        submit.invocation(),
        submit.composition(),
        isText(submit.input()) ? texts.apply(submit.input()) : submit.input(),
        submit.caller(),
        submit.labels(),
        submit.parent(),
        submit.serviceClass(),
        submit.deadlineMicros(),
        submit.receiptMicros(),
        submit.rankMicros(),
        replaced(submit.transition(), texts),
        submit.acceptedWallMillis(),
        submit.traceParent());
  }

  private static Transition replaced(Transition transition, UnaryOperator<Payload> texts) {
    StepTexts replacing =
        new StepTexts(payload -> isText(payload) ? texts.apply(payload) : payload);
    List<Step> steps = new ArrayList<>(transition.steps().size());
    for (Step step : transition.steps()) {
      steps.add(areIn(step) ? step.to(replacing) : step);
    }
    return new Transition(transition.guards(), transition.contextVersion(), steps);
  }
}
