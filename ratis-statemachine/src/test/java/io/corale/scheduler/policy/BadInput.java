package io.corale.scheduler.policy;

/** What a person gave to the benchmark cannot be used; the message says where and why. */
final class BadInput extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadInput(String message) {
    super(message);
  }
}
