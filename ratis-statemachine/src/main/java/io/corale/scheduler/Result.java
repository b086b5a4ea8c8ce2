package io.corale.scheduler;

import io.corale.model.CompositionRef;
import io.corale.model.Ending;
import io.corale.model.Refusal;
import java.util.Optional;

/** What became of one command; deterministic, the same on every replica. */
public sealed interface Result {
  /** It was carried out, or had been before. */
  record Done() implements Result {}

  /** The invocation is new and recorded. */
  record Accepted() implements Result {}

  /** The invocation was accepted before, with this composition; its ending if it has one. */
  record Known(CompositionRef composition, Optional<Ending> ending) implements Result {}

  /**
   * The event was announced, now or before.
   *
   * @param reached how many ears and schedules it was for
   */
  record Announced(int reached, boolean isKnown) implements Result {}

  /**
   * The outcome counted, but the transition's guards did not hold (rule 18); or it ends a move that
   * is not open, or says what is known better.
   */
  record Stale() implements Result {}

  /**
   * The part was taken, or is known; its text goes on from here.
   *
   * @param bytes how many of the text are there; all of them where it is whole
   */
  record Received(int bytes) implements Result {}

  /** A text that the command refers to is not there. Nothing has changed (rule 33). */
  record Absent() implements Result {}

  /** It was not carried out. */
  record Refused(Refusal refusal) implements Result {}
}
