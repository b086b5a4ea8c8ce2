package io.corale.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random sources of compositions: good ones that were damaged, and ones grown from the grammar. */
final class RandomSources {
  /** Half of them are compositions. */
  static final int CAREFUL = 60;

  /** Few are, and what is wrong in the others is one word. */
  private static final int CARELESS = 12;

  private static final String HEAD =
      "document: {dsl: '1.0.3', namespace: test, name: fuzz, version: 1.0.0}\n";

  private static final String USE =
      "use: {functions: {f: {call: faas, with: {implementations: [{id: a, account: b, timeout:"
          + " PT5S}]}}}}\n";

  private static final List<String> SPLINTERS =
      List.of(
          "&a ",
          "*a",
          "!!int ",
          "!!binary ",
          "!<x> ",
          "? ",
          "<<: *a",
          "---\n",
          "...\n",
          "%YAML 1.1\n",
          "\uFEFF",
          "\t",
          "\0",
          "\ud800",
          "\udc00\ud800",
          "\r",
          "\r\n",
          "\u0085",
          "\u2028",
          "\u00a0",
          "1e999",
          ".inf",
          ".nan",
          "0x",
          "0o9",
          "-",
          "~",
          "null",
          "9".repeat(120),
          "-0",
          "1_000",
          "[",
          "]",
          "{",
          "}",
          "}}",
          "${",
          "${ ",
          "${}",
          "'",
          "\"",
          "''",
          "|",
          ">-",
          "|2",
          "#",
          ": ",
          ",",
          "\\u0000",
          "\\ud83d",
          "😀",
          "é",
          "x: &a [*a]",
          "{}: 1",
          "[]: 1",
          "1: 1",
          "null: 1",
          "? [a]\n: b",
          "then: exit",
          "if: .",
          "do: []",
          "set: {}",
          "call: f",
          "for: {}",
          "fork: {}",
          "switch: []");

  private static final List<String> KEYS =
      List.of(
          "set",
          "call",
          "with",
          "do",
          "for",
          "fork",
          "switch",
          "if",
          "then",
          "input",
          "output",
          "while",
          "wait",
          "try",
          "raise",
          "when",
          "in",
          "each",
          "at",
          "branches",
          "from",
          "as",
          "compete",
          "document",
          "use",
          "metadata",
          "tehn",
          "");

  private final List<String> seeds;
  private final Random random;
  private final RandomJq jq;

  RandomSources(List<String> seeds, long seed) {
    this.seeds = seeds;
    this.random = new Random(seed);
    this.jq = new RandomJq(random);
  }

  String next() {
    return switch (random.nextInt(80)) {
      case 0 -> new RandomCompositions(random, CAREFUL).next();
      case 1, 2 -> new RandomCompositions(random, CARELESS).next();
      case 3 -> damaged(new RandomCompositions(random, CAREFUL).next());
      default -> ofOneKind();
    };
  }

  private String ofOneKind() {
    return switch (random.nextInt(4)) {
      case 0 -> HEAD + USE + "do: " + tasks(2) + "\n";
      case 1 -> damaged(HEAD + USE + "do: " + tasks(2) + "\n");
      default -> damaged(seeds.get(random.nextInt(seeds.size())));
    };
  }

  /** A list of tasks that the grammar allows, now and then with something it does not. */
  private String tasks(int depth) {
    List<String> tasks = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      tasks.add("{" + any(List.of("a", "b", "c", "d1")) + i + ": {" + task(depth) + "}}");
    }
    return "[" + String.join(", ", tasks) + "]";
  }

  private String task(int depth) {
    List<String> parts = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      parts.add("if: " + expression());
    }
    if (random.nextInt(4) == 0) {
      parts.add("input: {from: " + value(1) + "}");
    }
    parts.add(kind(depth));
    if (random.nextInt(4) == 0) {
      parts.add("output: {as: " + value(1) + "}");
    }
    if (random.nextInt(4) == 0) {
      parts.add("then: " + target());
    }
    if (random.nextInt(12) == 0) {
      parts.add(any(KEYS) + ": " + value(1));
    }
    return String.join(", ", parts);
  }

  private String kind(int depth) {
    if (depth == 0) {
      return "set: " + value(2);
    }
    return switch (random.nextInt(7)) {
      case 0 -> "call: " + any(List.of("f", "f", "f", "f", "g")) + ", with: {x: " + value(1) + "}";
      case 1 -> "do: " + tasks(depth - 1);
      case 2 -> "for: {each: x, in: " + expression() + "}, do: " + tasks(depth - 1);
      case 3 -> "fork: {branches: " + tasks(depth - 1) + "}";
      case 4 -> "switch: [{x: {when: " + expression() + ", then: " + target() + "}}]";
      default -> "set: " + value(2);
    };
  }

  private String target() {
    return random.nextInt(6) == 0
        ? any(List.of("a0", "b1", "nowhere", "1"))
        : any(List.of("exit", "continue"));
  }

  private String value(int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 5)) {
      case 0, 1, 2 -> expression();
      case 3 -> any(List.of("1", "true", "null", "text", "1.5", "''", "~", "0x1F"));
      case 4 -> any(List.of("[]", "{}", "9999999999999999999999", "-1", "x y", "'#'"));
      case 5 -> "[" + value(depth - 1) + ", " + value(depth - 1) + "]";
      default -> "{k: " + value(depth - 1) + ", l: " + value(depth - 1) + "}";
    };
  }

  private String expression() {
    String text = jq.expression(1 + random.nextInt(3));
    String bracketed = random.nextInt(8) == 0 ? text : "${ " + text + " }";
    return "'" + bracketed.replace("'", "''") + "'";
  }

  private String damaged(String source) {
    StringBuilder text = new StringBuilder(source);
    int blows = 1 + random.nextInt(3);
    for (int i = 0; i < blows; i++) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + 1 + random.nextInt(16));
      switch (random.nextInt(8)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, text.substring(at, end));
        case 2 -> text.insert(at, (char) (32 + random.nextInt(95)));
        case 3, 4 -> text.insert(at, any(SPLINTERS));
        case 5 -> text.replace(at, end, any(SPLINTERS));
        case 6 -> text.setLength(at);
        default -> {
          int lineEnd = text.indexOf("\n", at);
          text.insert(lineEnd < 0 ? at : lineEnd + 1, line(text));
        }
      }
      if (text.isEmpty()) {
        return "";
      }
    }
    return text.toString();
  }

  /** A line that stands in the text already, indented by chance. */
  private String line(StringBuilder text) {
    int from = text.lastIndexOf("\n", random.nextInt(text.length())) + 1;
    int end = text.indexOf("\n", from);
    String line = text.substring(from, end < 0 ? text.length() : end);
    return " ".repeat(random.nextInt(3)) + line + "\n";
  }

  private String any(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }
}
