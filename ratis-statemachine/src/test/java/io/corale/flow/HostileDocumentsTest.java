package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sources that want to take down whoever compiles them, and what they are told. */
class HostileDocumentsTest {
  private static final String HEAD =
      "document: {dsl: '1.0.3', namespace: test, name: hostile, version: 1.0.0}\n";

  /**
   * One of them.
   *
   * @param says what a finding has in it; empty if the source only looks hostile
   */
  record Hostile(String name, String says, String source) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Hostile of(String name, String says, String source) {
    return new Hostile(name, says, source);
  }

  private static Hostile task(String name, String says, String task) {
    return new Hostile(name, says, HEAD + "do:\n  - a: " + task + "\n");
  }

  private static Hostile query(String name, String says, String jq) {
    return task(name, says, "{set: '${ " + jq.replace("'", "''") + " }'}");
  }

  static Stream<Hostile> documents() {
    return Stream.of(aliases(), depths(), sizes(), numbers(), keys(), characters(), shapes(), jq())
        .flatMap(List::stream);
  }

  private static List<Hostile> aliases() {
    String laughs =
        "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
            + String.join(
                "",
                IntStream.range(1, 6)
                    .mapToObj(
                        i -> {
                          String before = "*a" + (i - 1);
                          List<String> nine = Collections.nCopies(9, before);
                          return "a" + i + ": &a" + i + " [" + String.join(", ", nine) + "]\n";
                        })
                    .toList());
    return List.of(
        of("a billion laughs", "more than 50000 values", laughs),
        of(
            "laughs as keys of objects",
            "more than 50000 values",
            laughs.replace("[*", "[&x *").replace("&x ", "")),
        of("an alias to nothing", "not YAML", HEAD + "do: *x\n"),
        of("an alias inside of itself", "an alias inside", HEAD + "do: &a [*a]\n"),
        of("an alias inside of its own object", "an alias inside", "a: &a {b: *a}\n"),
        of("an alias as a key", "Non scalar key", "&a {x: 1}: 1\n? *a\n: 2\n"),
        of("a key that holds itself", "not YAML", "&a [*a]: 1\n"),
        of("many aliases", "more than 50 aliases", "a: &a 1\nb: [" + "*a, ".repeat(60) + "]\n"),
        of("many anchors", "", HEAD + "do: [{a: {set: [" + anchors(500) + "]}}]\n"),
        of("aliases in aliases", "nested deeper", "metadata:\n" + ladder(4, 280)),
        of("many aliases in aliases", "nested deeper", "metadata:\n" + ladder(50, 280)),
        of("a merge key", "unknown key 'a'", "x: &x {a: 1}\n<<: *x\n" + HEAD),
        of("an anchor twice", "unknown key", "x: &x 1\ny: &x 2\nz: *x\n"));
  }

