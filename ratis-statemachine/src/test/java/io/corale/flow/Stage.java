package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.InvocationId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Plays one invocation as the log would: applies transitions one after the other, answers calls by
 * a function, joins branches, and checks on every transition that its guards are whole (rule 18).
 */
final class Stage {
  private final Composition composition;
  private final Function<CallSpec, Outcome> provider;
  private final Plan plan;
  private final SortedMap<Integer, Branch> branches = new TreeMap<>();
  private final Deque<Runnable> outstanding = new ArrayDeque<>();
  private int nextBranch = 1;

  final List<CallSpec> calls = new ArrayList<>();
  final List<Payload> states = new ArrayList<>();
  int evaluations;
  int opened;
  Optional<Payload> output = Optional.empty();
  Optional<Problem> problem = Optional.empty();

  private static final class Branch {
    final int number;
    final int parent;
    long step;
    Payload state = Payload.NULL;
    final List<Integer> children = new ArrayList<>();
    int openChildren;
    Optional<Payload> ended = Optional.empty();

    Branch(int number, int parent) {
      this.number = number;
      this.parent = parent;
    }
  }

  Stage(Composition composition, Function<CallSpec, Outcome> provider, Plan plan) {
    this.composition = composition;
    this.provider = provider;
    this.plan = plan;
  }

  /** Every account is there, and every function returns its arguments. */
  static Stage echoing(Composition composition) {
    return new Stage(
        composition, call -> new Outcome.Success(call.arguments()), Plan.firstOf(account -> true));
  }

  static Composition compiled(String source) {
    Compilation compilation = Compiler.compile(source);
    assertThat(compilation).isInstanceOf(Compilation.Compiled.class);
    return ((Compilation.Compiled) compilation).composition();
  }

  Stage play(String input) {
    branches.put(0, new Branch(0, -1));
    apply(0, Interpreter.begin(composition, Payload.ofJson(input), plan));
    while (!outstanding.isEmpty() && output.isEmpty() && problem.isEmpty()) {
      outstanding.pop().run();
    }
    return this;
  }

  String outputJson() {
    assertThat(problem).isEmpty();
    return output.orElseThrow().json();
  }

  private void signal(Branch branch, Signal signal) {
    var view =
        new BranchView(
            new InvocationId("i"),
            composition.ref(),
            branch.number,
            branch.step,
            branch.state,
            BranchView.Context.NONE,
            new BranchView.Moment(0, 0));
    Transition transition = Interpreter.advance(composition, view, signal, plan);
    assertThat(Interpreter.advance(composition, view, signal, plan)).isEqualTo(transition);
    apply(branch.number, transition);
  }

  private void apply(int evaluated, Transition transition) {
    evaluations++;
    List<Integer> touched = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (Guard guard : transition.guards()) {
      assertThat(known(guard.branch()).step).isEqualTo(guard.step());
      touched.add(guard.branch());
    }
    assertThat(touched).contains(evaluated);
    for (Step step : transition.steps()) {
      apply(step, touched, numbers);
    }
    joinWhatEnded();
  }

  private void apply(Step step, List<Integer> guarded, List<Integer> numbers) {
    if (step instanceof Step.Open open) {
      Branch parent = branch(open.parent(), guarded, numbers);
      Branch child = new Branch(nextBranch, parent.number);
      nextBranch++;
      opened++;
      branches.put(child.number, child);
      numbers.add(child.number);
      parent.children.add(child.number);
      parent.openChildren++;
    } else if (step instanceof Step.Remember remember) {
      branch(remember.branch(), guarded, numbers).state = remember.state();
      states.add(remember.state());
    } else if (step instanceof Step.Call call) {
      Branch branch = branch(call.branch(), guarded, numbers);
      calls.add(call.call());
      outstanding.add(() -> signal(branch, answer(call.call())));
    } else if (step instanceof Step.End end) {
      Branch branch = branch(end.branch(), guarded, numbers);
      branch.ended = Optional.of(end.output());
      if (branch.number == 0) {
        output = branch.ended;
      } else {
        known(branch.parent).openChildren--;
      }
    } else if (step instanceof Step.Fault fault) {
      problem = Optional.of(fault.problem());
    }
  }

  private void joinWhatEnded() {
    for (Branch branch : List.copyOf(branches.values())) {
      if (!branch.children.isEmpty() && branch.openChildren == 0) {
        List<Payload> outputs =
            branch.children.stream().map(child -> known(child).ended.orElseThrow()).toList();
        branch.children.clear();
        outstanding.add(() -> signal(branch, new Signal.Joined(outputs)));
      }
    }
  }

  private Signal answer(CallSpec call) {
    Outcome outcome = provider.apply(call);
    return outcome instanceof Outcome.Success success
        ? new Signal.Returned(success.result())
        : new Signal.Failed(Problem.communication(outcome.toString(), ""));
  }

  private Branch branch(int number, List<Integer> guarded, List<Integer> numbers) {
    int real = number >= 0 ? number : numbers.get(-number - 1);
    if (number >= 0) {
      assertThat(guarded).as("rule 18: every branch written is guarded").contains(number);
    }
    Branch branch = known(real);
    branch.step++;
    return branch;
  }

  private Branch known(int number) {
    return Objects.requireNonNull(branches.get(number), () -> "no branch " + number);
  }
}
