package io.corale.scheduler.simulated;

import io.corale.model.AttemptId;
import io.corale.model.InvocationId;
import io.corale.model.Refusal;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.Result;
import io.corale.scheduler.Slot;
import io.corale.scheduler.SmallMemory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Watches how often an id begins, by what stands in the log: again only when it is free, and then
 * not refused; and that nothing which comes of an earlier life moves a later one (rules 13, 18, 22
 * and 24).
 */
final class Lives {
  /**
   * An invocation of an id, as its caller counts them.
   *
   * @param number from 1; {@link #ONLY} where there is to be one
   */
  record Life(InvocationId id, int number) {
    static final int ONLY = 0;

    private static final String AGAIN = "again";

    static Life of(Command.Submit submit) {
      String number = submit.labels().getOrDefault(LABEL, String.valueOf(ONLY));
      return new Life(submit.invocation(), Integer.parseInt(number));
    }

    /** The first of an id that comes again. */
    static Life first(int number) {
      return new Life(new InvocationId(AGAIN + number), 1);
    }

    static boolean mayComeAgain(InvocationId id) {
      return id.value().startsWith(AGAIN);
    }

    /** The next of its id. */
    Life next() {
      return new Life(id, number + 1);
    }

    /** With which it is submitted. */
    SortedMap<String, String> labels() {
      return number == ONLY
          ? Collections.emptySortedMap()
          : new TreeMap<>(Map.of(LABEL, String.valueOf(number)));
    }
  }

  /** At most what a command adds that is gone before its entry ends. */
  private static final long PASSING_BYTES = 500;

  /** By which a life is told from another one of its id. */
  static final String LABEL = "life";

  private record Acceptance(Life life, long receiptUntilMicros) {}

  private final Judge judge;
  private final SmallMemory memory;
  private final Freight freight;
  private final Map<InvocationId, NavigableMap<Long, Acceptance>> accepted = new LinkedHashMap<>();

  /** Which invocation each attempt was started for, by its place in the order of acceptance. */
  private final Map<AttemptId, Long> startedFor = new LinkedHashMap<>();

  private Map<AttemptId, Slot> slots = Map.of();
  private Map<InvocationId, Invocation> invocations = Map.of();
  private long weight;
  private int again;

  Lives(Judge judge, SmallMemory memory, Freight freight) {
    this.judge = judge;
    this.memory = memory;
    this.freight = freight;
  }

  /** How often an id began that had been another's. */
  int again() {
    return again;
  }

  boolean isAccepted(InvocationId id) {
    return accepted.containsKey(id);
  }

  /** Which life of an id it was at an index; empty where nobody has asked for it. */
  Optional<Life> at(InvocationId id, long index) {
    return acceptance(id, index).map(entry -> entry.getValue().life());
  }

  /** Where that life began; 0 for what nobody has asked for. */
  long begunAt(InvocationId id, long index) {
    return acceptance(id, index).map(Map.Entry::getKey).orElse(0L);
  }

  private Optional<Map.Entry<Long, Acceptance>> acceptance(InvocationId id, long index) {
    return Optional.ofNullable(accepted.get(id)).map(all -> all.floorEntry(index));
  }

  /** An entry was applied; to be told before its endings are judged. */
  void heard(long index, Entry entry, Applied applied) {
    for (int i = 0; i < entry.commands().size(); i++) {
      if (entry.commands().get(i) instanceof Command.Submit submit
          && applied.results().get(i) instanceof Result.Accepted) {
        accepted(index, submit, applied.cellTimeMicros());
      }
    }
  }

  private void accepted(long index, Command.Submit submit, long nowMicros) {
    NavigableMap<Long, Acceptance> all =
        accepted.computeIfAbsent(submit.invocation(), id -> new TreeMap<>());
    Life life = Life.of(submit);
    if (!all.isEmpty()) {
      again++;
      judge.require(
          Check.RECEIPTS,
          life.number() != Life.ONLY
              && all.lastEntry().getValue().receiptUntilMicros() <= nowMicros,
          () -> life + " accepted at " + all.keySet() + " and at " + index);
    }
    all.put(index, new Acceptance(life, nowMicros + submit.receiptMicros()));
  }

  /** An entry was applied; this is the state then. */
  void applied(Entry entry, Applied applied, Image image) {
    Map<AttemptId, Slot> slotsNow = new LinkedHashMap<>();
    image.slots().forEach(slot -> slotsNow.put(slot.attempt(), slot));
    Map<InvocationId, Invocation> invocationsNow = new LinkedHashMap<>();
    image.invocations().forEach(each -> invocationsNow.put(each.submission().id(), each));
    requireNewNames(applied, invocationsNow);
    long nowMicros = applied.cellTimeMicros();
    for (int i = 0; i < entry.commands().size(); i++) {
      if (entry.commands().get(i) instanceof Command.Submit submit) {
        Result result = applied.results().get(i);
        if (result instanceof Result.Accepted) {
          requireFree(submit.invocation(), slotsNow);
        } else if (result instanceof Result.Refused refused) {
          boolean mayBeFull =
              mayBeFull(nowMicros, image)
                  || mayLackBytes(nowMicros, entry, image)
                  || freight.mayRefuse();
          requireReason(submit, refused.refusal(), mayBeFull, image);
        }
      } else if (entry.commands().get(i) instanceof Command.Settle settle) {
        requireUnmoved(settle.attempt(), entry, slotsNow);
      }
    }
    slots = slotsNow;
    invocations = invocationsNow;
    weight = SmallMemory.sizeBytes(image);
  }

