package io.corale.flow;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * How often a {@code try} begins again, and how long it pauses before.
 *
 * @param count the most retries, after the first attempt
 * @param attempt how long one attempt may take
 * @param total no retry begins later than this after the task began
 * @param named the JSON pointer of a policy that has a name; empty where it stands in its task
 */
record RetryPolicy(
    Optional<Template> when,
    Optional<Template> exceptWhen,
    Pause pause,
    int count,
    Optional<Span> attempt,
    Optional<Span> total,
    Optional<String> named) {
  /** A retry that has not helped so often is a loop; at a minute each, this is most of a day. */
  static final int MAX_COUNT = 1_000;

  /** For policies that do not say; the same as a function's own retries. */
  static final int DEFAULT_COUNT = 64;

  /** The delay before a retry, without what {@code jitter} adds. */
  record Pause(Span delay, Backoff backoff, Optional<Jitter> jitter) {}

  /** How the delay grows from one retry to the next. */
  enum Backoff {
    CONSTANT,
    LINEAR,
    EXPONENTIAL;

    /** The delay before the n-th retry, from 1; never more than {@code most}. */
    long micros(long delay, int retry, long most) {
      return switch (this) {
        case CONSTANT -> Math.min(most, delay);
        case LINEAR -> delay > most / retry ? most : delay * retry;
        case EXPONENTIAL ->
            retry > Long.SIZE - 2 || delay > most >> (retry - 1) ? most : delay << (retry - 1);
      };
    }
  }

  /** What is added to a delay by chance. */
  record Jitter(Span from, Span to) {}

  /** The place of the policy of this task. */
  String place(Task task) {
    return named.orElse(task.place() + "/catch/retry");
  }

  boolean mentions(String variable) {
    return Stream.of(when, exceptWhen)
            .anyMatch(query -> query.isPresent() && query.get().mentions(variable))
        || Stream.concat(
                Stream.of(pause.delay()),
                Stream.concat(
                    Stream.of(attempt, total).flatMap(Optional::stream),
                    pause.jitter().stream().flatMap(each -> Stream.of(each.from(), each.to()))))
            .anyMatch(span -> span.mentions(variable));
  }
}
