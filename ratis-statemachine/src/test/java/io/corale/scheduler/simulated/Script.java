package io.corale.scheduler.simulated;

import io.corale.model.AccountId;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Branch;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * The smallest composition language that has chains, forks, joins, races and shared data, and its
 * interpreter.
 *
 * <p>A program is a text: {@code a} to {@code d} call functions of these names; after a capital the
 * branch also takes the next ticket of its invocation, for which it reads, and so guards, all
 * branches; {@code (ab|c)} forks; {@code [a|b]}, last in its branch, races: the first branch at its
 * end ends the one that forked, and with it the others; {@code !} faults. A branch remembers {@code
 * calls;tickets;last;rest}: how many calls returned at and below it, the sum of the tickets taken
 * there, the last of them, and the program that remains; where it races, that ends in {@code
 * >parent,step,calls}.
 *
 * <p>The output of a program is {@code calls;tickets;last}, a race counting as 100 calls: a lost or
 * doubled step shows in the calls, a ticket that two branches took in the tickets.
 */
final class Script {
  static final AccountId PRIME = new AccountId("prime");
  static final AccountId CHEAP = new AccountId("cheap");

  /** So many that chance never uses them up; a faulted invocation is then an error of ours. */
  private static final Transition.Retry RETRY = new Transition.Retry(40, 20_000, 300_000);

  private static final int MOST_DEPTH = 2;
  private static final int RACE_CALLS = 100;
  private static final String FUNCTIONS = "abcd";

  private Script() {}

  /** A program by chance. */
  static String random(RandomGenerator chance) {
    String program = random(chance, 0, true);
    if (program.contains("[")) {
      // Who loses a race takes its tickets along.
      program = program.toLowerCase(Locale.ROOT);
    }
    boolean races = program.endsWith("]");
    return program + (!races && chance.nextInt(20) == 0 ? "!" : "");
  }

  /** One by chance without race, fault or guard on others: its cost is certain. */
  static String randomSteady(RandomGenerator chance) {
    String program = random(chance);
    while (program.contains("[") || program.endsWith("!")) {
      program = random(chance);
    }
    return program.toLowerCase(Locale.ROOT);
  }

  private static String random(RandomGenerator chance, int depth, boolean mayRace) {
    StringBuilder program = new StringBuilder();
    int steps = 1 + chance.nextInt(depth == 0 ? 4 : 2);
    for (int i = 0; i < steps; i++) {
      boolean mayFork = depth < MOST_DEPTH && chance.nextInt(3) == 0;
      if (mayFork && mayRace && i > 0 && i == steps - 1 && chance.nextBoolean()) {
        program.append('[').append(children(chance, depth, false)).append(']');
      } else if (mayFork) {
        program.append('(').append(children(chance, depth, true)).append(')');
      } else {
        char function = FUNCTIONS.charAt(chance.nextInt(FUNCTIONS.length()));
        program.append(chance.nextBoolean() ? Character.toUpperCase(function) : function);
      }
    }
    return program.toString();
  }

  private static String children(RandomGenerator chance, int depth, boolean mayRace) {
    StringBuilder children = new StringBuilder(random(chance, depth + 1, mayRace));
    int more = 1 + chance.nextInt(2);
    for (int k = 0; k < more; k++) {
      children.append('|').append(random(chance, depth + 1, mayRace));
    }
    return children.toString();
  }

  static boolean faults(String program) {
    return program.endsWith("!");
  }

  /** What the output of a program must be. */
  static Payload output(String program) {
    long calls = 0;
    long tickets = 0;
    long last = 0;
    int racing = 0;
    for (int at = 0; at < program.length(); at++) {
      char c = program.charAt(at);
      racing += c == '[' ? 1 : c == ']' ? -1 : 0;
      calls += c == '[' && racing == 1 ? RACE_CALLS : 0;
      calls += racing == 0 && Character.isLetter(c) ? 1 : 0;
      last += Character.isUpperCase(c) ? 1 : 0;
      tickets += Character.isUpperCase(c) ? last : 0;
    }
    return new Counts(calls, tickets, last).output();
  }

  /** How many commands a {@link #randomSteady} program takes: rule 20's k + 1, and its joins. */
  static long cost(String program) {
    return 1 + program.chars().filter(c -> Character.isLetter(c) || c == '(').count();
  }

  /** The transition with which an invocation of a program begins. */
  static Transition begin(String program) {
    return new Writer().transition(0, 0, Counts.NONE, program);
  }

  /** What a branch, or all below it together, has done. */
  private record Counts(long calls, long tickets, long last) {
    static final Counts NONE = new Counts(0, 0, 0);

    /** Of an output, or of what a branch remembers. */
    static Counts of(Payload payload) {
      String[] counts = payload.json().replaceAll("[\"*]", "").split(";", 4);
      return counts.length < 3
          ? NONE
          : new Counts(
              Long.parseLong(counts[0]), Long.parseLong(counts[1]), Long.parseLong(counts[2]));
    }

    Counts plus(Counts other) {
      return new Counts(calls + other.calls, tickets + other.tickets, Math.max(last, other.last));
    }

    Payload output() {
      return Payload.ofJson("\"" + this + "\"");
    }

    @Override
    public String toString() {
      return calls + ";" + tickets + ";" + last;
    }
  }