  /** No attempt has the name of another one: nobody could tell their outcomes apart. */
  private void requireNewNames(Applied applied, Map<InvocationId, Invocation> invocationsNow) {
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Start start) {
        AttemptId attempt = start.attempt();
        Invocation its =
            Objects.requireNonNull(
                invocationsNow.get(attempt.call().invocation()), "no invocation");
        long sequence = its.submission().sequence();
        Long before = startedFor.put(attempt, sequence);
        judge.require(
            Check.OUTCOMES,
            before == null,
            () ->
                attempt
                    + " starts for "
                    + sequence
                    + ", and was started "
                    + whose(before, sequence));
      }
    }
  }

  private static String whose(@Nullable Long before, long sequence) {
    return Long.valueOf(sequence).equals(before)
        ? "before"
        : "for an earlier invocation of its id, " + before;
  }

  /** A slot that stood before the entry, and stands after it, stood when the id was taken. */
  private void requireFree(InvocationId id, Map<AttemptId, Slot> slotsNow) {
    List<AttemptId> held =
        slots.keySet().stream()
            .filter(attempt -> attempt.call().invocation().equals(id))
            .filter(slotsNow::containsKey)
            .toList();
    judge.require(
        Check.RECEIPTS, held.isEmpty(), () -> id + " begins anew, and " + held + " may run still");
  }

  /** Where there is room, and the id is free, and its caller in time, it is taken. */
  private void requireReason(
      Command.Submit submit, Refusal refusal, boolean mayBeFull, Image image) {
    boolean isHeld =
        slots.keySet().stream()
            .anyMatch(attempt -> attempt.call().invocation().equals(submit.invocation()));
    boolean isDefined =
        image.definitions().stream().anyMatch(d -> d.composition().equals(submit.composition()));
    judge.require(
        Check.RECEIPTS,
        isHeld || !isDefined || submit.receiptMicros() <= 0 || mayBeFull,
        () -> submit + " is refused for no reason: " + refusal);
  }

  /** Whether it may have been full at any moment within an entry. */
  private boolean mayBeFull(long nowMicros, Image image) {
    Set<InvocationId> live = new LinkedHashSet<>();
    int receipts = 0;
    for (Invocation was : invocations.values()) {
      if (was.ended().isEmpty()) {
        live.add(was.submission().id());
      }
    }
    for (Invocation now : image.invocations()) {
      boolean isNew = !invocations.containsKey(now.submission().id());
      if (now.ended().isEmpty() || isNew) {
        live.add(now.submission().id());
      }
      boolean endsNow = now.ended().filter(ended -> ended.atMicros() == nowMicros).isPresent();
      boolean isReceipt =
          now.ended().isPresent() && now.submission().receiptUntilMicros() > nowMicros;
      receipts += isReceipt || endsNow ? 1 : 0;
    }
    return live.size() >= memory.live() || receipts >= memory.receipts();
  }

  /** Whether history may have been all that could go for bytes, at any moment within an entry. */
  private boolean mayLackBytes(long nowMicros, Entry entry, Image image) {
    long needed = weight - historyBytes(invocations.values(), nowMicros);
    long neededNow = SmallMemory.sizeBytes(image) - historyBytes(image.invocations(), nowMicros);
    return Math.max(needed, neededNow) + PASSING_BYTES * entry.commands().size()
        >= memory.sizeBytes();
  }

  /** What weighs what had ended before the entry, and whose receipts are over. */
  private long historyBytes(Collection<Invocation> all, long nowMicros) {
    return all.stream()
        .filter(each -> each.submission().receiptUntilMicros() <= nowMicros)
        .filter(
            each ->
                Optional.ofNullable(invocations.get(each.submission().id()))
                    .filter(was -> was.submission().sequence() == each.submission().sequence())
                    .filter(was -> was.ended().isPresent())
                    .isPresent())
        .mapToLong(SmallMemory::sizeBytes)
        .sum();
  }

  /** What an entry says of an attempt of an earlier life alone leaves the attempts of this one. */
  private void requireUnmoved(AttemptId late, Entry entry, Map<AttemptId, Slot> slotsNow) {
    InvocationId id = late.call().invocation();
    Invocation living = invocations.get(id);
    if (living == null
        || living.ended().isPresent()
        || wasStartedFor(late, living)
        || entry.commands().stream().anyMatch(command -> mayMove(command, id, late))) {
      return;
    }
    List<AttemptId> moved = new ArrayList<>();
    slots.forEach(
        (attempt, slot) -> {
          if (wasStartedFor(attempt, living)
              && slot.fenceMicros() == 0
              && !slot.equals(slotsNow.get(attempt))) {
            moved.add(attempt);
          }
        });
    judge.require(
        Check.OUTCOMES, moved.isEmpty(), () -> "the outcome of " + late + " has ended " + moved);
  }

  private boolean wasStartedFor(AttemptId attempt, Invocation invocation) {
    return attempt.call().invocation().equals(invocation.submission().id())
        && Long.valueOf(invocation.submission().sequence()).equals(startedFor.get(attempt));
  }

  /** Whether something else in the entry may end what is in flight of an invocation. */
  private static boolean mayMove(Command command, InvocationId id, AttemptId late) {
    if (command instanceof Command.Settle settle) {
      return settle.attempt().call().invocation().equals(id) && !settle.attempt().equals(late);
    }
    return command instanceof Command.TakeOver
        || (command instanceof Command.Cancel cancel && cancel.invocation().equals(id))
        || (command instanceof Command.Advance advance && advance.invocation().equals(id))
        || (command instanceof Command.Proved proved
            && proved.attempt().call().invocation().equals(id));
  }
}
