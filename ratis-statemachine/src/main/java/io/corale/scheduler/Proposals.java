package io.corale.scheduler;

import io.corale.model.Incarnation;
import io.corale.model.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Group commit: the commands that wait to be proposed, in three queues, and the entries that were
 * proposed and not yet seen applied.
 *
 * <p>An entry takes all that waits, results first, up to {@link #MAX_BATCH_BYTES}; while the {@link
 * Window} lets no further one leave, commands gather for the next. What a failed entry held is
 * proposed again under a new number, for every command is idempotent (rule 22).
 */
final class Proposals {
  /** Above it Ratis' appender and write buffers would have to grow (rule 33). */
  static final int MAX_BATCH_BYTES = 96 * 1024;

  /** The largest command, which travels alone; the appender's limit leaves room for it. */
  static final int MAX_COMMAND_BYTES = 192 * 1024;

  /** Seconds of work at the rates that a cell reaches; more would only wait in vain. */
  static final int MAX_WAITING = 16_384;

  /** Of new work as much may be on its way into the log as waits for that; see {@link Ceiling}. */
  private static final int MOST_NEW = 2 * MAX_WAITING;

  /** Large submissions must not fill the heap of a node with many cells. */
  static final int MAX_NEW_BYTES = 8 * 1024 * 1024;

  /**
   * New work that waited longer is given back: its receipt was measured out when it was asked for,
   * and outlives the caller's last word by a minute only. If it were proposed later, an id that ran
   * and was forgotten meanwhile could run again (rule 24).
   */
  static final long PATIENCE_NANOS = 10_000_000_000L;

  /** Entries whose stamp is remembered; of older ones nothing is sent (rule 10). */
  static final int MAX_REMEMBERED = 64;

  /** By then a full queue has been worked off, or the cell is slower than its callers. */
  private static final Duration OVERLOADED_RETRY_AFTER = Duration.ofMillis(500);

  /** By what an entry of ours is recognised in the log. */
  private record Mark(long term, long sequence) {}

  /** One proposed entry. */
  private static final class Batch {
    private final long stampNanos;
    private final long elapsedMicros;
    private final List<QueuedCommand> commands;
    private final int newWork;
    private boolean isAwaited = true;
    private boolean isRefused;

    Batch(long stampNanos, long elapsedMicros, List<QueuedCommand> commands) {
      this.stampNanos = stampNanos;
      this.elapsedMicros = elapsedMicros;
      this.commands = commands;
      this.newWork = (int) commands.stream().filter(Proposals::isNewWork).count();
    }
  }

  private final Gate gate;
  private final Window window;
  private final CommandQueue results = new CommandQueue();
  private final CommandQueue news = new CommandQueue();

  /** Parts of the texts of new work, so large that they would hold up what is small behind them. */
  private final CommandQueue parts = new CommandQueue();

  private final List<QueuedCommand> barriers = new ArrayList<>();
  private final Map<Mark, Batch> proposed = new LinkedHashMap<>();
  private Ceiling ceiling = new Ceiling(MOST_NEW);
  private int awaited;

  /** How much new work is in the entries that are awaited. */
  private int newWorkAwaited;

  private Executor proposer;
  private long sequence;

  /** When the last entry of the term that may be in the log was proposed, but for a microsecond. */
  private long stampNanos;

  /**
   * @param gate says which words entries may use
   */
  Proposals(Incarnation self, Gate gate, Window window) {
    this.gate = gate;
    this.window = window;
    proposer = new Executor(self, 0);
  }

  /** Begins the entries of a term; the same term again goes on counting. */
  void begin(Executor executor) {
    if (!executor.equals(proposer)) {
      proposer = executor;
      sequence = 0;
      ceiling = new Ceiling(MOST_NEW);
    }
  }

  /** Why a command from the door may not wait here; empty where it may. */
  Optional<Refusal> refusal(QueuedCommand command) {
    int size = command.sizeBytes();
    if (size > MAX_COMMAND_BYTES) {
      String message = "the request takes " + size + " bytes of the log; at most ";
      return Optional.of(
          Refusal.of(Refusal.Code.TOO_LARGE, message + MAX_COMMAND_BYTES + " are accepted"));
    }
    return hasRoom(command) ? Optional.empty() : Optional.of(overloaded());
  }

  private static Refusal overloaded() {
    return Refusal.later(
        Refusal.Code.OVERLOADED, "cell: too many requests wait at it", OVERLOADED_RETRY_AFTER);
  }

  /** Why new work, however small, may not wait here now; empty where it may. */
  Optional<Refusal> shortage() {
    return hasRoomForNews(0) ? Optional.empty() : Optional.of(overloaded());
  }

  private boolean hasRoom(QueuedCommand command) {
    if (command.command() instanceof Command.Barrier) {
      return barriers.size() < MAX_WAITING;
    }
    return switch (command.urgency()) {
      case RESULT -> results.size() < MAX_WAITING;
      case NEW -> hasRoomForNews(command.sizeBytes());
    };
  }

