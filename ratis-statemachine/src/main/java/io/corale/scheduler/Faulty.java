package io.corale.scheduler;

import io.corale.model.Problem;

/** Why an invocation must fault instead of doing what a transition says. */
final class Faulty extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  Faulty(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  /** The composition's interpreter asked for what makes no sense. */
  static Faulty senseless(String detail) {
    return new Faulty(Problem.configuration(detail, ""));
  }

  /** More was asked for than there may be. */
  static Faulty tooMuch(String detail, String place) {
    return new Faulty(Problem.validation(detail, place));
  }

  Problem problem() {
    return problem;
  }
}
