package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import io.corale.flow.Frame.Progress;
import io.corale.flow.Frame.Progress.Attempt;
import io.corale.model.Problem;
import java.util.Optional;

/**
 * Leads an error out of the tasks of a line to the nearest {@code try} whose {@code catch} fits it.
 *
 * <p>A {@code try} that catches begins again as long as its policy allows, then runs its catching
 * tasks. Where it has a policy and no such tasks, the error goes on when the retries are used up.
 */
final class Unwinding {
  private final Evaluation evaluation;
  private final Errors errors;
  private final Walk walk;

  Unwinding(Evaluation evaluation, Errors errors, Walk walk) {
    this.evaluation = evaluation;
    this.errors = errors;
    this.walk = walk;
  }

  /** Where the line goes on; thrown on where nothing in it catches the error. */
  Move unwind(Line line, Faulted error) throws Faulted {
    if (error.kind() == Faulted.Kind.FINAL) {
      throw error;
    }
    Faulted now = error;
    while (line.depth() > 0) {
      if (line.top().progress() instanceof Attempt attempt) {
        Steps.Mark mark = evaluation.steps().mark();
        int limit = Timers.number(line.depth(), Timers.Kind.ATTEMPT);
        boolean isLimited = line.timers.numbers().contains(limit);
        evaluation.catching(true);
        try {
          Optional<Move> caught = offer(line, attempt, now.problem());
          if (caught.isPresent()) {
            evaluation.caught();
            return caught.get();
          }
        } catch (Faulted another) {
          evaluation.steps().rollBack(mark);
          if (line.number < 0 && another.kind() == Faulted.Kind.OVERFLOW) {
            throw another; // As in the walk: for the fork around it.
          }
          evaluation.caught();
          now = another;
        } finally {
          evaluation.catching(false);
        }
        if (isLimited) {
          evaluation.left(limit);
        }
      }
      line.pop();
    }
    throw now;
  }

  /** What the innermost task, a try, does with an error from inside; empty if it does not fit. */
  private Optional<Move> offer(Line line, Attempt attempt, Problem problem) throws Faulted {
    Frame frame = line.top().at(new Progress.Caught(Errors.json(problem)));
    Work.Try work = (Work.Try) frame.task().work();
    Catch catching = work.catching();
    line.replaceTop(frame);
    line.drop(Timers.Kind.ATTEMPT);
    Sight sight = Sight.of(line, frame);
    String place = frame.task().place() + "/catch";
    if (!errors.matches(catching.errors(), problem, frame, sight)
        || !agree(catching.when(), catching.exceptWhen(), sight, place)) {
      return Optional.empty();
    }
    if (catching.retry().isPresent()) {
      Optional<Move> again = retry(line, attempt, catching.retry().get(), sight);
      if (again.isPresent()) {
        return again;
      }
    }
    if (catching.tasks().isPresent()) {
      return Optional.of(new Move.Enter(catching.tasks().get().first(), frame.input()));
    }
    return catching.retry().isPresent()
        ? Optional.empty()
        : Optional.of(handled(line.pop(), frame.input()));
  }

  private boolean agree(
      Optional<Template> when, Optional<Template> exceptWhen, Sight sight, String place)
      throws Faulted {
    JsonNode on = sight.input().orElseThrow();
    return (when.isEmpty() || evaluation.holds(when.get(), on, sight, place + "/when"))
        && (exceptWhen.isEmpty()
            || !evaluation.holds(exceptWhen.get(), on, sight, place + "/exceptWhen"));
  }

  private Optional<Move> retry(Line line, Attempt attempt, RetryPolicy policy, Sight sight)
      throws Faulted {
    Frame frame = line.top();
    String place = policy.place(frame.task());
    int number = attempt.retries() + 1;
    if (number > policy.count() || !agree(policy.when(), policy.exceptWhen(), sight, place)) {
      return Optional.empty();
    }
    long micros = pause(policy.pause(), number, sight, place);
    if (policy.total().isPresent()) {
      long total =
          evaluation.micros(policy.total().get(), frame.input(), sight, place + "/limit/duration");
      long age = evaluation.moment().ageMicros() - attempt.sinceMicros();
      if (age > total - micros) {
        return Optional.empty();
      }
    }
    Attempt next = new Attempt(number, attempt.sinceMicros());
    if (micros == 0) {
      line.replaceTop(frame.at(next));
      return Optional.of(attempt(line, (Work.Try) frame.task().work()));
    }
    line.replaceTop(frame.at(new Progress.Pausing(next)));
    line.want(Timers.Kind.PAUSE, micros);
    return Optional.of(walk.waits(line));
  }

  private long pause(RetryPolicy.Pause pause, int number, Sight sight, String place)
      throws Faulted {
    JsonNode on = sight.input().orElseThrow();
    long most = Implementation.micros(Durations.MOST_OF_A_SPAN);
    long delay = evaluation.micros(pause.delay(), on, sight, place + "/delay");
    long grown = pause.backoff().micros(delay, number, most);
    if (pause.jitter().isEmpty()) {
      return grown;
    }
    long from = evaluation.micros(pause.jitter().get().from(), on, sight, place + "/jitter/from");
    long to = evaluation.micros(pause.jitter().get().to(), on, sight, place + "/jitter/to");
    long width = Math.max(0, to - from);
    return Math.min(most, grown + from + width * evaluation.plan().jitter() / Plan.MAX_JITTER);
  }

  /** Runs the tasks of the innermost task, a try, with the timer of this attempt. */
  Move attempt(Line line, Work.Try work) throws Faulted {
    Frame frame = line.top();
    Optional<RetryPolicy> policy = work.catching().retry();
    Optional<Span> limit = policy.flatMap(RetryPolicy::attempt);
    if (limit.isPresent()) {
      String place = policy.get().place(frame.task()) + "/limit/attempt/duration";
      Sight sight = Sight.of(line, frame);
      line.want(Timers.Kind.ATTEMPT, evaluation.micros(limit.get(), frame.input(), sight, place));
    }
    return new Move.Enter(work.tasks().first(), frame.input());
  }

  /** Out of a try that has dealt with its error. */
  static Move handled(Frame frame, JsonNode output) {
    Catch catching = ((Work.Try) frame.task().work()).catching();
    return new Move.Leave(frame, output, catching.then().orElse(frame.task().then()));
  }
}
