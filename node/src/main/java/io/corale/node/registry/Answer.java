package io.corale.node.registry;

import io.corale.model.Refusal;
import java.util.function.Function;

/** What came of a request that may be refused: its result, or a definite no. */
public sealed interface Answer<T> {
  /** It was carried out. */
  record Given<T>(T value) implements Answer<T> {}

  /** It was not, and will not be. */
  record Refused<T>(Refusal refusal) implements Answer<T> {}

  /** The same answer, with another result made of this one. */
  default <R> Answer<R> map(Function<T, R> change) {
    return this instanceof Given<T> given
        ? new Given<>(change.apply(given.value()))
        : new Refused<>(((Refused<T>) this).refusal());
  }
}
