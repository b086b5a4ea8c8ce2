package io.corale.flow;

import io.corale.model.Problem;

/** Leaves an evaluation at an error, on the way to the nearest task that catches it. */
final class Faulted extends Exception {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final transient Problem problem;

  /** How far an error goes. */
  enum Kind {
    /** To whoever catches it. */
    ERROR,
    /** To a fork, which can write less at once; where there is none, as any other. */
    OVERFLOW,
    /** Through everything: what catches it would only go on with what must not go on. */
    FINAL
  }

  Faulted(Problem problem) {
    this(Kind.ERROR, problem);
  }

  Faulted(Kind kind, Problem problem) {
    super(problem.title());
    this.kind = kind;
    this.problem = problem;
  }

  Kind kind() {
    return kind;
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
