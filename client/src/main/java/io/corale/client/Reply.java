package io.corale.client;

import io.corale.model.Refusal;

/** What came of a request: its result, a definite no, or neither known. */
public sealed interface Reply<T> {
  /** It was carried out. */
  record Given<T>(T value) implements Reply<T> {}

  /** It was not carried out and will not be. */
  record Refused<T>(Refusal refusal) implements Reply<T> {}

  /** It may or may not have been carried out; all requests may safely be made again. */
  record Unknown<T>(String message) implements Reply<T> {}
}
