package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The replicated scheduler of one cell: applies the entries of its log and says what they ask of
 * the world.
 *
 * <p>The same entries give the same results and effects on every replica. Confined to one thread at
 * a time. Total: no command makes it throw.
 */
public final class OwnerScheduler {
  /** A page that a person can scroll and a response frame can hold. */
  public static final int MAX_PAGE = 1_000;

  private final Map<CompositionRef, Payload> definitions = new LinkedHashMap<>();
  private final CellClock clock = new CellClock(0);
  private Optional<CellId> cell = Optional.empty();
  private long epoch;
  private Optional<Executor> executor = Optional.empty();
  private long appliedTerm;
  private long appliedIndex;

  /** The scheduler of a log without entries. */
  public OwnerScheduler() {}

  /** The scheduler that {@link #image} was taken of. */
  public static OwnerScheduler restore(Image image) {
    OwnerScheduler scheduler = new OwnerScheduler();
    Image.Header header = image.header();
    scheduler.cell = header.cell();
    scheduler.epoch = header.epoch();
    scheduler.executor = header.executor();
    scheduler.appliedTerm = header.appliedTerm();
    scheduler.appliedIndex = header.appliedIndex();
    image.definitions().forEach(d -> scheduler.definitions.put(d.composition(), d.canonical()));
    return scheduler;
  }

  /**
   * Applies one entry of the log.
   *
   * @param term the Raft term in which the entry was appended
   * @param index its index, above all indexes applied before
   */
  public Applied apply(long term, long index, Entry entry) {
    appliedTerm = term;
    appliedIndex = index;
    clock.advance(term, entry);
    List<Result> results = new ArrayList<>(entry.commands().size());
    List<Effect> effects = new ArrayList<>();
    for (Command command : entry.commands()) {
      results.add(apply(term, command));
    }
    return new Applied(clock.nowMicros(), results, effects);
  }

  private Result apply(long term, Command command) {
    if (command instanceof Command.TakeOver takeOver) {
      if (takeOver.executor().term() != term) {
        return refused(Refusal.Code.INVALID, "take-over of another term than its entry's");
      }
      executor = Optional.of(takeOver.executor());
      return new Result.Done();
    }
    if (command instanceof Command.Opened opened) {
      cell = Optional.of(opened.cell());
      epoch = opened.epoch();
      return new Result.Done();
    }
    if (command instanceof Command.Define define) {
      definitions.put(define.composition(), define.canonical());
      return new Result.Done();
    }
    if (command instanceof Command.Tick || command instanceof Command.Barrier) {
      return new Result.Done();
    }
    return refused(Refusal.Code.UNSUPPORTED, "not yet: " + command.getClass().getSimpleName());
  }

  private static Result refused(Refusal.Code code, String message) {
    return new Result.Refused(Refusal.of(code, message));
  }

  /** What is outstanding, for a new superpeer: never the attempts that others have in flight. */
  public List<Effect> resume() {
    return List.of();
  }

  /** An immutable copy of all state. */
  public Image image() {
    List<Image.Definition> copies = new ArrayList<>();
    definitions.forEach((ref, canonical) -> copies.add(new Image.Definition(ref, canonical)));
    return new Image(
        new Image.Header(cell, epoch, appliedTerm, appliedIndex, clock.nowMicros(), executor),
        copies);
  }

  /** Cell time after the last entry (rule 7). */
  public long cellTimeMicros() {
    return clock.nowMicros();
  }

  /** Who took the cell over last (rule 9). */
  public Optional<Executor> executor() {
    return executor;
  }

  /** The index of the last entry; 0 before the first. */
  public long appliedIndex() {
    return appliedIndex;
  }

  /** The Raft term of the last entry; 0 before the first. */
  public long appliedTerm() {
    return appliedTerm;
  }

  /** Which cell this is; empty until {@code Opened} is applied. */
  public Optional<CellId> cell() {
    return cell;
  }

  /** The epoch with which the cell was opened. */
  public long epoch() {
    return epoch;
  }

  /** An invocation that runs or whose receipt lives. */
  public Optional<InvocationView> status(InvocationId id) {
    return Optional.empty();
  }

  /** What happened to such an invocation. */
  public Optional<TraceView> trace(InvocationId id) {
    return Optional.empty();
  }

  /**
   * A page of invocations in the order in which they were accepted.
   *
   * @param limit 1 to {@value #MAX_PAGE}
   * @param after the last id of the page before; the first page where it is empty or forgotten
   */
  public List<InvocationView> list(
      int limit, Optional<InvocationId> after, Predicate<InvocationView> filter) {
    return List.of();
  }

  /** The canonical form of a defined composition. */
  public Optional<Payload> composition(CompositionRef ref) {
    return Optional.ofNullable(definitions.get(ref));
  }

  /** All defined compositions, in the order of their definition. */
  public List<CompositionRef> compositions() {
    return List.copyOf(definitions.keySet());
  }

  /** The configured accounts, in the order of their first configuration. */
  public List<Account> accounts() {
    return List.of();
  }

  /** The configured accounts with what their scopes hold. */
  public List<AccountView> accountViews() {
    return List.of();
  }

  /** What is broken in this state; empty in a sound one. */
  public List<String> invariants() {
    return List.of();
  }
}
