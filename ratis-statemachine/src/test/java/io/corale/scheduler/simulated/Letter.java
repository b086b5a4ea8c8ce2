package io.corale.scheduler.simulated;

import io.corale.model.InvocationId;
import io.corale.scheduler.Command;
import io.corale.scheduler.Result;

/** What callers and peers send each other. */
sealed interface Letter {
  /** A caller asks for a command. */
  record Ask(long request, Command command) implements Letter {}

  /** A caller asks to run a program. */
  record Run(long request, InvocationId invocation, String program) implements Letter {}

  /** A caller asks whether an invocation is known. */
  record Read(long request, InvocationId invocation) implements Letter {}

  /** A definite answer to {@link Ask} or {@link Run}. */
  record Answered(long request, Result result) implements Letter {}

  /** A definite answer to {@link Read}. */
  record Found(long request, InvocationId invocation, boolean isKnown) implements Letter {}

  /** Not here, or nobody knows: ask again. */
  record AskElsewhere(long request) implements Letter {}

  /** A peer hands over an outcome. */
  record Handover(Command.Settle settle) implements Letter {}
}
