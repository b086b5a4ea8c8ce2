package io.corale.scheduler;

import io.corale.model.CallId;
import io.corale.scheduler.Explanation.Expected;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * How far what is expected of waiting calls is off, found out from what became of some: the band in
 * which four of five start. It belongs to one superpeer in one term, decides nothing, and is
 * forgotten with it: no part of the replicated state.
 *
 * <p>Now and then it looks at a random call that waits, as anybody might ask for it, notes when
 * that is expected to start and what would be said of it, and later how long it took: see {@link
 * Ratios}.
 */
public final class Forecast {
  /** With fewer calls than this nothing is said of how far it is off. */
  static final int LEAST = 50;

  /** What waits to be known; some 100 KB. */
  static final int MOST_OPEN = 1_024;

  /** Of a rehearsal, on the thread of its cell. */
  private static final int MOST_STEPS = 2_500;

  private static final long SHORTEST_PAUSE_MICROS = 20_000;
  private static final long LONGEST_PAUSE_MICROS = 3_600_000_000L;

  /** For each step: it looks for a hundredth of the time, if a step takes a microsecond. */
  private static final long PAUSE_PER_STEP_MICROS = 100;

  private final RandomGenerator chance;
  private final Ratios timely = new Ratios();
  private final Ratios late = new Ratios();
  private final Map<CallId, List<SplayTree.Handle<Look>>> open = new LinkedHashMap<>();

  /** Of those, the ones that are not late yet, by when they will be. */
  private SplayTree<Look> awaited = new SplayTree<>();

  private int opened;
  private long looked;
  private long nextMicros;
  private long pauseMicros = SHORTEST_PAUSE_MICROS;

  /** One that knows nothing yet. */
  public Forecast(RandomGenerator chance) {
    this.chance = chance;
  }

  /**
   * When a call starts, from when it is asked on: between these in four of five cases.
   *
   * @param isCalibrated whether that is known; else it is a guess
   * @param samples by how many observations; one call may be several
   */
  public record Band(long lowMicros, long highMicros, boolean isCalibrated, int samples) {}

  /**
   * A call that was looked at.
   *
   * @param index of the last entry that was applied by then
   * @param said what would have been said of it
   */
  private record Look(long index, long atMicros, Expected expected, Band said) {
    long lastMicros() {
      return CellClock.later(atMicros, said.highMicros());
    }
  }

  /** Another term begins: what was known may hold no more. */
  public void forget() {
    timely.forget();
    late.forget();
    open.clear();
    awaited = new SplayTree<>();
    opened = 0;
    nextMicros = 0;
    pauseMicros = SHORTEST_PAUSE_MICROS;
  }

  /** Whether it is time to {@link #look}. */
  public boolean isDue(long cellTimeMicros) {
    return cellTimeMicros >= nextMicros;
  }

  /** Looks at one call that waits, if any does. */
  void look(OwnerScheduler scheduler) {
    see(scheduler).run();
  }

  /**
   * Copies what it takes to look at one call that waits.
   *
   * @return the rest, which takes longer and nothing of the scheduler; to be run before anything
   *     else is asked of this
   */
  public Runnable see(OwnerScheduler scheduler) {
    long index = scheduler.appliedIndex();
    long nowMicros = scheduler.cellTimeMicros();
    dropHeld(scheduler.explanations());
    if (opened >= MOST_OPEN) {
      thinOut(scheduler.explanations());
    }
    nextMicros = CellClock.later(nowMicros, pauseMicros);
    Optional<Explanations.Sight> sight =
        scheduler.isServed() ? scheduler.explanations().any(chance, nowMicros) : Optional.empty();
    return () -> sight.ifPresent(seen -> note(seen, index, nowMicros));
  }

  private void note(Explanations.Sight seen, long index, long nowMicros) {
    Steps steps = new Steps(MOST_STEPS);
    Optional<Expected> expected =
        seen.rehearsal().flatMap(rehearsal -> expected(rehearsal, seen.call(), steps));
    if (expected.isPresent()) {
      Look look = new Look(index, nowMicros, expected.get(), band(expected.get()));
      open.computeIfAbsent(seen.call(), call -> new ArrayList<>())
          .add(awaited.insert(look.lastMicros(), looked++, look));
      opened++;
    }
    long spent = (seen.steps() + steps.taken()) * PAUSE_PER_STEP_MICROS;
    nextMicros = CellClock.later(nowMicros, Math.max(pauseMicros, spent));
  }

  private static Optional<Expected> expected(Rehearsal rehearsal, CallId call, Steps steps) {
    OptionalLong start = rehearsal.run(rehearsal.account(), List.of(call), steps).startMicros(call);
    return start.isPresent()
        ? Optional.of(
            new Expected(start.getAsLong() - rehearsal.nowMicros(), rehearsal.isLate(call)))
        : Optional.empty();
  }

  /**
   * Drops what waits no more, and where that is not enough every second one, by chance, for to drop
   * the oldest would be to forget just those that start late; and looks half as often.
   */
  private void thinOut(Explanations explanations) {
    open.forEach(
        (call, looks) -> looks.removeIf(look -> !explanations.isQueued(call) && drop(look)));
    if (opened > MOST_OPEN / 2) {
      pauseMicros = Math.min(2 * pauseMicros, LONGEST_PAUSE_MICROS);
      open.values().forEach(looks -> looks.removeIf(look -> chance.nextBoolean() && drop(look)));
    }
    open.values().removeIf(List::isEmpty);
  }

  /**
   * What is held starts when somebody wants it to, and what is unanswered when that is over:
   * neither says anything of how long others wait.
   */
  private void dropHeld(Explanations explanations) {
    if (explanations.isAnythingHeld()) {
      open.forEach(
          (call, looks) -> looks.removeIf(look -> explanations.isHeld(call) && drop(look)));
      open.values().removeIf(List::isEmpty);
    }
  }

  private boolean drop(SplayTree.Handle<Look> look) {
    if (look.isQueued()) {
      awaited.remove(look);
    }
    opened--;
    return true;
  }

  /** What waits to be known. */
  int opened() {
    return opened;
  }

  /** Of those, what is not late. */
  int awaited() {
    return awaited.size();
  }

  /** An entry was applied: what starts tells how long it took. */
  public void applied(long index, Applied applied) {
    long nowMicros = applied.cellTimeMicros();
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Start start) {
        started(start.attempt().call(), index, nowMicros);
      }
    }
    for (SplayTree.Handle<Look> first = awaited.first();
        first != null && first.key() < nowMicros;
        first = awaited.first()) {
      awaited.remove(first);
      ratios(first.value().expected()).isLate(first.value().said());
    }
  }

  private void started(CallId call, long index, long nowMicros) {
    List<SplayTree.Handle<Look>> looks = open.get(call);
    if (looks == null) {
      return;
    }
    // A start of an entry that was applied before came before it waited again.
    looks.removeIf(look -> look.value().index() < index && isOver(look, nowMicros));
    if (looks.isEmpty()) {
      open.remove(call);
    }
  }

  private boolean isOver(SplayTree.Handle<Look> handle, long nowMicros) {
    Look look = handle.value();
    Ratios ratios = ratios(look.expected());
    if (handle.isQueued() && look.lastMicros() < nowMicros) {
      ratios.isLate(look.said());
    }
    ratios.waited(look.expected().micros(), look.said(), nowMicros - look.atMicros());
    return drop(handle);
  }

  private Ratios ratios(Expected expected) {
    return expected.isLate() ? late : timely;
  }

  /** In which time what is expected so does start. */
  public Band band(Expected expected) {
    return ratios(expected).band(expected.micros());
  }
}
