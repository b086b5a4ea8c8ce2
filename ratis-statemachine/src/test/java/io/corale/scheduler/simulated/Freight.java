package io.corale.scheduler.simulated;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.model.Refusal;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Result;
import io.corale.scheduler.SmallMemory;
import io.corale.scheduler.Transition;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Watches what large values take (rule 33): that they come whole, never take more than they may,
 * that nothing is applied without them, that nothing is left of them, and that what runs is not
 * ended by a shortage of a moment.
 */
final class Freight {
  /** What ends because of a shortage says so. */
  private static final String SHORT = "the cell cannot keep";

  /** A minute, by a clock that may run a little fast. */
  private static final long LEAST_SHORTAGE_NANOS = Duration.ofSeconds(54).toNanos();

  private final Judge judge;
  private final SmallMemory memory;
  private final Luggage luggage;

  /** Each second a text for which there is no room asks again. */
  private static final long ASKS_WITHIN_NANOS = Duration.ofSeconds(10).toNanos();

  /** For how long there has been no room for a text, and when it was asked for last. */
  private record Shortage(long sinceNanos, long askedNanos) {}

  private final Map<Payload.Reference, Shortage> shortages = new LinkedHashMap<>();

  private Set<Payload.Reference> there = new LinkedHashSet<>();

  /** What was on its way before the entry. */
  private Set<Payload.Reference> begun = new LinkedHashSet<>();

  /** What was kept before the entry beyond what is merely readable. */
  private Set<Payload.Reference> needed = new LinkedHashSet<>();

  private boolean mayRefuse;

  Freight(Judge judge, SmallMemory memory, Luggage luggage) {
    this.judge = judge;
    this.memory = memory;
    this.luggage = luggage;
  }

  /** A value has come to where it was sent. */
  void arrived(Payload payload, String where) {
    if (luggage.isThere() && !payload.fitsInline()) {
      judge.require(
          Check.TEXTS, luggage.isWhole(payload), () -> payload + " is not whole at " + where);
    } else if (luggage.isThere() && !luggage.isWhole(payload)) {
      judge.require(Check.TEXTS, false, () -> payload + " was larger before it came to " + where);
    }
  }

  /** An entry was applied for the first time; this is the state then. */
  void applied(Entry entry, Applied applied, OwnerScheduler scheduler, long nowNanos) {
    if (!luggage.isThere()) {
      return;
    }
    Image image = scheduler.image();
    requireAnswers(entry, applied, nowNanos);
    requirePresence(entry, applied);
    long taken = taken(image);
    judge.require(
        Check.TEXTS,
        taken <= memory.textBytes(),
        () -> taken + " bytes of texts are kept, " + memory.textBytes() + " may be");
    if (isNewWork(entry, applied)) {
      judge.require(
          Check.TEXTS,
          taken <= memory.textBytes() / 2,
          () -> taken + " bytes of texts are kept when new work gets some");
    }
    requireRoom(entry, applied, image);
    there = Stowaway.there(image);
    begun = new LinkedHashSet<>();
    image.uploads().forEach(upload -> begun.add(upload.text()));
  }

  private static long taken(Image image) {
    return image.texts().stream().mapToLong(Payload::sizeBytes).sum()
        + image.uploads().stream().mapToLong(upload -> upload.text().sizeBytes()).sum();
  }

  /** Whether there may have been too little room for anything new, at any moment of the entry. */
  boolean mayRefuse() {
    return mayRefuse;
  }

  /** What is new begins while there is room for what runs, and only then. */
  private void requireRoom(Entry entry, Applied applied, Image image) {
    Set<Payload.Reference> now = needed(image);
    Set<Payload.Reference> most = new LinkedHashSet<>(needed);
    most.addAll(now);
    for (Command command : entry.commands()) {
      command.texts().forEach(text -> most.add(text.reference()));
      if (command instanceof Command.Part part) {
        most.add(part.text());
      }
    }
    mayRefuse = isScarce(most);
    needed.retainAll(now);
    boolean isNew =
        entry.commands().get(0) instanceof Command.Submit
            && applied.results().get(0) instanceof Result.Accepted;
    judge.require(
        Check.TEXTS,
        !isNew || !isScarce(needed),
        () -> "something new begins while " + needed + " take all but a quarter");
    needed = now;
  }

  private boolean isScarce(Set<Payload.Reference> texts) {
    long bytes = texts.stream().mapToLong(Payload.Reference::sizeBytes).sum();
    return bytes > memory.textBytes() - memory.textBytes() / 4;
  }

