package io.corale.flow;

import io.corale.model.Problem;

/** Leaves an evaluation that has no other end than a fault of the invocation. */
final class Faulted extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  Faulted(Problem problem) {
    super(problem.title());
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }

  /** An expected failure needs no stack. */
  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
