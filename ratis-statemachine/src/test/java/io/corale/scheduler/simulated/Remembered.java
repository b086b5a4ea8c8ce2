package io.corale.scheduler.simulated;

import io.corale.model.InvocationId;
import io.corale.model.Retention;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which invocations that have ended are readable: as long as their receipts, in any case, and
 * beyond that as long as their owner wants, the oldest end first (rule 24).
 */
final class Remembered {
  private final Judge judge;
  private Retention wanted = Retention.NONE;
  private Map<InvocationId, Invocation> before = Map.of();
  private int kept;

  Remembered(Judge judge) {
    this.judge = judge;
  }

  /** How often one was readable beyond its receipt. */
  int kept() {
    return kept;
  }

  /** An entry was applied; this is the state then. */
  void applied(Entry entry, Applied applied, Image image) {
    Retention wantedBefore = wanted;
    for (int i = 0; i < entry.commands().size(); i++) {
      if (entry.commands().get(i) instanceof Command.Retain retain
          && applied.results().get(i) instanceof Result.Done) {
        wanted = retain.retention();
      }
    }
    Map<InvocationId, Invocation> ended = new LinkedHashMap<>();
    image.invocations().stream()
        .filter(i -> i.ended().isPresent())
        .forEach(i -> ended.put(i.submission().id(), i));
    List<Invocation> history = new ArrayList<>();
    List<Invocation> gone = new ArrayList<>();
    for (Invocation was : before.values()) {
      boolean isReadable = ended.containsKey(was.submission().id());
      if (was.submission().receiptUntilMicros() > applied.cellTimeMicros()) {
        judge.require(
            Check.RETENTION, isReadable, () -> was.submission() + " is gone with its receipt");
      } else {
        (isReadable ? history : gone).add(was);
      }
    }
    check(history, applied.cellTimeMicros());
    for (Invocation each : gone) {
      judge.require(
          Check.RETENTION,
          mayGo(each, history, wantedBefore, applied.cellTimeMicros())
              || mayGo(each, history, wanted, applied.cellTimeMicros()),
          () -> each.submission() + " is gone though " + wanted + " is wanted");
    }
    kept += history.size();
    before = ended;
  }

  private void check(List<Invocation> history, long nowMicros) {
    if (!history.isEmpty()) {
      long oldest = oldest(history);
      judge.require(
          Check.RETENTION,
          history.size() <= wanted.count(),
          () -> history.size() + " are readable, wanted is " + wanted);
      judge.require(
          Check.RETENTION,
          nowMicros - oldest < ageMicros(wanted),
          () -> "one that ended at " + oldest + " is readable, wanted is " + wanted);
    }
  }

  private static boolean mayGo(
      Invocation gone, List<Invocation> history, Retention wanted, long nowMicros) {
    boolean isTooOld = nowMicros - endedAt(gone) >= ageMicros(wanted);
    boolean isOneTooMany = history.size() == wanted.count() && endedAt(gone) <= oldest(history);
    return isTooOld || isOneTooMany;
  }

  private static long ageMicros(Retention wanted) {
    return wanted.age().toMillis() * 1_000;
  }

  private static long oldest(List<Invocation> history) {
    return history.stream().mapToLong(Remembered::endedAt).min().orElse(Long.MAX_VALUE);
  }

  private static long endedAt(Invocation invocation) {
    return invocation.ended().orElseThrow().atMicros();
  }
}