  /** Whether what this branch does next reads all branches of its invocation. */
  static boolean readsAll(BranchView branch) {
    return branch.state().json().startsWith("\"*");
  }

  /** What a branch does next; {@code all} branches of its invocation where it reads them. */
  static Transition advance(BranchView branch, Signal signal, List<Branch> all) {
    if (signal instanceof Signal.Failed failed) {
      return new Transition(
          List.of(new Guard(branch.branch(), branch.step())),
          List.of(new Step.Fault(failed.problem())));
    }
    Counts counts = Counts.of(branch.state());
    if (signal instanceof Signal.Joined joined) {
      counts = joined(counts, joined);
    } else {
      counts = counts.plus(new Counts(1, 0, 0));
    }
    Writer writer = new Writer();
    if (readsAll(branch)) {
      long ticket = 1 + all.stream().mapToLong(Script::lastTicket).max().orElse(0);
      counts = counts.plus(new Counts(0, ticket, ticket));
      all.stream()
          .filter(b -> b.output().isEmpty() && b.key().number() != branch.branch())
          .forEach(b -> writer.guards.add(new Guard(b.key().number(), b.step())));
    }
    String rest = branch.state().json().replace("\"", "").split(";", 4)[3];
    return writer.transition(branch.branch(), branch.step(), counts, rest);
  }

  private static Counts joined(Counts counts, Signal.Joined signal) {
    return signal.outputs().stream().map(Counts::of).reduce(counts, Counts::plus);
  }

  /** What this branch says of tickets: in what it remembers, its output or its signal. */
  private static long lastTicket(Branch branch) {
    Counts counts = Counts.of(branch.output().orElse(branch.state()));
    return branch.pending().isPresent() && branch.pending().get() instanceof Signal.Joined joined
        ? joined(counts, joined).last()
        : counts.last();
  }

  private static final class Writer {
    private final List<Guard> guards = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private int opened;

    Transition transition(int branch, long step, Counts counts, String rest) {
      guards.add(new Guard(branch, step));
      if (rest.startsWith("[")) {
        race(branch, step, counts, rest);
      } else {
        run(branch, counts, rest);
      }
      return new Transition(guards, steps);
    }

    private void run(int branch, Counts counts, String program) {
      if (program.isEmpty()) {
        steps.add(new Step.End(branch, counts.output()));
        return;
      }
      char next = program.charAt(0);
      if (next == '!') {
        steps.add(new Step.Fault(Problem.validation("as the program says", "/do")));
      } else if (next == '>') {
        win(program.substring(1).split(",", 3));
      } else if (next == '(') {
        fork(branch, counts, program);
      } else {
        String mark = Character.isUpperCase(next) ? "*" : "";
        remember(branch, mark + counts, program.substring(1));
        steps.add(new Step.Call(branch, spec(Character.toLowerCase(next), program.length())));
      }
    }

    /** The first at its end ends the branch that opened it. */
    private void win(String[] parent) {
      int number = Integer.parseInt(parent[0]);
      guards.removeIf(g -> g.branch() == number);
      guards.add(new Guard(number, Long.parseLong(parent[1])));
      Counts counts = new Counts(Long.parseLong(parent[2]) + RACE_CALLS, 0, 0);
      steps.add(new Step.End(number, counts.output()));
    }

    private void race(int branch, long step, Counts counts, String program) {
      List<String> children = new ArrayList<>();
      int end = split(program, children);
      // What is remembered, and each branch that is opened, raises the step.
      long stepThen = step + 1 + children.size();
      String goal = ">" + branch + "," + stepThen + "," + counts.calls();
      remember(branch, counts.toString(), program.substring(end));
      open(branch, children.stream().map(child -> child + goal).toList());
    }

    private void fork(int branch, Counts counts, String program) {
      List<String> children = new ArrayList<>();
      int end = split(program, children);
      remember(branch, counts.toString(), program.substring(end));
      open(branch, children);
    }

    private void open(int branch, List<String> children) {
      int first = opened;
      children.forEach(child -> steps.add(new Step.Open(branch)));
      opened += children.size();
      for (int i = 0; i < children.size(); i++) {
        run(-(first + i + 1), Counts.NONE, children.get(i));
      }
    }

    /** Splits a fork into its branches; gives where the program goes on after it. */
    private static int split(String program, List<String> children) {
      int depth = 0;
      int begin = 1;
      for (int at = 0; ; at++) {
        char c = program.charAt(at);
        depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
        if ((c == '|' && depth == 1) || depth == 0) {
          children.add(program.substring(begin, at));
          begin = at + 1;
        }
        if (depth == 0) {
          return at + 1;
        }
      }
    }

    private void remember(int branch, String counts, String rest) {
      steps.add(new Step.Remember(branch, Payload.ofJson("\"" + counts + ";" + rest + "\"")));
    }

    private static Transition.CallSpec spec(char function, int remaining) {
      String name = String.valueOf(function);
      return new Transition.CallSpec(
          name,
          "only",
          function == 'd' ? CHEAP : PRIME,
          scope(function),
          Payload.NULL,
          SimProvider.timeout(name).toNanos() / 1_000,
          remaining * 100_000L,
          100_000,
          RETRY,
          "/do/" + name);
    }

    private static String scope(char function) {
      return switch (function) {
        case 'a', 'b' -> String.valueOf(function);
        case 'c' -> "group";
        default -> "account";
      };
    }
  }
}