  private boolean hasRoomForNews(int bytes) {
    return ceiling.hasRoom(news.size() + newWorkAwaited)
        && news.size() < MAX_WAITING
        && news.bytes() + bytes <= MAX_NEW_BYTES;
  }

  /** Whether somebody has asked for something new; parts belong to what is asked for with them. */
  private static boolean isNewWork(QueuedCommand command) {
    return command.urgency() == Urgency.NEW && !(command.command() instanceof Command.Part);
  }

  /** Learns from how long the new work of an entry of ours took until it was applied. */
  void measure(List<QueuedCommand> applied, long nowNanos) {
    long latencyNanos = -1;
    for (QueuedCommand command : applied) {
      if (isNewWork(command) && command.asker() instanceof QueuedCommand.Asker.Door door) {
        latencyNanos = Math.max(latencyNanos, nowNanos - door.askedNanos());
      }
    }
    if (latencyNanos >= 0) {
      ceiling.applied(latencyNanos, nowNanos);
    }
  }

  /**
   * Lets a command wait; barriers share one command of the next entry, whatever it holds.
   *
   * @throws IllegalStateException if it takes a format that is not active: a bug, which must reach
   *     neither the log nor those that wait for the same entry
   */
  void add(QueuedCommand pending) {
    gate.require(pending.command());
    if (pending.command() instanceof Command.Barrier) {
      barriers.add(pending);
    } else {
      queueOf(pending).addLast(pending);
    }
  }

  /** Whose new work waited too long, by their tickets; it may be in the log all the same. */
  List<Long> outdated(long nowNanos) {
    List<Long> tickets = new ArrayList<>();
    for (QueuedCommand old : news.removeOlderThan(PATIENCE_NANOS, nowNanos)) {
      if (!old.isDone() && old.asker() instanceof QueuedCommand.Asker.Door door) {
        tickets.add(door.ticket());
      }
      old.done();
    }
    return tickets;
  }

  /** Whether nothing waits and nothing is awaited. */
  boolean isIdle() {
    return awaited == 0 && nothingWaits();
  }

  private boolean nothingWaits() {
    return results.isEmpty() && news.isEmpty() && parts.isEmpty() && barriers.isEmpty();
  }

  /** Whether an entry is on its way. */
  boolean awaitsEntry() {
    return awaited > 0;
  }

  /**
   * The entry with which a term begins (rules 7 and 9): a {@code TakeOver} alone, without time.
   *
   * @param nowNanos before the entry leaves for the log (rule 10)
   */
  Entry takeOver(long appliedIndex, long nowNanos) {
    stampNanos = nowNanos;
    List<Command> alone = List.of(new Command.TakeOver(proposer));
    return entry(nowNanos, 0, appliedIndex, alone, List.of());
  }

  /**
   * The next entry, where something waits and the window is open.
   *
   * @param nowNanos before the entry leaves for the log (rule 10)
   */
  Optional<Entry> next(long appliedIndex, long nowNanos) {
    if (!window.admits(awaited, isFull(), nowNanos - stampNanos)) {
      return Optional.empty();
    }
    List<QueuedCommand> batch = new ArrayList<>();
    int bytes = results.moveInto(batch, 0, MAX_BATCH_BYTES);
    bytes = news.moveInto(batch, bytes, MAX_BATCH_BYTES);
    parts.moveInto(batch, bytes, MAX_BATCH_BYTES);
    List<Command> commands = new ArrayList<>(batch.size() + 1);
    batch.forEach(pending -> commands.add(pending.command().referring()));
    if (!barriers.isEmpty()) {
      commands.add(new Command.Barrier());
      batch.addAll(barriers);
      barriers.clear();
    }
    if (commands.isEmpty()) {
      return Optional.empty();
    }
    long elapsedMicros = Math.max(0, (nowNanos - stampNanos) / 1_000);
    stampNanos += elapsedMicros * 1_000;
    return Optional.of(entry(nowNanos, elapsedMicros, appliedIndex, commands, batch));
  }

  /** When what waits may leave though nothing is applied until then; empty where it may not. */
  OptionalLong opensAtNanos() {
    return nothingWaits() || !window.opensByItself(awaited)
        ? OptionalLong.empty()
        : OptionalLong.of(stampNanos + window.paceNanos(awaited));
  }

  /**
   * Whether no less waits than an entry takes. Where a large command is first in its queue, the
   * next one may have less all the same.
   */
  private boolean isFull() {
    return results.bytes() + news.bytes() + parts.bytes() >= MAX_BATCH_BYTES;
  }

