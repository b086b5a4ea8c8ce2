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
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Finds the texts of a command: the payloads that are too large for an entry, whole or only
 * referred to. Most commands have none, and are neither walked twice nor copied.
 */
final class CommandTexts {
  private static final Predicate<Payload> IS_TEXT = CommandTexts::isText;
  private static final Predicate<Payload> IS_REFERENCE = Payload::isReference;

  private CommandTexts() {}

  /** Whether there are any. */
  static boolean areIn(Command command) {
    return any(command, IS_TEXT);
  }

  /**
   * Whether it refers to some. What stands whole in an entry, however large, is no text there: it
   * is what builds before the format of texts have made of it.
   */
  static boolean areReferredToIn(Command command) {
    return any(command, IS_REFERENCE);
  }

  private static boolean any(Command command, Predicate<Payload> wanted) {
    if (command instanceof Command.Settle settle) {
      return any(settle.outcome(), wanted)
          || (settle.transition().isPresent() && any(settle.transition().get(), wanted));
    }
    if (command instanceof Command.Advance advance) {
      return any(advance.transition(), wanted);
    }
    if (command instanceof Command.Resolve resolve) {
      return resolve.arguments().isPresent() && wanted.test(resolve.arguments().get());
    }
    return command instanceof Command.Submit submit
        && (wanted.test(submit.input()) || any(submit.transition(), wanted));
  }

  private static boolean any(Outcome outcome, Predicate<Payload> wanted) {
    return outcome instanceof Outcome.Success success && wanted.test(success.result());
  }

  private static boolean any(Transition transition, Predicate<Payload> wanted) {
    for (Step step : transition.steps()) {
      if (any(step, wanted)) {
        return true;
      }
    }
    return false;
  }

  private static boolean any(Step step, Predicate<Payload> wanted) {
    if (step instanceof Step.Remember remember) {
      return wanted.test(remember.state());
    }
    if (step instanceof Step.Call call) {
      return wanted.test(call.call().arguments());
    }
    if (step instanceof Step.Run run) {
      return wanted.test(run.run().input());
    }
    if (step instanceof Step.End end) {
      return wanted.test(end.output());
    }
    if (step instanceof Step.Complete complete) {
      return wanted.test(complete.output());
    }
    if (step instanceof Step.Export export) {
      return wanted.test(export.context());
    }
    return step instanceof Step.Spread spread
        && (wanted.test(spread.seed()) || spread.items().stream().anyMatch(wanted));
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

  /** What it refers to, each once, whether it also stands in it whole or not. */
  static Set<Payload.Reference> referredToIn(Command command) {
    Set<Payload.Reference> found = new LinkedHashSet<>();
    resolved(
        command,
        reference -> {
          found.add(reference);
          return Payload.of(reference);
        });
    return found;
  }

  /** Those of one transition. */
  static List<Payload> of(Transition transition) {
    if (!any(transition, IS_TEXT)) {
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

  /** The command with references in the place of those that are whole. */
  static Command referring(Command command) {
    return areIn(command)
        ? replaced(command, text -> text.isReference() ? text : Payload.of(text.reference()))
        : command;
  }

  /** The command with others in the place of those that it only refers to. */
  static Command resolved(Command command, Function<Payload.Reference, Payload> known) {
    return areReferredToIn(command)
        ? replaced(command, text -> text.isReference() ? known.apply(text.reference()) : text)
        : command;
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
    if (command instanceof Command.Resolve resolve) {
      return replaced(resolve, texts);
    }
    return command instanceof Command.Submit submit ? replaced(submit, texts) : command;
  }

  private static Command replaced(Command.Resolve resolve, UnaryOperator<Payload> texts) {
    Optional<Payload> arguments =
        resolve.arguments().map(payload -> isText(payload) ? texts.apply(payload) : payload);
    return arguments.isPresent()
        ? new Command.Resolve(
            resolve.invocation(),
            resolve.incident(),
            new Command.Resolve.Resolution.Retry(arguments),
            resolve.by(),
            resolve.untilMicros())
        : resolve;
  }

  private static Outcome replaced(Outcome outcome, UnaryOperator<Payload> texts) {
    return outcome instanceof Outcome.Success success && isText(success.result())
        ? new Outcome.Success(texts.apply(success.result()))
        : outcome;
  }

  private static Command replaced(Command.Submit submit, UnaryOperator<Payload> texts) {
    return submit.with(
        isText(submit.input()) ? texts.apply(submit.input()) : submit.input(),
        replaced(submit.transition(), texts));
  }

  private static Transition replaced(Transition transition, UnaryOperator<Payload> texts) {
    StepTexts replacing =
        new StepTexts(payload -> isText(payload) ? texts.apply(payload) : payload);
    List<Step> steps = new ArrayList<>(transition.steps().size());
    for (Step step : transition.steps()) {
      steps.add(any(step, IS_TEXT) ? step.to(replacing) : step);
    }
    return new Transition(
        transition.guards(), transition.contextVersion(), steps, transition.uncaught());
  }
}
