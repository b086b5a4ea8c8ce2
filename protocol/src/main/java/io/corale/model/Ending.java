package io.corale.model;

/** How an invocation ended: once, for good. */
public sealed interface Ending {
  /** It ran to its end. */
  record Completed(Payload output) implements Ending {}

  /** It failed with a problem that nothing in the composition caught. */
  record Faulted(Problem problem) implements Ending {}

  /** A caller stopped it. */
  record Cancelled(String reason) implements Ending {}
}
