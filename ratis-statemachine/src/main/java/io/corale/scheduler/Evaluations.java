package io.corale.scheduler;

import io.corale.model.Payload;
import io.corale.model.Problem;
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
  /**
   * One evaluation.
   *
   * @param attempt whose success it follows; empty where the branch continues by its own signal
   */
  record Evaluation(BranchView branch, Optional<OutboxAttempt> attempt) {}

  private final ToIntFunction<Command> sizeBytes;
  private final Map<Long, Evaluation> underWay = new LinkedHashMap<>();
  private final Set<BranchKey> continuing = new LinkedHashSet<>();
  private long next;

  Evaluations(ToIntFunction<Command> sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  /** Begins to interpret what follows an attempt's success. */
  Action.Evaluate follow(OutboxAttempt attempt, BranchView branch, Signal signal) {
    return begin(new Evaluation(branch, Optional.of(attempt)), signal);
  }

  /** Begins to interpret a branch with its signal; empty where that is being done. */
  Optional<Action.Evaluate> carryOn(BranchView branch, Signal signal) {
    return continuing.add(BranchKey.of(branch))
        ? Optional.of(begin(new Evaluation(branch, Optional.empty()), signal))
        : Optional.empty();
  }

  private Action.Evaluate begin(Evaluation evaluation, Signal signal) {
    long number = next++;
    underWay.put(number, evaluation);
    return new Action.Evaluate(number, evaluation.branch(), signal);
  }

  /** Takes an evaluation out; empty where it was given up. */
  Optional<Evaluation> end(long number) {
    return Optional.ofNullable(underWay.remove(number));
  }

  /** What the branch did by its signal is applied. */
  void applied(BranchKey key) {
    continuing.remove(key);
  }

  /** Gives up all but what follows this node's own attempts: the next superpeer does the rest. */
  void giveUpBranches() {
    underWay.values().removeIf(evaluation -> evaluation.attempt().isEmpty());
    continuing.clear();
  }

  /** The transition, or a fault in its place where no entry can hold it beside its outcome. */
  Transition fitting(BranchView branch, Transition transition) {
    Command advance = new Command.Advance(branch.invocation(), transition);
    long texts = advance.texts().stream().mapToLong(Payload::sizeBytes).sum();
    if (texts > Transition.MAX_TEXT_BYTES) {
      String detail = "the large values of one step take " + texts + " bytes together, at most ";
      return fault(branch, Problem.validation(detail + Transition.MAX_TEXT_BYTES + " do", ""));
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
