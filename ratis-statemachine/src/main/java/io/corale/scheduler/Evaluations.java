package io.corale.scheduler;

import io.corale.model.Payload;
import io.corale.model.Problem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * What is being interpreted off the log, under the numbers by which the answers come back; a branch
 * that continues by its own signal stands here until that is applied, so that it does so once.
 */
final class Evaluations {
  /** What large evaluations may bring about waits beside the cell's own memory until it is kept. */
  static final long MOST_BYTES = 2L * Transition.MAX_TEXT_BYTES;

  /** It may hand on what it got, remember it, and make something of it. */
  private static final int TIMES = 4;

  /**
   * One evaluation.
   *
   * @param attempt whose success it follows; empty where the branch continues by its own signal
   */
  record Evaluation(BranchView branch, Optional<OutboxAttempt> attempt) {}

  private final ToIntFunction<Command> sizeBytes;
  private final Map<Long, Evaluation> underWay = new LinkedHashMap<>();
  private final Set<BranchKey> continuing = new LinkedHashSet<>();

  /** Large ones that wait until there is room for what they may bring about. */
  private final Deque<Action.Evaluate> kept = new ArrayDeque<>();

  /** How much the large ones under way may bring about. */
  private final Map<Long, Long> expectedBytes = new LinkedHashMap<>();

  private long next;

  Evaluations(ToIntFunction<Command> sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  /** Begins to interpret what follows an attempt's success; empty where that is kept back. */
  Optional<Action.Evaluate> follow(OutboxAttempt attempt, BranchView branch, Signal signal) {
    return begin(new Evaluation(branch, Optional.of(attempt)), signal);
  }

  /** Begins to interpret a branch with its signal; empty where that is being done or kept back. */
  Optional<Action.Evaluate> carryOn(BranchView branch, Signal signal) {
    return continuing.add(BranchKey.of(branch))
        ? begin(new Evaluation(branch, Optional.empty()), signal)
        : Optional.empty();
  }

  private Optional<Action.Evaluate> begin(Evaluation evaluation, Signal signal) {
    long number = next++;
    underWay.put(number, evaluation);
    Action.Evaluate begun = new Action.Evaluate(number, evaluation.branch(), signal);
    if (begun.sizeBytes() <= Payload.MAX_INLINE_BYTES) {
      return Optional.of(begun);
    }
    kept.add(begun);
    return Optional.empty();
  }

  /**
   * The large ones for which there is room now, in order.
   *
   * @param heldBytes what was brought about before and is not in the log yet
   */
  List<Action.Evaluate> due(long heldBytes) {
    List<Action.Evaluate> due = new ArrayList<>();
    while (!kept.isEmpty() && expectedBytes() + heldBytes < MOST_BYTES) {
      Action.Evaluate next = kept.removeFirst();
      if (underWay.containsKey(next.number())) {
        long most = Math.min(Transition.MAX_TEXT_BYTES, TIMES * next.sizeBytes());
        expectedBytes.put(next.number(), most);
        due.add(next);
      }
    }
    return due;
  }

  private long expectedBytes() {
    return expectedBytes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Takes an evaluation out; empty where it was given up. */
  Optional<Evaluation> end(long number) {
    expectedBytes.remove(number);
    return Optional.ofNullable(underWay.remove(number));
  }

  /** What the branch did by its signal is applied. */
  void applied(BranchKey key) {
    continuing.remove(key);
  }

  /**
   * Gives up all but what is under way for this node's own attempts: the next superpeer does the
   * rest. Says which attempts nothing follows for that reason.
   */
  List<OutboxAttempt> giveUp() {
    List<OutboxAttempt> lonely = new ArrayList<>();
    for (Action.Evaluate each : kept) {
      end(each.number()).flatMap(Evaluation::attempt).ifPresent(lonely::add);
    }
    kept.clear();
    underWay.values().removeIf(evaluation -> evaluation.attempt().isEmpty());
    expectedBytes.keySet().retainAll(underWay.keySet());
    continuing.clear();
    return lonely;
  }

  /**
   * The transition, or a fault in its place where no entry can hold it beside its outcome.
   *
   * @param mostTextBytes of its large values together
   */
  Transition fitting(BranchView branch, Transition transition, long mostTextBytes) {
    Command advance = new Command.Advance(branch.invocation(), transition);
    long texts = advance.texts().stream().mapToLong(Payload::sizeBytes).sum();
    if (texts > mostTextBytes) {
      String detail = "the large values of one step take " + texts + " bytes together, at most ";
      return fault(branch, Problem.validation(detail + mostTextBytes + " do", ""));
    }
    int size = sizeBytes.applyAsInt(advance);
    if (size <= Transition.MAX_BYTES) {
      return transition;
    }
    String detail = "what the invocation remembers here takes " + size + " bytes, at most ";
    return fault(branch, Problem.validation(detail + Transition.MAX_BYTES + " do", ""));
  }

  static Transition fault(BranchView branch, Problem problem) {
    return new Transition(
        List.of(new Transition.Guard(branch.branch(), branch.step())),
        List.of(new Transition.Step.Fault(problem)));
  }
}
