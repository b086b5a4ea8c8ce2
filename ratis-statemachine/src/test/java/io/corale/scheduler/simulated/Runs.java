package io.corale.scheduler.simulated;

import io.corale.model.InvocationId;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Branch;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Invocation;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Step;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Watches which invocations run which others (rule 21), by what stands in the log: each is begun by
 * a step of its parent, once, and what is awaited lives no longer than the branch that awaits it.
 */
final class Runs {
  private final Judge judge;
  private final Map<InvocationId, Program> programs = new LinkedHashMap<>();
  private Set<InvocationId> before = new LinkedHashSet<>();
  private int begun;

  Runs(Judge judge) {
    this.judge = judge;
  }

  /** How many have begun. */
  int begun() {
    return begun;
  }

  /** What an invocation that is run by another does; empty where it ended before it began. */
  Optional<Program> program(InvocationId id) {
    return Optional.ofNullable(programs.get(id));
  }

  /** To be told of what an entry says before its endings are judged. */
  void heard(Applied applied) {
    for (Effect effect : applied.effects()) {
      if (effect instanceof Effect.Continue next && next.signal() instanceof Signal.Begun begins) {
        programs.put(next.branch().invocation(), new Program(Script.text(begins)));
      }
    }
  }

  /** An entry was applied; this is the state then. */
  void applied(Entry entry, Image image) {
    Map<InvocationId, Integer> children = new LinkedHashMap<>();
    Map<Branch.Key, Branch> branches = new LinkedHashMap<>();
    image.branches().forEach(branch -> branches.put(branch.key(), branch));
    Set<InvocationId> now = new LinkedHashSet<>();
    for (Invocation invocation : image.invocations()) {
      Invocation.Submission submission = invocation.submission();
      now.add(submission.id());
      if (submission.id().isDerived() && !before.contains(submission.id())) {
        begun++;
        submission.parent().ifPresent(parent -> children.merge(parent, 1, Integer::sum));
      }
      if (invocation.ended().isEmpty()) {
        submission.descent().awaitedBy().ifPresent(by -> requireAwaited(submission, by, branches));
      }
    }
    Map<InvocationId, List<Transition>> transitions = Moves.transitions(entry);
    children.forEach(
        (parent, count) ->
            requireAsked(parent, count, transitions.getOrDefault(parent, List.of())));
    before = now;
  }

  private void requireAwaited(
      Invocation.Submission child, Branch.Key by, Map<Branch.Key, Branch> branches) {
    Branch branch = branches.get(by);
    judge.require(
        Check.RUNS,
        branch != null && by.invocation().run(branch.waiting().run()).equals(child.id()),
        () -> child.id() + " lives, but " + by + " awaits it no more: " + branch);
  }

  private void requireAsked(InvocationId parent, int count, List<Transition> transitions) {
    long asked =
        transitions.stream()
            .flatMap(transition -> transition.steps().stream())
            .filter(Step.Run.class::isInstance)
            .count();
    judge.require(
        Check.RUNS,
        count <= asked,
        () -> parent + " has " + count + " children more, its transitions ask for " + asked);
  }
}
