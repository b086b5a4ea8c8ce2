package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Retry;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Calls, forks and ends, now and then stale or senseless. */
final class PlainHabit implements RandomLog.Habit {
  private final RandomGenerator random;

  PlainHabit(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public int status() {
    return Outcome.NO_STATUS; // The first format has none.
  }

  @Override
  public Account account(long version) {
    return TestCell.account(version, 1 + random.nextInt(5));
  }

  @Override
  public Transition begin() {
    return new Transition(
        List.of(),
        List.of(new Step.Remember(0, Payload.ofJson("\"begun\"")), new Step.Call(0, spec(random))));
  }

  static CallSpec spec(RandomGenerator random) {
    return TestCell.spec(
        random.nextBoolean() ? Retry.NEVER : new Retry(1 + random.nextInt(3), 50_000, 900_000));
  }

  @Override
  public Transition next(BranchView branch) {
    int number = branch.branch();
    List<Guard> guards =
        List.of(new Guard(number, branch.step() + (random.nextInt(15) == 0 ? 1 : 0)));
    List<Step> steps = new ArrayList<>();
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> steps.add(TestCell.end(number));
      case 3, 4 -> {
        steps.add(new Step.Remember(number, Payload.ofJson("\"further\"")));
        steps.add(new Step.Call(number, spec(random)));
      }
      case 5, 6 -> {
        int width = 1 + random.nextInt(4);
        for (int i = 1; i <= width; i++) {
          steps.add(new Step.Open(number));
          steps.add(random.nextInt(5) == 0 ? TestCell.end(-i) : new Step.Call(-i, spec(random)));
        }
      }
      default -> steps.add(senseless(number));
    }
    return new Transition(guards, steps);
  }

  @Override
  public Command rare(long term) {
    return new Command.Barrier();
  }

  private Step senseless(int number) {
    return switch (random.nextInt(3)) {
      case 0 -> new Step.Remember(number, Payload.NULL);
      case 1 -> TestCell.end(number + 1);
      default -> new Step.Fault(Problem.validation("dice", "/do/0"));
    };
  }
}
