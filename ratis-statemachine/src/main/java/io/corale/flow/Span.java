package io.corale.flow;

/** A length of time, as the source writes it down or computes it. */
sealed interface Span {
  /** Whether an expression in it mentions this variable. */
  boolean mentions(String variable);

  /** What it comes to as far as the source alone tells; 0 where it is computed. */
  long expectedMicros();

  /** Written down. */
  record Fixed(long micros) implements Span {
    @Override
    public boolean mentions(String variable) {
      return false;
    }

    @Override
    public long expectedMicros() {
      return micros;
    }
  }

  /**
   * Computed when its task begins.
   *
   * @param leastMicros less is an error of the task
   */
  record Computed(Template template, long leastMicros) implements Span {
    @Override
    public boolean mentions(String variable) {
      return template.mentions(variable);
    }

    @Override
    public long expectedMicros() {
      return 0;
    }
  }
}
