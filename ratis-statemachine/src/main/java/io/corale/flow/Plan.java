package io.corale.flow;

import io.corale.model.AccountId;
import io.corale.model.Payload;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/**
 * What the superpeer knows at the time of an evaluation and a composition does not: which
 * implementations can be reached, how long they take, and when to give up.
 *
 * <p>Contract: answers are stable during one evaluation, cheap, and come on the evaluating thread;
 * only {@link #isAbandoned} may change its answer, from false to true, and {@link #jitter} draws.
 */
public interface Plan {
  /** The largest answer of {@link #jitter}; fine enough to keep retries apart. */
  int MAX_JITTER = 1_023;

  /** The implementation that a call of this function uses now; empty where none can be used. */
  Optional<Implementation> choose(FunctionSpec function);

  /** How long a call of this implementation of a composition's function is expected to take. */
  long estimateMicros(
      Composition composition, FunctionSpec function, Implementation implementation);

  /** No call of this evaluation gets a longer rank. */
  default long mostRankMicros() {
    return Long.MAX_VALUE;
  }

  /**
   * A number drawn by chance from 0 to {@link #MAX_JITTER}, another each time; what comes of it is
   * recorded in the log as the time of a timer.
   */
  int jitter();

  /**
   * The composition that a task runs.
   *
   * @param version empty: the highest release
   */
  default Optional<Composition> composition(String name, Optional<String> version) {
    return Optional.empty();
  }

  /**
   * Whether this evaluation has taken longer than it may; asked before each task, and now and then
   * inside expressions.
   */
  default boolean isAbandoned() {
    return false;
  }

  /** The largest payload other than an event that the cell's log may have now (rule 33). */
  default int mostPayloadBytes() {
    return Payload.MAX_INLINE_BYTES;
  }

  /**
   * The first implementation whose account is configured, with the duration its author expects.
   *
   * @param chance draws from 0 to {@link #MAX_JITTER}
   */
  static Plan firstOf(Predicate<AccountId> isConfigured, IntSupplier chance) {
    return firstOf(isConfigured, chance, (name, version) -> Optional.empty(), () -> false);
  }

  /**
   * The same, where compositions may run others, and time is short.
   *
   * @param compositions by name and version, as {@link #composition} gives them
   * @param isOutOfTime what {@link #isAbandoned} answers
   */
  static Plan firstOf(
      Predicate<AccountId> isConfigured,
      IntSupplier chance,
      BiFunction<String, Optional<String>, Optional<Composition>> compositions,
      BooleanSupplier isOutOfTime) {
    return new Plan() {
      @Override
      public Optional<Implementation> choose(FunctionSpec function) {
        return function.implementations().stream()
            .filter(implementation -> isConfigured.test(implementation.account()))
            .findFirst();
      }

      @Override
      public long estimateMicros(
          Composition composition, FunctionSpec function, Implementation implementation) {
        return implementation.expectedMicros();
      }

      @Override
      public int jitter() {
        return chance.getAsInt();
      }

      @Override
      public Optional<Composition> composition(String name, Optional<String> version) {
        return compositions.apply(name, version);
      }

      @Override
      public boolean isAbandoned() {
        return isOutOfTime.getAsBoolean();
      }
    };
  }
}
