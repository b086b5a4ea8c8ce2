package io.corale.node.provider;

/**
 * What an attempt shows so that its provider believes who sends it. It is made just before the
 * attempt leaves and goes no further than the provider: the log, traces and errors never have it,
 * so no kind of it may tell its secrets in {@code toString}.
 */
public sealed interface Authentication {
  /** Shows nothing. */
  Authentication NONE = new None();

  /** Shows nothing. */
  record None() implements Authentication {}
}
