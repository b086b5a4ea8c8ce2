package io.corale.scheduler.simulated;

import io.corale.model.InvocationId;
import io.corale.model.Retention;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.Result;
import io.corale.scheduler.SmallMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which invocations that have ended are readable: as long as their receipts, in any case, and
 * beyond that as long as their owner wants, the oldest end first (rule 24); never so many that
 * there is no memory for something new.
 */
final class Remembered {
  /** What a slot that is freed adds to what is told of it, after it was weighed here. */
  private static final long TOLD_LATER_BYTES = 500;

  /** At most what an attempt that starts adds, after all was weighed. */
  private static final long STARTED_BYTES = 1_000;

  /**
   * What was readable beyond its receipt, and what became of it in an entry.
   *
   * @param history what is readable still
   * @param replaced what was until another one of its id began
   */
  private record Kept(List<Invocation> history, List<Invocation> replaced, List<Invocation> gone) {
    /** What one weighs that is gone, with those that went after it. */
    long bytesFrom(Invocation first) {
      return gone.stream()
          .filter(each -> endedAt(each) >= endedAt(first))
          .mapToLong(each -> SmallMemory.sizeBytes(each) + TOLD_LATER_BYTES)
          .sum();
    }
  }

  private final Judge judge;
  private final SmallMemory memory;
  private Retention wanted = Retention.NONE;
  private Map<InvocationId, Invocation> before = Map.of();
  private long weightBefore;
  private int crowdedOut;

  Remembered(Judge judge, SmallMemory memory) {
    this.judge = judge;
    this.memory = memory;
  }

  /** How many went because they, or all there is, had weighed too much. */
  int crowdedOut() {
    return crowdedOut;
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
    Map<InvocationId, Invocation> now = new LinkedHashMap<>();
    image.invocations().forEach(i -> now.put(i.submission().id(), i));
    long nowMicros = applied.cellTimeMicros();
    Kept all = new Kept(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (Invocation was : before.values()) {
      Optional<Invocation> is = Optional.ofNullable(now.get(was.submission().id()));
      boolean isReadable = is.filter(i -> isSame(i, was)).isPresent();
      if (was.submission().receiptUntilMicros() > nowMicros) {
        judge.require(
            Check.RETENTION, isReadable, () -> was.submission() + " is gone with its receipt");
      } else if (isReadable) {
        all.history.add(is.orElseThrow());
      } else if (is.isEmpty()) {
        all.gone.add(was);
      } else {
        all.replaced.add(was);
      }
    }
    long weight = SmallMemory.sizeBytes(image);
    long starts = applied.effects().stream().filter(Effect.Start.class::isInstance).count();
    check(all.history, weight - starts * STARTED_BYTES, nowMicros);
    for (Invocation each : all.gone) {
      judge.require(
          Check.RETENTION,
          mayGo(each, all, weight, wantedBefore, nowMicros)
              || mayGo(each, all, weight, wanted, nowMicros),
          () -> each.submission() + " is gone though " + wanted + " is wanted");
    }
    weightBefore = weight;
    now.values().removeIf(i -> i.ended().isEmpty());
    before = now;
  }

  private static boolean isSame(Invocation one, Invocation other) {
    return one.submission().sequence() == other.submission().sequence();
  }

  private void check(List<Invocation> history, long weight, long nowMicros) {
    if (!history.isEmpty()) {
      long oldest = oldest(history);
      judge.require(
          Check.RETENTION,
          history.size() <= wanted.count() && sizeBytes(history) <= wanted.sizeBytes(),
          () -> history.size() + " are readable, wanted is " + wanted);
      judge.require(
          Check.RETENTION,
          nowMicros - oldest < ageMicros(wanted),
          () -> "one that ended at " + oldest + " is readable, wanted is " + wanted);
      judge.require(
          Check.RETENTION,
          weight < memory.sizeBytes(),
          () -> "there is no memory, and " + history.size() + " are readable");
    }
  }

  private boolean mayGo(Invocation gone, Kept kept, long weight, Retention wanted, long nowMicros) {
    boolean isTooOld = nowMicros - endedAt(gone) >= ageMicros(wanted);
    boolean isOldest = endedAt(gone) <= oldest(kept.history);
    boolean isOneTooMany =
        kept.history.size() <= wanted.count()
            && kept.history.size() + kept.replaced.size() >= wanted.count();
    long itsBytes = kept.bytesFrom(gone);
    long withIt = sizeBytes(kept.history) + sizeBytes(kept.replaced) + itsBytes;
    boolean isInTheWay = Math.max(weightBefore, weight + itsBytes) >= memory.sizeBytes();
    boolean isCrowdedOut = isOldest && (withIt > wanted.sizeBytes() || isInTheWay);
    crowdedOut += isCrowdedOut && !isTooOld && !isOneTooMany ? 1 : 0;
    return isTooOld || (isOldest && isOneTooMany) || isCrowdedOut;
  }

  private static long sizeBytes(List<Invocation> history) {
    return history.stream().mapToLong(SmallMemory::sizeBytes).sum();
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
