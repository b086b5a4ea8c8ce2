package io.corale.scheduler;

import io.corale.model.AttemptId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * The commands of a superpeer that refer to large texts, which must stand in the log before them
 * (rule 33), and those texts on their way.
 *
 * <pre>
 * held ──all its texts received──▶ arrived ──proposed, applied──▶ done
 *  ▲  └──no room for too long, or turned away──▶ given back       │
 *  └───────────applied without its texts: Absent──────────────────┘
 * </pre>
 *
 * <p>Texts that results wait for go before those of new work. What is running waits while there is
 * no room for its text, since a shortage of a moment must destroy nothing; new work does not.
 */
final class Shipments {
  /** One more than needed to keep the log busy between the last part of one and the next. */
  static final int MOST_TEXTS = 2;

  /** A new text in full size four times; callers must not fill the heap of the superpeer. */
  static final long MOST_NEW_BYTES = 4L * Payload.MAX_BYTES;

  /** As long as new work waits in the queue of proposals, before it has entered that. */
  static final long PATIENCE_OF_NEW_NANOS = Proposals.PATIENCE_NANOS;

  /** New work waits anew each time, which must stay within what its receipt allows (rule 24). */
  static final int MOST_TIMES_OF_NEW = 3;

  /**
   * A text goes with the entry in which others have used it. So of many outcomes that share one
   * some may find it gone again and again, through no fault of theirs; this is far beyond that.
   */
  static final int MOST_TIMES_OF_RUNNING = 64;

  private static final Refusal NO_ROOM =
      Refusal.later(Refusal.Code.OVERLOADED, "the cell has no room for its text", Shipment.RETRY);

  /** A command that waits for its texts. */
  private static final class Held {
    private final QueuedCommand command;
    private final Set<Payload.Reference> missing = new LinkedHashSet<>();
    private long sizeBytes;

    Held(QueuedCommand command) {
      this.command = command;
    }

    boolean isNew() {
      return command.urgency() == Urgency.NEW;
    }
  }

  /** A text on its way, and who waits for it. */
  private record Text(Shipment shipment, Set<Held> waiting) {
    Text(Payload payload) {
      this(new Shipment(payload), new LinkedHashSet<>());
    }

    boolean isNew() {
      return waiting.stream().allMatch(Held::isNew);
    }

    /** Whether nothing could go on with it alone. */
    boolean isOneOfSeveral() {
      return waiting.stream().allMatch(each -> each.missing.size() > 1);
    }
  }

  /**
   * A command that did not come into the log, and why.
   *
   * @param missing the texts that did not; none where the same outcome has taken its place
   */
  record GivenBack(QueuedCommand command, Set<Payload.Reference> missing, Refusal why) {
    boolean isReplaced() {
      return missing.isEmpty();
    }
  }

  private final ToIntFunction<Command> sizeBytes;
  private final Set<Held> held = new LinkedHashSet<>();
  private final Map<AttemptId, Held> outcomes = new LinkedHashMap<>();
  private final Map<Payload.Reference, Text> texts = new LinkedHashMap<>();
  private final List<QueuedCommand> arrived = new ArrayList<>();
  private final List<GivenBack> givenBack = new ArrayList<>();
  private long newBytes;
  private long runningBytes;

