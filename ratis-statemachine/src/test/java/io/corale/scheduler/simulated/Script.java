package io.corale.scheduler.simulated;

import io.corale.model.AccountId;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The smallest composition language that has chains, forks and joins, and its interpreter.
 *
 * <p>A program is a text: {@code a}, {@code b} and {@code c} call functions of these names; {@code
 * (ab|c)} forks; {@code !} faults. A branch remembers {@code calls;rest}: how many calls returned
 * below it, and the program that remains. The output of a program is the number of its calls, so
 * that a lost or doubled step shows in the ending.
 */
final class Script {
  static final AccountId PRIME = new AccountId("prime");
  static final AccountId CHEAP = new AccountId("cheap");

  /** So many that chance never uses them up; a faulted invocation is then an error of ours. */
  private static final Transition.Retry RETRY = new Transition.Retry(40, 20_000, 300_000);

  private static final int MOST_DEPTH = 2;

  private Script() {}

  /** A program by chance. */
  static String random(RandomGenerator chance) {
    return random(chance, 0) + (chance.nextInt(20) == 0 ? "!" : "");
  }

  private static String random(RandomGenerator chance, int depth) {
    StringBuilder program = new StringBuilder();
    int steps = 1 + chance.nextInt(depth == 0 ? 4 : 2);
    for (int i = 0; i < steps; i++) {
      if (depth < MOST_DEPTH && chance.nextInt(4) == 0) {
        program.append('(').append(random(chance, depth + 1));
        int more = 1 + chance.nextInt(2);
        for (int k = 0; k < more; k++) {
          program.append('|').append(random(chance, depth + 1));
        }
        program.append(')');
      } else {
        program.append("abc".charAt(chance.nextInt(3)));
      }
    }
    return program.toString();
  }

  static boolean faults(String program) {
    return program.endsWith("!");
  }

  /** What the output of a program must be. */
  static Payload output(String program) {
    return number(program.chars().filter(c -> c >= 'a' && c <= 'c').count());
  }

  /** The transition with which an invocation of a program begins. */
  static Transition begin(String program) {
    return new Writer().transition(0, 0, 0, program);
  }

  /** What a branch does next. */
  static Transition advance(BranchView branch, Signal signal) {
    String[] state = branch.state().json().replace("\"", "").split(";", 2);
    long calls = Long.parseLong(state[0]);
    if (signal instanceof Signal.Failed failed) {
      return new Transition(
          List.of(new Guard(branch.branch(), branch.step())),
          List.of(new Step.Fault(failed.problem())));
    }
    if (signal instanceof Signal.Joined joined) {
      calls += joined.outputs().stream().mapToLong(o -> Long.parseLong(o.json())).sum();
    } else {
      calls++;
    }
    return new Writer().transition(branch.branch(), branch.step(), calls, state[1]);
  }

  private static Payload number(long number) {
    return Payload.ofJson(Long.toString(number));
  }

  private static final class Writer {
    private final List<Step> steps = new ArrayList<>();
    private int opened;

    Transition transition(int branch, long step, long calls, String rest) {
      run(branch, calls, rest);
      return new Transition(List.of(new Guard(branch, step)), steps);
    }

    private void run(int branch, long calls, String program) {
      if (program.isEmpty()) {
        steps.add(new Step.End(branch, number(calls)));
        return;
      }
      char next = program.charAt(0);
      if (next == '!') {
        steps.add(new Step.Fault(Problem.validation("as the program says", "/do")));
      } else if (next == '(') {
        fork(branch, calls, program);
      } else {
        remember(branch, calls, program.substring(1));
        steps.add(new Step.Call(branch, spec(next, program.length())));
      }
    }

    private void fork(int branch, long calls, String program) {
      List<String> children = new ArrayList<>();
      int end = split(program, children);
      remember(branch, calls, program.substring(end));
      int first = opened;
      children.forEach(child -> steps.add(new Step.Open(branch)));
      opened += children.size();
      for (int i = 0; i < children.size(); i++) {
        run(-(first + i + 1), 0, children.get(i));
      }
    }

    /** Splits a fork into its branches; gives where the program goes on after it. */
    private static int split(String program, List<String> children) {
      int depth = 0;
      int begin = 1;
      for (int at = 0; ; at++) {
        char c = program.charAt(at);
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if ((c == '|' && depth == 1) || depth == 0) {
          children.add(program.substring(begin, at));
          begin = at + 1;
        }
        if (depth == 0) {
          return at + 1;
        }
      }
    }

    private void remember(int branch, long calls, String rest) {
      Payload state = Payload.ofJson("\"" + calls + ";" + rest + "\"");
      steps.add(new Step.Remember(branch, state));
    }

    private static Transition.CallSpec spec(char function, int remaining) {
      String name = String.valueOf(function);
      return new Transition.CallSpec(
          name,
          "only",
          function == 'c' ? CHEAP : PRIME,
          function == 'c' ? "account" : name,
          Payload.NULL,
          SimProvider.TIMEOUT.toNanos() / 1_000,
          remaining * 100_000L,
          100_000,
          RETRY,
          "/do/" + name);
    }
  }
}
