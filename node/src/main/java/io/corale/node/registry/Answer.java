package io.corale.node.registry;

import io.corale.model.Refusal;

/** What came of a request that may be refused: its result, or a definite no. */
public sealed interface Answer<T> {
  /** It was carried out. */
  record Given<T>(T value) implements Answer<T> {}

  /** It was not, and will not be. */
  record Refused<T>(Refusal refusal) implements Answer<T> {}
}