  private static Set<Payload.Reference> needed(Image image) {
    long nowMicros = image.header().cellTimeMicros();
    Set<Payload.Reference> needed = new LinkedHashSet<>();
    Consumer<Payload> found = text -> needed.add(text.reference());
    image.invocations().stream()
        .filter(
            each -> each.ended().isEmpty() || each.submission().receiptUntilMicros() > nowMicros)
        .forEach(each -> each.texts(found));
    image.branches().forEach(each -> each.texts(found));
    image.calls().forEach(each -> each.texts(found));
    image.uploads().forEach(upload -> needed.add(upload.text()));
    return needed;
  }

  private void requireAnswers(Entry entry, Applied applied, long nowNanos) {
    for (int i = 0; i < entry.commands().size(); i++) {
      if (entry.commands().get(i) instanceof Command.Part part) {
        Result result = applied.results().get(i);
        boolean isRefused = result instanceof Result.Refused;
        judge.require(
            Check.TEXTS, !isRefused || isOverload(result), () -> part + " is refused: " + result);
        if (!isRefused) {
          shortages.remove(part.text());
        } else if (!part.forNewWork()) {
          shortages.merge(
              part.text(),
              new Shortage(nowNanos, nowNanos),
              (known, again) -> new Shortage(known.sinceNanos(), nowNanos));
        }
      }
    }
  }

  private static boolean isOverload(Result result) {
    return result instanceof Result.Refused refused
        && refused.refusal().code() == Refusal.Code.OVERLOADED;
  }

  /** Whether what lacks its texts was not applied, where nothing beside it could bring them. */
  private void requirePresence(Entry entry, Applied applied) {
    if (entry.commands().stream().anyMatch(Command.Part.class::isInstance)) {
      return;
    }
    for (int i = 0; i < entry.commands().size(); i++) {
      Command command = entry.commands().get(i);
      if (!command.texts().isEmpty()) {
        boolean lacks =
            command.texts().stream().anyMatch(text -> !there.contains(text.reference()));
        Result result = applied.results().get(i);
        judge.require(
            Check.TEXTS,
            !lacks || result instanceof Result.Absent,
            () -> command + " was applied without its texts: " + result);
        return;
      }
    }
  }

  /** Whether one text of new work was begun in it, and no other; what comes twice begins once. */
  private boolean isNewWork(Entry entry, Applied applied) {
    int begins = 0;
    boolean isNew = false;
    for (int i = 0; i < entry.commands().size(); i++) {
      if (entry.commands().get(i) instanceof Command.Part part && part.offset() == 0) {
        begins++;
        isNew =
            part.forNewWork()
                && !begun.contains(part.text())
                && applied.results().get(i) instanceof Result.Received received
                && received.bytes() == part.bytes().size()
                && received.bytes() < part.text().sizeBytes();
      }
    }
    return begins == 1 && isNew;
  }

  /** What is said to be short has been so for long. */
  void packed(Entry entry, long nowNanos) {
    if (entry.commands().stream().anyMatch(Freight::isShortened)) {
      // Who asks no more was given up, and says nothing of what is given up now.
      shortages.values().removeIf(each -> nowNanos - each.askedNanos() > ASKS_WITHIN_NANOS);
      boolean isLong =
          shortages.values().stream()
              .anyMatch(each -> nowNanos - each.sinceNanos() >= LEAST_SHORTAGE_NANOS);
      judge.require(
          Check.TEXTS, isLong, () -> "a shortage of a moment ends what runs: " + entry.commands());
    }
  }

  private static boolean isShortened(Command command) {
    if (command instanceof Command.Advance advance) {
      return isShortened(advance.transition());
    }
    return command instanceof Command.Settle settle
        && ((settle.outcome() instanceof Outcome.FunctionError error
                && error.detail().startsWith(SHORT))
            || settle.transition().filter(Freight::isShortened).isPresent());
  }

  private static boolean isShortened(Transition transition) {
    return transition.steps().stream()
        .anyMatch(step -> step instanceof Transition.Step.Fault fault && isShort(fault.problem()));
  }

  /** Whether something has ended because there was no room. */
  static boolean isShort(Problem problem) {
    return problem.detail().contains(SHORT);
  }

  /** All has ended, and nobody has sent anything for a while. */
  void requireNothingLeft(List<SimPeer> peers) {
    for (SimPeer peer : luggage.isThere() ? peers : List.<SimPeer>of()) {
      Image image = peer.image();
      judge.require(
          Check.TEXTS,
          image.uploads().isEmpty(),
          () -> image.uploads().size() + " uploads are left at " + peer.name());
      judge.require(
          Check.TEXTS,
          SmallMemory.textBytes(peer.scheduler()) == taken(image),
          () -> "texts are miscounted at " + peer.name());
    }
  }
}