  /** Each rung is a deep list with the one before it inside. */
  private static String ladder(int rungs, int depth) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rungs; i++) {
      String inside = i == 0 ? "1" : "*r" + (i - 1);
      text.append("  r%d: &r%d ".formatted(i, i))
          .append("[".repeat(depth))
          .append(inside)
          .append("]".repeat(depth))
          .append('\n');
    }
    return text.toString();
  }

  private static String anchors(int count) {
    return String.join(", ", IntStream.range(0, count).mapToObj(i -> "&n" + i + " 1").toList());
  }

  private static List<Hostile> depths() {
    return List.of(
        of("deep lists", "nested deeper", "a: " + "[".repeat(1_000) + "]".repeat(1_000)),
        of("deep lists without an end", "nested deeper", "[".repeat(100_000)),
        of("deep objects", "nested deeper", "{a: ".repeat(500) + "1" + "}".repeat(500)),
        of("deep block lists", "nested deeper", "- ".repeat(2_000) + "1"),
        of("deep block objects", "nested deeper", blocks(400)),
        of("deep keys", "nested deeper", "? ".repeat(1_000) + "a"),
        of("deep tasks", "nested deeper", HEAD + "do: " + "[{a: {do: ".repeat(100) + "1"),
        of("as deep as can be", "must be", "do: " + "[".repeat(60) + "]".repeat(60)),
        of("deep JSON", "nested deeper", "{\"a\":".repeat(10_000) + "1"));
  }

  private static String blocks(int depth) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      text.append(" ".repeat(i)).append("a:\n");
    }
    return text.toString();
  }

  private static List<Hostile> sizes() {
    String max = "x".repeat(Compiler.MAX_SOURCE_BYTES);
    return List.of(
        of("too long", "the limit is 262144", max + "x"),
        of("too long in bytes only", "the limit is 262144", "é".repeat(140_000)),
        of("one word as long as can be", "must be an object", max),
        of("one comment as long as can be", "is empty", "#" + max.substring(1)),
        of("line breaks only", "is empty", "\n".repeat(200_000)),
        of("spaces only", "is empty", " ".repeat(200_000)),
        of("colons only", "not YAML", ":".repeat(200_000) + " :\n: : :"),
        of("commas only", "not YAML", "[" + ",".repeat(200_000) + "]"),
        of("quotes only", "not YAML", "\"".repeat(200_001)),
        of("documents only", "not YAML", "--- 1\n".repeat(40_000)),
        of(
            "a large string",
            "the limit is 81920",
            HEAD + "do: [{a: {set: {x: " + "y".repeat(90_000) + "}}}]"),
        of(
            "a large expression",
            "the limit is 4096",
            HEAD + "do: [{a: {if: '" + "1+".repeat(50_000) + "1', set: 1}}]"),
        of("a large key", "a key of more than 256", "? " + "k".repeat(100_000) + "\n: 1\n"),
        of("many keys", "unknown key", many(20_000, i -> "k" + i + ": 1\n")),
        of(
            "many tasks",
            "the limit is 81920",
            HEAD + "do:\n" + many(5_000, i -> "- t" + i + ": {set: {x: 1}}\n")),
        of(
            "many wrong tasks",
            "unknown",
            HEAD + "do:\n" + many(5_000, i -> "- t" + i + ": {sett: 1}\n")),
        of(
            "many wrong expressions",
            "unknown function",
            HEAD + "do:\n" + many(3_000, i -> "- t" + i + ": {set: '${ lenght }'}\n")),
        of("many empty lists", "must be", "do: [" + "[],".repeat(40_000) + "]"),
        of("more values than fit", "more than 50000", "do: [" + "1,".repeat(60_000) + "]"),
        of("the same key all the time", "stands twice", many(5_000, i -> "a: 1\n")));
  }

  private static String many(int count, IntFunction<String> line) {
    return String.join("", IntStream.range(0, count).mapToObj(line).toList());
  }

  private static List<Hostile> numbers() {
    return List.of(
        task("a huge integer", "has no meaning in JSON", "{set: {x: " + "9".repeat(10_000) + "}}"),
        task(
            "a huge octal number",
            "has no meaning in JSON",
            "{set: {x: 0o" + "7".repeat(10_000) + "}}"),
        task(
            "a huge hexadecimal number",
            "has no meaning in JSON",
            "{set: {x: 0x" + "f".repeat(10_000) + "}}"),
        task("a huge exponent", "has no meaning in JSON", "{set: {x: 1e999999999}}"),
        task("a tiny exponent", "", "{set: {x: 1e-999999999}}"),
        task("many decimals", "", "{set: {x: 0." + "3".repeat(10_000) + "}}"),
        task("infinity", "has no meaning in JSON", "{set: {x: .inf}}"),
        task("not a number", "has no meaning in JSON", "{set: {x: .nan}}"),
        task("a sign without a number", "", "{set: {x: -}}"),
        task("minus zero", "", "{set: {x: -0}}"),
        query("a huge literal", "too large", "1e999"),
        query("a long literal", "", "9".repeat(3_000).substring(0, 300)));
  }

  private static List<Hostile> keys() {
    return List.of(
        of("a list as a key", "Non scalar key", "? [a, b]\n: 1\n"),
        of("an object as a key", "Non scalar key", "{{a: 1}: 1}\n"),
        of("null as a key", "unknown key", "null: 1\n"),
        of("an empty key", "unknown key", "'': 1\n"),
        of("a number as a key", "unknown key '1'", "1: 1\n"),
        of("infinity as a key", "has no meaning in JSON", ".inf: 1\n"),
        of("keys that are equal", "stands twice", HEAD + "do: [{a: {set: 1}}]\n\"do\": []\n"),
        task("a task named by nothing", "", "{set: {'': 1}}"),
        of("a task with a hostile name", "name", HEAD + "do: [{'../../etc': {set: 1}}]\n"));
  }

  private static List<Hostile> characters() {
    return List.of(
        of("a byte order mark", "", "\uFEFF" + HEAD + "do: [{a: {set: {x: 1}}}]\n"),
        of("a byte order mark inside", "", HEAD + "do: [{a: {set: {x: 'a\uFEFFb'}}}]\n"),
        of("zero", "not allowed", HEAD + "do: [\0]\n"),
        of("an escaped zero", "cannot be printed", HEAD + "do: [{a: {set: {x: \"\\0\"}}}]\n"),
        of("binary", "not allowed", "\u0001\u0002\u0003\u007f".repeat(100)),
        of("half a pair", "not allowed", HEAD + "do: [{a: {set: {x: '\ud800'}}}]\n"),
        of("the wrong half", "not allowed", HEAD + "do: [{a: {set: {x: '\udc00\ud800'}}}]\n"),
        of("half a pair at the end", "not allowed", HEAD + "\ud83d"),
        of(
            "half a pair, escaped",
            "cannot be printed",
            HEAD + "do: [{a: {set: {x: \"\\ud800\"}}}]\n"),
        of("tabs", "not YAML", HEAD + "do:\n\t- a: {set: 1}\n"),
        of("other line breaks", "", HEAD.strip() + "\r\ndo: [{a: {set: {x: 1}}}]\r"),
        of("breaks that are none", "", HEAD + "do: [{a: {set: {x: 'a\u2028b\u0085c'}}}]\n"),
        of("right to left", "", HEAD + "do: [{a: {set: {x: '\u202Eabc'}}}]\n"),
        of("an escape without an end", "not YAML", "a: \"\\u12\"\n"),
        of("an escape beyond Unicode", "no character", "a: \"\\UFFFFFFFF\"\n"),
        of("an escape just beyond Unicode", "unknown escape character", "\nb: \"\\U00110000\"\n"));
  }

  private static List<Hostile> shapes() {
    return List.of(
        of("nothing", "is empty", ""),
        of("a list", "must be an object", "[]"),
        of("two documents", "not YAML", HEAD + "---\n" + HEAD),
        of("a directive", "not YAML", "%YAML 9.9\n---\na: 1\n"),
        of("tags of another house", "not YAML", "%TAG ! tag:evil,2000:\n--- !x\na: 1\n%"),
        task("a tag of Java", "has no meaning in JSON", "{set: {x: !!java.lang.Runtime exec}}"),
        task("a tag of Java on an object", "", "{set: !!javax.script.ScriptEngineManager {x: 1}}"),
        task("binary as a tag", "has no meaning in JSON", "{set: {x: !!binary R0lGODlhDAAMAIQ}}"),
        task("a set", "", "{set: !!set {a, b}}"),
        task("an integer that is none", "has no meaning in JSON", "{set: {x: !!int abc}}"),
        task("a float that is none", "has no meaning in JSON", "{set: {x: !!float 1__0}}"),
        task("a boolean that is none", "has no meaning in JSON", "{set: {x: !!bool perhaps}}"),
        task("null that is none", "has no meaning in JSON", "{set: {x: !!null something}}"));
  }

  private static List<Hostile> jq() {
    return List.of(
        query("deep brackets", "nested deeper", "(".repeat(1_000)),
        query("deep strings", "nested deeper", "\"\\(".repeat(500)),
        query("many signs", "nested deeper", "-".repeat(3_000) + "1"),
        query("many tries", "nested deeper", "try ".repeat(900) + "."),
        query("many reductions", "nested deeper", "reduce ".repeat(500) + "."),
        query("deep patterns", "nested deeper", ". as " + "[".repeat(1_500)),
        query("many alternatives", "nested deeper", "1//".repeat(1_000) + "1"),
        query("many definitions", "nested deeper", "def f: 1; ".repeat(300) + "f"),
        query("many fields", "", ".a".repeat(1_500)),
        query("many sums", "", "1+".repeat(1_500) + "1"),
        query("many slips", "unknown function", "lenght,".repeat(500) + "1"),
        query("a bomb of a pattern", "more than 4000", "test(\"((a{1000}){1000}){1000}\")"),
        query("many patterns", "", "[" + "test(\"a{900}\"),".repeat(200) + "1]"),
        query("half a pair in a string", "", "\"\\ud800\""));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void isToldWhatIsWrongAndWhere(Hostile hostile) {
    Compilation compilation = Compiler.compile(hostile.source());

    if (hostile.says().isEmpty()) {
      assertThat(compilation.toString()).doesNotContain(Compiler.UNEXPLAINED);
      return;
    }
    assertThat(compilation).isInstanceOf(Compilation.Broken.class);
    List<Diagnostic> found = ((Compilation.Broken) compilation).diagnostics();
    assertThat(found).hasSizeLessThanOrEqualTo(Findings.MAX);
    assertThat(found)
        .extracting(Diagnostic::toString)
        .anyMatch(each -> each.contains(hostile.says()));
    int lines = hostile.source().split("\r\n|[\r\n]", -1).length;
    assertThat(found)
        .allSatisfy(each -> assertThat(each.line()).isLessThanOrEqualTo(lines))
        .allSatisfy(each -> assertThat(each.toString()).hasSizeLessThan(2_000));
  }

  @Test
  void thereAreMoreThanFifty() {
    assertThat(documents()).hasSizeGreaterThan(100);
    assertThat(documents().map(Hostile::name)).doesNotHaveDuplicates();
  }
}
