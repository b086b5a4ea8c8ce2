package io.corale.scheduler;

import io.corale.model.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What a branch waits for. A signal is pending only once its call and its children are gone, and it
 * does not wait to hear; timers run, and ears are open, beside all of these.
 *
 * @param call the number of its outstanding call, 0 where it has none
 * @param run the number of the invocation that it awaits, 0 where it awaits none
 * @param timers by their numbers, which are unique
 * @param pending what it is to be interpreted with next
 */
public record Waiting(
    long call,
    long run,
    Children children,
    List<Timer> timers,
    Ears ears,
    Optional<Signal> pending) {
  /** Frames nest 64 deep, each with a timer of its own, and the root has one for all. */
  static final int MAX_TIMERS = 72;

  static final Waiting NOTHING =
      new Waiting(0, 0, Children.NONE, List.of(), Ears.NONE, Optional.empty());

  /** The record, its place among the cell's timers and the index to it. */
  private static final long TIMER_BYTES = 250;

  public Waiting {
    timers = List.copyOf(timers);
  }

  /**
   * A timer that is set.
   *
   * @param number those set further in have greater ones
   * @param dueMicros cell time
   * @param sequence unique in the cell; orders timers of one time
   */
  public record Timer(int number, long dueMicros, long sequence) {}

  boolean isForNothing() {
    return isForTimersOnly() && timers.isEmpty();
  }

  /**
   * Neither for a call, nor for children, nor for another invocation or an event, nor to be
   * interpreted.
   */
  boolean isForTimersOnly() {
    return isFree() && children.open() == 0 && pending.isEmpty();
  }

  /** Neither for a call nor for another invocation, nor for an event. */
  boolean isFree() {
    return call == 0 && run == 0 && !ears.isHearing();
  }

  Waiting withoutSignal() {
    return pending.isEmpty()
        ? this
        : new Waiting(call, run, children, timers, ears, Optional.empty());
  }

  Waiting forCall(long call) {
    return new Waiting(call, run, children, timers, ears, Optional.empty());
  }

  Waiting forRun(long run) {
    return new Waiting(call, run, children, timers, ears, Optional.empty());
  }

  Waiting forChildren(Children children) {
    return new Waiting(call, run, children, timers, ears, Optional.empty());
  }

  /** For nothing but to be interpreted; its timers stay set, and its ears open. */
  Waiting forSignal(Signal signal) {
    return new Waiting(0, 0, Children.NONE, timers, ears.atWork(), Optional.of(signal));
  }

  Waiting with(Ears ears) {
    return new Waiting(call, run, children, timers, ears, pending);
  }

  /** With this timer in the place of the one of its number. */
  Waiting with(Timer timer) {
    List<Timer> next = new ArrayList<>(timers.size() + 1);
    timers.stream().filter(other -> other.number() < timer.number()).forEach(next::add);
    next.add(timer);
    timers.stream().filter(other -> other.number() > timer.number()).forEach(next::add);
    return new Waiting(call, run, children, next, ears, pending);
  }

  /** Without the timer of this number, where it has one. */
  Waiting without(int number) {
    List<Timer> next = timers.stream().filter(timer -> timer.number() != number).toList();
    return next.size() == timers.size()
        ? this
        : new Waiting(call, run, children, next, ears, pending);
  }

  /** Without the timers and ears that are further in than the timer of this number. */
  Waiting outside(int number) {
    List<Timer> next = timers.stream().filter(timer -> timer.number() < number).toList();
    return new Waiting(call, run, children, next, ears.withoutInside(number), pending);
  }

  /** Names each payload that is too large for an entry. */
  void texts(Consumer<Payload> found) {
    if (children.spread().isPresent()) {
      children.spread().get().texts(found);
    }
    if (pending.isPresent()) {
      pending.get().texts(found);
    }
  }

  Waiting replacing(UnaryOperator<Payload> others) {
    Optional<Signal> signal = pending.map(each -> each.replacing(others));
    return new Waiting(call, run, children.replacing(others), timers, ears, signal);
  }

  long sizeBytes() {
    long size = TIMER_BYTES * timers.size() + ears.sizeBytes();
    size += children.spread().map(Spread::sizeBytes).orElse(0L);
    return size + pending.map(Waiting::sizeBytes).orElse(0L);
  }

  private static long sizeBytes(Signal signal) {
    if (signal instanceof Signal.Returned returned) {
      return returned.result().sizeBytes();
    }
    if (signal instanceof Signal.Failed failed) {
      return failed.problem().sizeBytes();
    }
    if (signal instanceof Signal.Item item) {
      return item.item().sizeBytes();
    }
    if (signal instanceof Signal.Begun begun) {
      return begun.input().sizeBytes();
    }
    if (signal instanceof Signal.Heard heard) {
      return heard.event().sizeBytes();
    }
    return signal instanceof Signal.Joined joined ? joined.sizeBytes() : 0;
  }
}
