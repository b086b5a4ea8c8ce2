package io.corale.scheduler;

import io.corale.model.AccountId;
import io.corale.model.AttemptId;

/**
 * The record of a taken slot (rule 13). A free slot has none.
 *
 * <pre>
 * FREE      --dispatch-->                                IN_FLIGHT
 * IN_FLIGHT --outcome that cannot have run on-->         FREE
 * IN_FLIGHT --outcome that may have, cancel, take-over-> LEASED
 * LEASED    --proof, late outcome, fence-->              FREE
 * </pre>
 *
 * @param executor who was to send the attempt
 * @param sequence unique in the cell; orders timers
 * @param startedIndex of the log entry that dispatched it
 * @param startedMicros cell time of that entry
 * @param timeoutMicros after which the provider has ended it (rule 14), from when the first of its
 *     bytes had to be on their way
 * @param fenceMicros cell time at which a LEASED slot is free; 0 while IN_FLIGHT
 */
public record Slot(
    AttemptId attempt,
    AccountId account,
    String scope,
    Executor executor,
    long sequence,
    long startedIndex,
    long startedMicros,
    long timeoutMicros,
    long fenceMicros) {
  static final int FIXED_BYTES = 200;

  boolean isLeased() {
    return fenceMicros > 0;
  }

  Slot leased(long fenceMicros) {
    return new Slot(
        attempt,
        account,
        scope,
        executor,
        sequence,
        startedIndex,
        startedMicros,
        timeoutMicros,
        fenceMicros);
  }
}
