package io.corale.scheduler.simulated;

import io.corale.model.AccountId;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Guard;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Writes what a branch of a {@link Program} does until it, and what it opens, waits. */
final class ScriptWriter {
  /** So many that chance never uses them up; a faulted invocation is then an error of ours. */
  private static final Transition.Retry RETRY = new Transition.Retry(40, 20_000, 300_000);

  private final InvocationId id;
  private final int branch;
  private final long step;
  private final BranchView.Context seen;
  private final List<Guard> guards = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private String context;
  private boolean readsContext;
  private int opened;
  private int exports;
  private int emits;

  ScriptWriter(InvocationId id, Guard at, BranchView.Context context) {
    this.id = id;
    this.branch = at.branch();
    this.step = at.step();
    this.seen = context;
    this.context = entries(context);
  }

  /** What exports have written into a context, in their order. */
  static String entries(BranchView.Context context) {
    return context.value().equals(Payload.NULL) ? "" : context.value().json().replace("\"", "");
  }

  void guard(Guard guard) {
    guards.add(guard);
  }

  Transition run(Counts counts, String rest) {
    guards.add(new Guard(branch, step));
    if (rest.startsWith("[")) {
      raceForParent(counts, rest);
    } else {
      run(branch, counts, rest);
    }
    return transition();
  }

  /** What was heard was not for this branch; it hears on. */
  Transition pass() {
    guards.add(new Guard(branch, step));
    steps.add(new Step.Hear(branch, Script.EAR, true));
    return transition();
  }

  Transition fail(Problem problem) {
    guards.add(new Guard(branch, step));
    steps.add(new Step.Fail(branch, problem));
    return transition();
  }

  Transition fault(String detail) {
    guards.add(new Guard(branch, step));
    steps.add(new Step.Fault(Problem.configuration(detail, "/do")));
    return transition();
  }

  private Transition transition() {
    OptionalLong version = readsContext ? OptionalLong.of(seen.version()) : OptionalLong.empty();
    return new Transition(guards, version, steps);
  }

  private void run(int at, Counts begun, String program) {
    Counts counts = begun;
    String rest = program;
    while (!rest.isEmpty() && "^'+/".indexOf(rest.charAt(0)) >= 0) {
      if (rest.charAt(0) == '^') {
        rest = limit(at, counts, rest);
      } else if (rest.charAt(0) == '\'') {
        // The calls that there were before it; what it limits counts as one lump.
        String[] limit = rest.substring(1).split(",", 3);
        steps.add(new Step.Disarm(at, Integer.parseInt(limit[0])));
        counts = new Counts(Long.parseLong(limit[1]) + Counts.LUMP, 0, 0);
        rest = limit[2];
      } else {
        if (rest.charAt(0) == '+') {
          export();
        } else {
          steps.add(new Step.Emit(Script.emitted(id + "/" + branch + "." + step + "." + emits++)));
        }
        rest = rest.substring(1);
      }
    }
    wait(at, counts, rest);
  }

  /** Sets the timer, and writes at the end of what it limits how many calls there were before. */
  private String limit(int at, Counts counts, String rest) {
    int timer = Character.digit(rest.charAt(1), 10);
    steps.add(new Step.Arm(at, timer, micros(rest.charAt(2))));
    String limited = rest.substring(3);
    int end = Program.limitEnd(limited, timer) + 2;
    return limited.substring(0, end) + "," + counts.calls() + "," + limited.substring(end);
  }

  private static long micros(char time) {
    return Script.TIMES.get(Character.digit(time, 10)).toNanos() / 1_000;
  }

  /** Adds to the shared context an entry that nobody else can make. */
  private void export() {
    readsContext = true;
    String entry = branch + "." + step + "." + exports++;
    context = context.isEmpty() ? entry : context + "," + entry;
    steps.add(new Step.Export(Payload.ofJson("\"" + context + "\"")));
  }

  private void wait(int at, Counts counts, String program) {
    char next = program.isEmpty() ? ' ' : program.charAt(0);
    switch (next) {
      case ' ' -> end(at, counts);
      case '#' -> steps.add(new Step.End(at, counts.output(program.substring(1))));
      case '~' -> steps.add(new Step.Fail(at, Script.FAILURE));
      case '!' -> steps.add(new Step.Fault(Script.FAILURE));
      case '$' -> steps.add(new Step.Complete(Payload.ofJson("\"$" + branch + "\"")));
      case '@' -> win(program.substring(1).split(",", 3));
      case '(' -> fork(at, counts, program, '(');
      case '<' -> fork(at, counts, program, program.charAt(1) == '%' ? '-' : '%');
      case '{' -> list(at, counts, program);
      case ':' -> another(at, counts, program);
      case '.' -> {
        remember(at, counts.toString(), '.', program.substring(2));
        steps.add(new Step.Arm(at, Script.WAIT, micros(program.charAt(1))));
      }
      case '`', '*', ';', '-' -> hear(at, counts, program);
      case '_' -> {
        remember(at, counts.toString(), '_', program.substring(1));
        steps.add(new Step.Yield(at));
      }
      default -> call(at, counts, program);
    }
  }

