package io.corale.scheduler;

import io.corale.model.AttemptId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The slots that the executor has filled and, for all that the log knows, has not seen filled yet:
 * those of the entries above the one that it had applied when it packed its last (rule 12).
 *
 * <p>If it dies now, nobody has sent their attempts, and nobody can know that: they are leased like
 * all others, for nothing, until their fences end. So each scope bounds its share of them, and a
 * call that waits for nothing else starts in the executor's next entry.
 *
 * <p>They are all of the present executor, in the order of their entries.
 */
final class Tail {
  private final Queues queues;
  private final Map<AttemptId, Slot> unseen = new LinkedHashMap<>();

  Tail(Queues queues) {
    this.queues = queues;
  }

  /** An entry that the executor has not seen applied fills this slot. */
  void add(Slot slot) {
    unseen.put(slot.attempt(), slot);
    queues.markUnseen(slot);
  }

  /** The executor has applied all entries up to this one. */
  void seen(long index) {
    for (Iterator<Slot> each = unseen.values().iterator(); each.hasNext(); ) {
      Slot oldest = each.next();
      if (oldest.startedIndex() > index) {
        return;
      }
      each.remove();
      queues.markSeen(oldest);
    }
  }

  /** The slot is free, whether it was seen or not. */
  void remove(Slot slot) {
    if (unseen.remove(slot.attempt()) != null) {
      queues.markSeen(slot);
    }
  }

  /** Another executor took over: what the last one had not seen is leased with all the rest. */
  void forget() {
    seen(Long.MAX_VALUE);
  }

  /** The first entry that filled one of them; 0 where there is none. */
  long from() {
    return unseen.isEmpty() ? 0 : unseen.values().iterator().next().startedIndex();
  }

  Iterable<Slot> slots() {
    return unseen.values();
  }
}