  private Entry entry(
      long nowNanos,
      long elapsedMicros,
      long appliedIndex,
      List<Command> commands,
      List<QueuedCommand> batch) {
    boolean keepsWaits = gate.keepsWaits();
    Entry entry =
        gate.passed(
            new Entry(proposer, sequence, elapsedMicros, appliedIndex, true, keepsWaits, commands));
    batch.forEach(QueuedCommand::proposed);
    if (proposed.size() >= MAX_REMEMBERED) {
      forgetOldest();
    }
    Batch proposal = new Batch(nowNanos, elapsedMicros, batch);
    proposed.put(new Mark(proposer.term(), sequence), proposal);
    awaited++;
    newWorkAwaited += proposal.newWork;
    sequence++;
    return entry;
  }

  /** Of what is not awaited any more; there is some, as the window is smaller. */
  private void forgetOldest() {
    for (Iterator<Batch> each = proposed.values().iterator(); each.hasNext(); ) {
      if (!each.next().isAwaited) {
        each.remove();
        return;
      }
    }
  }

  /**
   * When an entry was proposed, if it is ours and stands in the term in which it was packed; empty
   * also where we do not know any more.
   */
  OptionalLong stampOf(long term, Entry entry) {
    Batch batch = isMine(term, entry) ? proposed.get(new Mark(term, entry.sequence())) : null;
    return batch == null ? OptionalLong.empty() : OptionalLong.of(batch.stampNanos);
  }

  private boolean isMine(long term, Entry entry) {
    return entry.proposer().node().equals(proposer.node()) && entry.proposer().term() == term;
  }

  /**
   * An entry was applied. If it is ours: what it held, in the order of its commands; all barriers
   * stand last and share one. Our entries before it that were not applied never will be, as the log
   * keeps the order of proposing: what they held waits again.
   */
  List<QueuedCommand> applied(long term, Entry entry) {
    long upTo = isMine(term, entry) ? entry.sequence() : -1;
    List<QueuedCommand> held = List.of();
    List<QueuedCommand> lost = new ArrayList<>();
    Iterator<Map.Entry<Mark, Batch>> each = proposed.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Mark, Batch> next = each.next();
      Mark mark = next.getKey();
      if (mark.term() > term || (mark.term() == term && mark.sequence() > upTo)) {
        break;
      }
      Batch batch = next.getValue();
      if (mark.term() == term && mark.sequence() == upTo) {
        held = batch.commands;
      } else if (batch.isAwaited) {
        lost.addAll(batch.commands);
      }
      awaitNoMore(batch);
      each.remove();
    }
    waitAgain(lost);
    return held;
  }

  /**
   * An entry may not be in the log: what it held waits again, and whichever of its proposals is
   * applied first counts. Says whether the entry was still awaited.
   */
  boolean failed(Entry entry) {
    return giveUp(entry).isPresent();
  }

  /** As {@link #failed}, of an entry that is certainly not in the log. */
  boolean refused(Entry entry) {
    Optional<Batch> batch = giveUp(entry);
    batch.ifPresent(this::takeBackTime);
    return batch.isPresent();
  }

  private Optional<Batch> giveUp(Entry entry) {
    Batch batch = proposed.get(new Mark(entry.proposer().term(), entry.sequence()));
    if (batch == null || !batch.isAwaited) {
      return Optional.empty();
    }
    awaitNoMore(batch);
    waitAgain(batch.commands);
    return Optional.of(batch);
  }

  /**
   * The next entry carries the time of those that were refused, or a timer of an idle cell would
   * wait as long again. Not of one behind which another may be in the log: a fence that begins in
   * that would count time that passed before it (rule 7).
   */
  private void takeBackTime(Batch refused) {
    refused.isRefused = true;
    List<Batch> last = new ArrayList<>();
    for (Batch each : proposed.values()) {
      if (each.isRefused) {
        last.add(each);
      } else {
        last.clear();
      }
    }
    last.forEach(each -> stampNanos -= each.elapsedMicros * 1_000);
    proposed.values().removeAll(last);
  }

  private void awaitNoMore(Batch batch) {
    if (batch.isAwaited) {
      batch.isAwaited = false;
      awaited--;
      newWorkAwaited -= batch.newWork;
    }
  }

  private void waitAgain(List<QueuedCommand> commands) {
    for (int i = commands.size() - 1; i >= 0; i--) {
      QueuedCommand pending = commands.get(i);
      if (pending.isDone()) {
        continue;
      }
      if (pending.command() instanceof Command.Barrier) {
        barriers.add(pending);
      } else {
        queueOf(pending).addFirst(pending);
      }
    }
  }

  /** Ends the term: all that was not seen applied, whether it was proposed or only waited. */
  List<QueuedCommand> end() {
    List<QueuedCommand> open = new ArrayList<>();
    for (Batch batch : proposed.values()) {
      if (batch.isAwaited) {
        open.addAll(batch.commands);
        awaitNoMore(batch);
      }
    }
    results.drainTo(open);
    news.drainTo(open);
    parts.drainTo(open);
    open.addAll(barriers);
    barriers.clear();
    return open;
  }

  private CommandQueue queueOf(QueuedCommand pending) {
    if (pending.urgency() == Urgency.RESULT) {
      return results;
    }
    return pending.command() instanceof Command.Part ? parts : news;
  }
}