  private void end(int at, Counts counts) {
    if (at == 0) {
      readsContext = true;
      steps.add(new Step.End(0, counts.output(String.valueOf(seen.version() + exports))));
    } else {
      steps.add(new Step.End(at, counts.output()));
    }
  }

  /** With a new ear, which is offered what another passed over, or with the one that is open. */
  private void hear(int at, Counts counts, String program) {
    char sign = program.charAt(0);
    remember(at, counts.toString(), sign, program.substring(1));
    if (sign != '-') {
      steps.add(new Step.Listen(at, Script.EAR, List.of()));
      steps.add(new Step.Listen(at, Script.EAR, Script.to(sign)));
    }
    steps.add(new Step.Hear(at, Script.EAR, false));
  }

  private void call(int at, Counts counts, String program) {
    char next = program.charAt(0);
    String mark = Character.isUpperCase(next) ? "*" : "";
    remember(at, mark + counts, '?', program.substring(1));
    steps.add(new Step.Call(at, spec(Character.toLowerCase(next), program.length())));
  }

  /** The first at its end ends the branch that opened it. */
  private void win(String[] parent) {
    int number = Integer.parseInt(parent[0]);
    guards.removeIf(g -> g.branch() == number);
    guards.add(new Guard(number, Long.parseLong(parent[1])));
    Counts counts = new Counts(Long.parseLong(parent[2]) + Counts.LUMP, 0, 0);
    steps.add(new Step.End(number, counts.output()));
  }

  private void raceForParent(Counts counts, String program) {
    List<String> children = new ArrayList<>();
    int end = Program.split(program, children);
    // What is remembered, and each branch that is opened, raises the step.
    long stepThen = step + 1 + children.size();
    String goal = "@" + branch + "," + stepThen + "," + counts.calls();
    remember(branch, counts.toString(), '[', program.substring(end));
    open(branch, children, goal, false);
  }

  private void fork(int at, Counts counts, String program, char sign) {
    List<String> children = new ArrayList<>();
    int end = Program.split(program, children);
    remember(at, counts.toString(), sign, program.substring(end));
    if (sign == '-') {
      children.set(0, children.get(0).substring(1));
    }
    open(at, children, "", sign == '%');
  }

  private void open(int parent, List<String> children, String end, boolean isRace) {
    int first = opened;
    children.forEach(child -> steps.add(new Step.Open(parent)));
    opened += children.size();
    if (isRace) {
      steps.add(new Step.Race(parent));
    }
    for (int i = 0; i < children.size(); i++) {
      run(-(first + i + 1), Counts.NONE, children.get(i) + end);
    }
  }

  private void list(int at, Counts counts, String program) {
    List<String> whole = new ArrayList<>();
    int end = Program.split(program, whole);
    String[] list = whole.get(0).split(",", 3);
    int items = Integer.parseInt(list[0]);
    boolean fails = list[2].endsWith("~");
    String rest = program.substring(end);
    remember(at, counts.toString(), fails ? '-' : '=', fails ? rest : items + rest);
    steps.add(
        new Step.Spread(
            at,
            Payload.ofJson("\"" + Counts.NONE + ";#" + list[1] + "," + list[2] + "\""),
            IntStream.range(0, items).mapToObj(Script::item).toList(),
            Integer.parseInt(list[1])));
  }

  /** What it waits for is set once it has remembered where it stands. */
  private void another(int at, Counts counts, String program) {
    List<String> whole = new ArrayList<>();
    String rest = program.substring(Program.split(program, whole));
    boolean isAwaited = !whole.get(0).startsWith("%");
    String text = isAwaited ? whole.get(0) : whole.get(0).substring(1);
    remember(at, counts.toString(), isAwaited ? ':' : '&', rest);
    steps.add(
        new Step.Run(
            at,
            new Transition.RunSpec(
                SimCell.COMPOSITION,
                Payload.ofJson("\"" + text + "\""),
                isAwaited,
                text.length() * 100_000L,
                isAwaited ? rest.length() * 100_000L : 0,
                "/do/run")));
  }

  private void remember(int at, String counts, char sign, String rest) {
    Payload state = Payload.ofJson("\"" + counts + ";" + sign + rest + "\"");
    steps.add(new Step.Remember(at, state));
  }

  private static Transition.CallSpec spec(char function, int remaining) {
    String name = String.valueOf(function);
    AccountId account = function == 'd' ? Script.CHEAP : Script.PRIME;
    return new Transition.CallSpec(
        name,
        "only",
        account,
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
