package io.corale.scheduler.simulated;

import io.corale.model.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * A composition in the smallest language that has all that branches can do, as its text; {@link
 * Script} runs it.
 *
 * <pre>
 * a to d       calls the function of this name
 * A to D       as well, and takes the next ticket of the invocation, for which the branch reads, and
 *              so guards, all branches
 * (ab|c)       forks
 * {5,2,ab}     runs a list of five items, two at a time
 * &lt;a|b&gt;        races
 * &lt;%a~|b&gt;      forks, and is content that it fails
 * :ab&amp;         runs another invocation that does this, and takes what it counts; :%ab&amp; lets it go on
 * [a|b]        last in its branch, races in another way: the first at its end ends the one that forked
 * ^13ab'1      limits the time of what is between; 3 stands for a time, 1 for the timer
 * .3           waits
 * `            hears an event that is addressed to the invocation: the one whose number says how many
 *              are still to come
 * *            hears an event that is addressed to the invocation, whichever comes first
 * ;            hears an event that any invocation has emitted
 * -            hears another, with the ear that is open
 * /            emits one
 * _            yields
 * +            writes itself into the context that all branches share
 * ~            last in its branch, fails
 * $            last in its branch, completes the invocation
 * !            last in the root, faults
 * </pre>
 *
 * <p>Its output is {@code calls;tickets;last;exports}: a lost or doubled step shows in the calls, a
 * ticket that two branches took in the tickets.
 */
record Program(String text) {
  private static final int MOST_DEPTH = 2;
  private static final int MOST_FRAMES = 2;
  private static final String FUNCTIONS = "abcd";

  /**
   * A program by chance.
   *
   * @param mayRun whether it may run others, for which there must be room
   */
  static Program random(RandomGenerator chance, boolean mayRun) {
    boolean isWild = chance.nextInt(5) > 1;
    Author author = new Author(chance, isWild, mayRun);
    String text = author.sequence(0, 0, !isWild);
    if (isWild || text.contains("[")) {
      // Who loses, or is late, takes its tickets along.
      text = text.toLowerCase(Locale.ROOT);
    }
    if (text.endsWith("]")) {
      return new Program(text);
    }
    return new Program(
        switch (chance.nextInt(30)) {
          case 0 -> text + "!";
          case 1 -> text + "~";
          case 2, 3, 4 -> text + author.completing();
          default -> text;
        });
  }

  /** One by chance that takes one course only, so that its cost is certain. */
  static Program randomSteady(RandomGenerator chance) {
    String text = new Author(chance, false, true).sequence(0, 0, false);
    String steady = text.replace("+", "").replaceAll("[`*]", "_").toLowerCase(Locale.ROOT);
    return new Program(steady);
  }

  /**
   * One by chance that only calls, so that nothing of it is addressed to its id, or named after it.
   */
  static Program ofCalls(RandomGenerator chance) {
    StringBuilder text = new StringBuilder();
    for (int i = 1 + chance.nextInt(4); i > 0; i--) {
      text.append(FUNCTIONS.charAt(chance.nextInt(FUNCTIONS.length())));
    }
    return new Program(text.toString());
  }

  /** The same, but what it hears or says: where memory is scarce, who listens faults. */
  Program deaf() {
    return new Program(text.replaceAll("[`*;/-]", "_"));
  }

  private record Author(RandomGenerator chance, boolean isWild, boolean mayRun) {
    String sequence(int depth, int frames, boolean mayRace) {
      StringBuilder text = new StringBuilder();
      int steps = 1 + chance.nextInt(depth == 0 ? 6 : 2);
      for (int i = 0; i < steps; i++) {
        boolean mayBranch = depth < MOST_DEPTH && chance.nextInt(3) == 0;
        if (depth == 0 && frames == 0 && chance.nextInt(12) == 0) {
          text.append(chance.nextInt(3) == 0 ? rivals() : "`");
        } else if (i > 0 && chance.nextInt(6) == 0) {
          text.append('+');
        } else if (mayBranch && mayRace && i > 0 && i == steps - 1 && !endsAtOnce(text)) {
          return text.append(chance.nextBoolean() ? old(depth) : fork(depth, true)).toString();
        } else {
          text.append(mayBranch ? branching(depth, mayRace) : step(depth, frames));
        }
      }
      return text.toString();
    }

    /** What stands there takes no time; the old race needs a transition of its own. */
    private static boolean endsAtOnce(StringBuilder text) {
      return text.charAt(text.length() - 1) == '+';
    }

    private String branching(int depth, boolean mayRace) {
      if (mayRun && chance.nextInt(4) == 0) {
        return run(depth);
      }
      return switch (chance.nextInt(isWild ? 7 : 3)) {
        case 0 -> list(depth, "");
        case 3, 4 -> race(depth);
        case 5 -> failingFork(depth);
        case 6 -> list(depth, "~");
        default -> fork(depth, mayRace);
      };
    }

    private String step(int depth, int frames) {
      int dice = chance.nextInt(16);
      if (dice == 0) {
        return "." + time();
      } else if (dice == 1) {
        return "_";
      } else if (dice == 15) {
        return "(;" + call() + "-|/" + call() + "/)";
      } else if (dice < 5 && isWild && frames < MOST_FRAMES) {
        int timer = frames + 1;
        // Most that is limited is to be under way by then.
        String limit = "^" + timer + Math.max(time(), time());
        return limit + sequence(depth, timer, false) + "'" + timer;
      }
      return call();
    }

    /** Several branches hear of the same events; each takes one. */
    private String rivals() {
      return "(*" + call() + "|*|" + call() + "*)";
    }

    private String call() {
      char function = FUNCTIONS.charAt(chance.nextInt(FUNCTIONS.length()));
      return String.valueOf(chance.nextBoolean() ? Character.toUpperCase(function) : function);
    }

    private int time() {
      return chance.nextInt(Script.TIMES.size());
    }

    private String fork(int depth, boolean mayRace) {
      return "(" + String.join("|", children(depth, mayRace)) + ")";
    }

    private String old(int depth) {
      return "[" + String.join("|", children(depth, false)) + "]";
    }

    private String race(int depth) {
      List<String> children = children(depth, false);
      children.replaceAll(child -> chance.nextInt(6) == 0 ? child + "~" : child);
      return "<" + String.join("|", children) + ">";
    }

    /** Whoever it is that takes its tickets, they are not those of this invocation. */
    private String run(int depth) {
      String sign = chance.nextInt(3) == 0 ? "%" : "";
      String end = isWild && chance.nextInt(6) == 0 ? "~" : "";
      return ":" + sign + sequence(depth + 1, 0, false).toLowerCase(Locale.ROOT) + end + "&";
    }

    private String failingFork(int depth) {
      List<String> children = children(depth, false);
      int failing = chance.nextInt(children.size());
      children.set(failing, children.get(failing) + "~");
      return "<%" + String.join("|", children) + ">";
    }

    private String list(int depth, String end) {
      int items = 1 + chance.nextInt(5);
      int parallelism = 1 + chance.nextInt(3);
      return "{" + items + "," + parallelism + "," + sequence(depth + 1, 0, false) + end + "}";
    }

    private List<String> children(int depth, boolean mayRace) {
      List<String> children = new ArrayList<>();
      int count = 2 + chance.nextInt(2);
      for (int k = 0; k < count; k++) {
        children.add(sequence(depth + 1, 0, mayRace));
      }
      return children;
    }

    /** A fork of which some branches complete the invocation; it never joins. */
    String completing() {
      List<String> children = children(1, false);
      children.replaceAll(child -> chance.nextBoolean() ? child + "$" : child);
      children.set(0, children.get(0).replace("$", "") + "$");
      return "(" + String.join("|", children).toLowerCase(Locale.ROOT) + ")";
    }
  }

  /** Splits what begins with a bracket into its branches; gives where the program goes on. */
  static int split(String text, List<String> children) {
    int depth = 0;
    int begin = 1;
    for (int at = 0; ; at++) {
      char c = text.charAt(at);
      depth += nesting(c);
      if ((c == '|' && depth == 1) || depth == 0) {
        children.add(text.substring(begin, at));
        begin = at + 1;
      }
      if (depth == 0) {
        return at + 1;
      }
    }
  }

  /** Where the time limit of this timer, which a text is within, ends in it. */
  static int limitEnd(String text, int timer) {
    int depth = 0;
    for (int at = 0; ; at++) {
      depth += nesting(text.charAt(at));
      if (depth == 0 && text.startsWith("'" + timer, at)) {
        return at;
      }
    }
  }

  private static int nesting(char c) {
    return "([{<:".indexOf(c) >= 0 ? 1 : ")]}>&".indexOf(c) >= 0 ? -1 : 0;
  }

  /** How many events must be addressed to an invocation of it, numbered from 1. */
  int addressed() {
    return addressed(text);
  }

  static int addressed(String text) {
    return (int) text.chars().filter(c -> c == '`').count();
  }

  /** How many more must be, for whichever branch hears them first. */
  int forRivals() {
    return (int) text.chars().filter(c -> c == '*').count();
  }

  boolean faults() {
    return text.endsWith("!") || text.endsWith("~");
  }

  /** Whether an invocation of it may complete with this output. */
  boolean mayEndWith(Payload output) {
    if (text.contains("$")) {
      return Luggage.plain(output).startsWith("\"$");
    }
    Extent extent = Extent.of(text);
    Counts expected =
        new Counts(extent.calls, (long) extent.tickets * (extent.tickets + 1) / 2, extent.tickets);
    boolean takesOneCourse = text.chars().noneMatch(c -> "[<^~".indexOf(c) >= 0);
    return takesOneCourse
        ? Payload.ofJson(Luggage.plain(output))
            .equals(expected.output(String.valueOf(extent.exports)))
        : Counts.of(output).equals(expected);
  }

  /** How many commands a steady one takes: rule 20's k + 1, its joins, items, waits and yields. */
  long cost() {
    return 1L + Extent.of(text).commands;
  }

  /** How much there is to do in a text. */
  private record Extent(int calls, int tickets, int exports, int commands) {
    private static final Extent NONE = new Extent(0, 0, 0, 0);
    private static final Extent LUMP = new Extent(Counts.LUMP, 0, 0, 0);

    static Extent of(String text) {
      Extent sum = NONE;
      int at = 0;
      while (at < text.length()) {
        char c = text.charAt(at);
        if (c == '^') {
          at += 3 + limitEnd(text.substring(at + 3), Character.digit(text.charAt(at + 1), 10)) + 2;
          sum = sum.plus(LUMP);
        } else if (nesting(c) > 0) {
          List<String> children = new ArrayList<>();
          int end = at + split(text.substring(at), children);
          sum = sum.plus(of(c, children));
          at = end;
        } else {
          sum = sum.plus(ofStep(c));
          at++;
        }
      }
      return sum;
    }

    private static Extent of(char bracket, List<String> inside) {
      return switch (bracket) {
        case '(' -> ofFork(inside);
        case '{' -> ofList(inside.get(0));
        case ':' -> ofRun(inside.get(0));
        default -> LUMP;
      };
    }

    /** It begins, and its end, or that it has begun, is taken up. */
    private static Extent ofRun(String text) {
      boolean isAwaited = !text.startsWith("%");
      if (isAwaited && text.endsWith("~")) {
        return LUMP;
      }
      Extent run = of(isAwaited ? text : text.substring(1));
      return new Extent(
          isAwaited ? run.calls : 0, isAwaited ? run.tickets : 0, 0, run.commands + 2);
    }

    private static Extent ofFork(List<String> children) {
      return children.stream().map(Extent::of).reduce(new Extent(0, 0, 0, 1), Extent::plus);
    }

    private static Extent ofList(String list) {
      if (list.endsWith("~")) {
        return LUMP;
      }
      String[] parts = list.split(",", 3);
      Extent item = of(parts[2]).plus(new Extent(0, 0, 0, 1));
      Extent sum = new Extent(0, 0, 0, 1);
      for (int i = Integer.parseInt(parts[0]); i > 0; i--) {
        sum = sum.plus(item);
      }
      return sum;
    }

    private static Extent ofStep(char c) {
      if (Character.isLetter(c)) {
        return new Extent(1, Character.isUpperCase(c) ? 1 : 0, 0, 1);
      }
      if ("`*;-".indexOf(c) >= 0) {
        return new Extent(1, 0, 0, 1);
      }
      return c == '+'
          ? new Extent(0, 0, 1, 0)
          : c == '.' || c == '_' ? new Extent(0, 0, 0, 1) : NONE;
    }

    Extent plus(Extent other) {
      return new Extent(
          calls + other.calls,
          tickets + other.tickets,
          exports + other.exports,
          commands + other.commands);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
