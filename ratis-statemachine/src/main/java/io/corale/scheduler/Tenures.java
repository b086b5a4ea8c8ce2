package io.corale.scheduler;

import io.corale.scheduler.Inventory.Finding;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The terms in which this life of this node led the cell, and what it can say of them to those who
 * lead it later (rule 11).
 *
 * <p>An attempt leaves its executor only after that has performed the entry that dispatched it, in
 * the term of that entry. So it has certainly not left if that entry is above all that was
 * performed in that term; and never will, as the term is fenced first. Of what was performed, the
 * outbox knows the end or that it runs; what the outbox has let go of may have left. Nothing is
 * said of a term that is not known here: another life may have led it, or a cell that was put away.
 */
final class Tenures {
  /** Of what was sent before so many terms, nothing is claimed to be unsent any more. */
  static final int MAX_TERMS = 64;

  private final Outbox outbox;

  /** The last entry that was performed in each term, 0 for none; the oldest term first. */
  private final Map<Long, Long> performed = new LinkedHashMap<>();

  private long fencedBelow;

  Tenures(Outbox outbox) {
    this.outbox = outbox;
  }

  /** This node leads this term. */
  void begin(long term) {
    performed.putIfAbsent(term, 0L);
    if (performed.size() > MAX_TERMS) {
      performed.remove(performed.keySet().iterator().next());
    }
  }

  /** All that this entry starts has been looked at, in its own term. */
  void performed(long term, long index) {
    performed.merge(term, index, Math::max);
  }

  /** Nothing leaves any more in a term before this one. */
  void fence(long term) {
    fencedBelow = Math.max(fencedBelow, term);
  }

  boolean isFenced(long term) {
    return term < fencedBelow;
  }

  /** To be asked when the term is fenced. */
  Finding find(long term, Orphan orphan) {
    return outbox
        .find(orphan.attempt())
        .map(Tenures::held)
        .orElseGet(() -> isUnsent(term, orphan) ? new Finding.Unsent() : new Finding.Forgotten());
  }

  private boolean isUnsent(long term, Orphan orphan) {
    Long last = performed.get(term);
    return last != null && orphan.startedIndex() > last;
  }

  private static Finding held(OutboxAttempt attempt) {
    return switch (attempt.stage()) {
      case RUNNING, EVALUATING -> new Finding.Running();
      case READY, QUEUED ->
          attempt.settle().<Finding>map(Finding.Ended::new).orElseGet(Finding.Running::new);
    };
  }
}