  /**
   * @param sizeBytes no less than what a command takes in an entry
   */
  Shipments(ToIntFunction<Command> sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  boolean isEmpty() {
    return held.isEmpty() && arrived.isEmpty() && givenBack.isEmpty();
  }

  /** Why a command from the door may not wait here; looks at sizes only. */
  Optional<Refusal> refusal(QueuedCommand asked) {
    long bytes = bytes(asked.command());
    boolean isSmall = bytes == 0 || asked.urgency() == Urgency.RESULT;
    return isSmall || newBytes + bytes <= MOST_NEW_BYTES
        ? Optional.empty()
        : Optional.of(
            Refusal.later(
                Refusal.Code.OVERLOADED,
                "too many large requests wait at this cell",
                Shipment.RETRY));
  }

  /** How much of what runs waits here; the superpeer's memory holds it beside the cell's. */
  long runningBytes() {
    return runningBytes;
  }

  private static long bytes(Command command) {
    return command.texts().stream().mapToLong(Payload::sizeBytes).sum();
  }

  /** Lets a command wait for its texts; the outcome of an attempt replaces an earlier one. */
  void add(QueuedCommand command, long nowNanos) {
    boolean isNew = command.urgency() == Urgency.NEW;
    if (command.shipped() >= (isNew ? MOST_TIMES_OF_NEW : MOST_TIMES_OF_RUNNING)) {
      Refusal why =
          Refusal.later(
              Refusal.Code.OVERLOADED, "its texts did not stay in the log", Shipment.RETRY);
      givenBack.add(new GivenBack(command, references(command.command()), why));
      return;
    }
    Held next = new Held(command);
    next.sizeBytes = bytes(command.command());
    count(next, next.sizeBytes);
    held.add(next);
    for (Payload each : command.command().texts()) {
      next.missing.add(each.reference());
      Text text = texts.computeIfAbsent(each.reference(), r -> new Text(each));
      boolean wasNew = text.isNew();
      text.waiting.add(next);
      if (wasNew && !next.isNew()) {
        text.shipment.becomesUrgent(nowNanos);
      }
    }
    if (command.command() instanceof Command.Settle settle) {
      Optional.ofNullable(outcomes.put(settle.attempt(), next)).ifPresent(this::replace);
    }
  }

  private void count(Held one, long bytes) {
    newBytes += one.isNew() ? bytes : 0;
    runningBytes += one.isNew() ? 0 : bytes;
  }

  private static Set<Payload.Reference> references(Command command) {
    Set<Payload.Reference> references = new LinkedHashSet<>();
    command.texts().forEach(text -> references.add(text.reference()));
    return references;
  }

  /** What the same outcome says again takes its place; whoever brought it first asks again. */
  private void replace(Held earlier) {
    remove(earlier);
    Refusal why =
        Refusal.later(Refusal.Code.OVERLOADED, "it was handed over once more", Shipment.RETRY);
    if (earlier.command.asker() instanceof QueuedCommand.Asker.Door) {
      givenBack.add(new GivenBack(earlier.command, new LinkedHashSet<>(), why));
    }
  }

  private void remove(Held gone) {
    if (held.remove(gone)) {
      count(gone, -gone.sizeBytes);
    }
    if (gone.command.command() instanceof Command.Settle settle) {
      outcomes.remove(settle.attempt(), gone);
    }
    for (Payload.Reference each : gone.missing) {
      Text text = texts.get(each);
      if (text != null && text.waiting.remove(gone) && text.waiting.isEmpty()) {
        // Also one that is under way: what the log has of it, it will drop.
        text.shipment.recall();
        texts.remove(each);
      }
    }
  }

  /** An outcome stands in the log already, whoever brought it there. */
  void settled(AttemptId attempt) {
    Held known = outcomes.get(attempt);
    if (known != null && !(known.command.asker() instanceof QueuedCommand.Asker.Door)) {
      remove(known);
      known.command.done();
    }
  }

  /** The parts that may go into the log now. */
  List<QueuedCommand> parts(long nowNanos) {
    if (texts.isEmpty()) {
      return List.of();
    }
    List<QueuedCommand> parts = new ArrayList<>();
    List<Text> goes = new ArrayList<>();
    choose(goes, false, nowNanos);
    choose(goes, true, nowNanos);
    goes.forEach(text -> parts.addAll(text.shipment.next(text.isNew(), sizeBytes)));
    return parts;
  }

  /**
   * The oldest first. Commands that need several texts must not take the room from each other until
   * none of them has all: while one is short, no later text is begun that would not do alone.
   */
  private void choose(List<Text> goes, boolean isNew, long nowNanos) {
    boolean isOneShort = false;
    for (Text text : texts.values()) {
      if (goes.size() >= MOST_TEXTS) {
        return;
      }
      boolean mayBegin = text.shipment.isBegun() || !isOneShort || !text.isOneOfSeveral();
      if (text.isNew() == isNew && mayBegin && !text.shipment.rests(nowNanos)) {
        goes.add(text);
      }
      isOneShort = isOneShort || text.shipment.isRefused();
    }
  }

  /** What the log said to a part; of one that was recalled nothing is heard. */
  void answered(QueuedCommand queued, Result result, long nowNanos) {
    Command.Part part = (Command.Part) queued.command();
    Text text = texts.get(part.text());
    if (text == null || !text.shipment.isFor(queued)) {
      return;
    }
    if (result instanceof Result.Received received) {
      if (text.shipment.received(received.bytes())) {
        received(text);
      }
    } else if (result instanceof Result.Refused refused) {
      refused(text, refused.refusal(), nowNanos);
    }
  }

  private void received(Text text) {
    Payload.Reference whole = text.shipment.text();
    texts.remove(whole);
    text.waiting.forEach(each -> each.missing.remove(whole));
    text.waiting.stream().filter(each -> each.missing.isEmpty()).forEach(this::arrived);
  }

  private void arrived(Held ready) {
    remove(ready);
    arrived.add(ready.command);
  }

  private void refused(Text text, Refusal why, long nowNanos) {
    if (why.code() != Refusal.Code.OVERLOADED) {
      giveBack(List.copyOf(text.waiting), why);
      return;
    }
    text.shipment.refused(why, nowNanos);
    giveBack(text.waiting.stream().filter(Held::isNew).toList(), why);
  }

  private void giveBack(List<Held> hopeless, Refusal why) {
    for (Held each : hopeless) {
      remove(each);
      givenBack.add(new GivenBack(each.command, each.missing, why));
    }
  }

  /** What has all its texts in the log, to be proposed now. */
  List<QueuedCommand> arrived(long nowNanos) {
    if (arrived.isEmpty()) {
      return List.of();
    }
    List<QueuedCommand> ready = arrived.stream().map(each -> each.laden(nowNanos)).toList();
    arrived.clear();
    return ready;
  }

  /** What will not come into the log; what has waited too long is among it. */
  List<GivenBack> givenBack(long nowNanos) {
    if (isEmpty()) {
      return List.of();
    }
    List<Held> late = held.stream().filter(each -> isLate(each, nowNanos)).toList();
    giveBack(late, NO_ROOM);
    arrived.removeIf(each -> isLateBehindItsTexts(each, nowNanos));
    List<GivenBack> all = List.copyOf(givenBack);
    givenBack.clear();
    return all;
  }

  /** This node stood still between the last part and now; what is old is not proposed as new. */
  private boolean isLateBehindItsTexts(QueuedCommand each, long nowNanos) {
    boolean isLate = each.urgency() == Urgency.NEW && isOutdated(each, nowNanos);
    if (isLate) {
      givenBack.add(new GivenBack(each, references(each.command()), NO_ROOM));
    }
    return isLate;
  }

  private static boolean isOutdated(QueuedCommand each, long nowNanos) {
    return each.isOlderThan(PATIENCE_OF_NEW_NANOS, nowNanos);
  }

  private boolean isLate(Held each, long nowNanos) {
    return each.isNew()
        ? isOutdated(each.command, nowNanos)
        : each.missing.stream().anyMatch(text -> isHopeless(text, nowNanos));
  }

  private boolean isHopeless(Payload.Reference reference, long nowNanos) {
    Text text = texts.get(reference);
    return text != null && text.shipment.isHopeless(nowNanos);
  }

  /**
   * When something is to be done though nothing is applied until then. What is due and was not sent
   * waits for what is on its way.
   */
  OptionalLong atNanos(long nowNanos) {
    OptionalLong next = OptionalLong.empty();
    for (Text text : texts.values()) {
      if (text.shipment.rests(nowNanos)) {
        next = earlier(next, text.shipment.triedAgainAtNanos());
      }
    }
    for (Held each : held) {
      if (each.isNew() && each.command.asker() instanceof QueuedCommand.Asker.Door door) {
        next = earlier(next, door.askedNanos() + PATIENCE_OF_NEW_NANOS + 1);
      }
    }
    return next;
  }

  private static OptionalLong earlier(OptionalLong one, long other) {
    return one.isPresent() && one.getAsLong() - other <= 0 ? one : OptionalLong.of(other);
  }

  /** Ends the term: all that waits, and nothing is on its way any more. */
  List<QueuedCommand> end() {
    List<QueuedCommand> open = new ArrayList<>();
    givenBack.forEach(each -> open.add(each.command()));
    open.addAll(arrived);
    held.forEach(each -> open.add(each.command));
    held.clear();
    outcomes.clear();
    texts.clear();
    arrived.clear();
    givenBack.clear();
    newBytes = 0;
    runningBytes = 0;
    return open;
  }
}
