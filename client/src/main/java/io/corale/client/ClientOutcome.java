package io.corale.client;

import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.model.Refusal;

/** How an invocation ended for whoever started it or waits for it. */
public sealed interface ClientOutcome {
  /** It ran to its end. */
  record Completed(Payload output) implements ClientOutcome {}

  /** It failed with a problem that nothing in the composition caught. */
  record Faulted(Problem problem) implements ClientOutcome {}

  /** A caller stopped it. */
  record Cancelled(String reason) implements ClientOutcome {}

  /** It was not carried out and will not be. */
  record Refused(Refusal refusal) implements ClientOutcome {}

  /** It may or may not have been carried out; starting it again under the same id is safe. */
  record Unknown(String message) implements ClientOutcome {}
}
