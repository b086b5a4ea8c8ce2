package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.examples.Example;
import io.corale.model.CompositionRef;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CompositionTest {
  private static final String NASTY = "{}[]:,&*!|>'\"%@`#-?\t\n \0\\$()é";
  private static final Path EXAMPLES = Path.of("../examples");

  private static final String YAML =
      """
      document:
        dsl: '1.0.3'
        namespace: acme
        name: thumbs
        version: 1.2.3
        title: Thumbnails  # a comment
        metadata: {qos: {objective: cost}}
      use:
        functions:
          resize:
            call: faas
            with:
              implementations:
                - {id: eu, account: aws, scope: resize, timeout: PT5S, memory: 512, live: true}
                - {id: mi, account: ow, timeout: {minutes: 1, seconds: 30}, expected: PT0.5S}
      do:
        - thumb:
            call: resize
            with:
              width: 100
              ratio: 1.5
              text: |
                two
                lines
              url: "${ .url }"
      """;

  private static final String JSON =
      """
      {
      	"use": {"functions": {"resize": {"with": {"implementations": [
      		{"timeout": "PT5S", "account": "aws", "id": "eu", "scope": "resize", "live": true, "memory": 512},
      		{"timeout": {"seconds": 30, "minutes": 1}, "account": "ow", "id": "mi", "expected": "PT0.5S"}]},
      		"call": "faas"}}},
      	"document": {"name": "thumbs", "version": "1.2.3", "dsl": "1.0.3", "namespace": "acme",
      		"title": "Thumbnails", "metadata": {"qos": {"objective": "cost"}}},
      	"do": [{"thumb": {"with": {"url": "${ .url }", "text": "two\\nlines\\n", "ratio": 1.50,
      		"width": 100}, "call": "resize"}}]
      }
      """;

  @Test
  void equalContentHasOneCanonicalForm() {
    Composition yaml = Stage.compiled(YAML);
    Composition json = Stage.compiled(JSON);

    assertThat(json.canonical()).isEqualTo(yaml.canonical());
    assertThat(json).isEqualTo(yaml).hasSameHashCodeAs(yaml);
    assertThat(json.digest()).isEqualTo(yaml.digest()).matches("[0-9a-f]{64}");
    assertThat(yaml.canonical().json()).startsWith("{\"do\":[{\"thumb\":{\"call\":\"resize\"");
  }

  @Test
  void theCanonicalFormIsASourceOfTheSame() {
    Composition composition = Stage.compiled(YAML);
    Composition again = Stage.compiled(composition.canonical().json());

    assertThat(again).isEqualTo(composition);
    assertThat(again.functions()).isEqualTo(composition.functions());
    String input = "{\"url\":\"u\"}";
    assertThat(Stage.echoing(again).play(input).outputJson())
        .isEqualTo(Stage.echoing(composition).play(input).outputJson());
  }

  @Test
  void knowsItsFunctions() {
    Composition composition = Stage.compiled(YAML);

    assertThat(composition.ref()).isEqualTo(new CompositionRef("thumbs", "1.2.3"));
    FunctionSpec resize = composition.functions().get("resize");
    assertThat(resize).isNotNull();
    List<Implementation> implementations =
        composition.functions().values().stream().toList().get(0).implementations();
    Implementation eu = implementations.get(0);
    assertThat(eu.id()).isEqualTo("eu");
    assertThat(eu.account().value()).isEqualTo("aws");
    assertThat(eu.scope()).isEqualTo("resize");
    assertThat(eu.expected()).isEqualTo(Implementation.DEFAULT_EXPECTED);
    TreeMap<String, String> settings = new TreeMap<>();
    settings.put("memory", "512");
    settings.put("live", "true");
    assertThat(eu.settings()).isEqualTo(settings);
    assertThat(implementations.get(1).timeout()).isEqualTo(Duration.ofSeconds(90));
    assertThat(implementations.get(1).scope()).isEqualTo("account");
  }

  @Test
  void aSourceBeyondItsBoundsIsBroken() {
    String large = "# " + "x".repeat(Compiler.MAX_SOURCE_BYTES) + "\n" + YAML;
    String deep = "a: " + "[".repeat(300) + "]".repeat(300);
    String bomb =
        """
        a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]
        b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
        c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
        d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
        e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]
        f: [*e, *e, *e, *e, *e]
        """;
    String wide =
        YAML + "  - big: {set: {x: '" + "y".repeat(Composition.MAX_CANONICAL_BYTES) + "'}}\n";

    assertThat(first(large)).contains("bytes long, the limit is 262144");
    assertThat(first(deep)).contains("nested deeper than 288 levels");
    assertThat(first(bomb)).contains("more than 50000 values with its aliases");
    assertThat(first(wide)).contains("as JSON without spaces, the limit is 81920");
  }

  private static String first(String source) {
    Compilation compilation = Compiler.compile(source);
    assertThat(compilation).isInstanceOf(Compilation.Broken.class);
    return ((Compilation.Broken) compilation).diagnostics().get(0).toString();
  }

  static Stream<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void theExamplesCompile(Path example) throws IOException {
    SortedMap<String, String> resources = Example.joined();
    Compilation compilation =
        Compiler.compile(
            Files.readString(example), address -> Optional.ofNullable(resources.get(address)));

    assertThat(compilation).isInstanceOf(Compilation.Compiled.class);
  }

  /** Whatever is done to a good document, the compiler answers and never throws. */
  @Test
  void mutationsAreCompiledOrBroken() throws IOException {
    List<String> seeds = new ArrayList<>(List.of(YAML, JSON));
    for (Path example : examples().toList()) {
      seeds.add(Files.readString(example));
    }
    int compiled = 0;
    for (int seed = 0; seed < 2_000; seed++) {
      String mutant = mutated(seeds.get(seed % seeds.size()), new Random(seed));
      Compilation compilation = Compiler.compile(mutant);
      assertThat(compilation.toString()).doesNotContain(Compiler.UNEXPLAINED);
      if (compilation instanceof Compilation.Compiled ok) {
        compiled++;
        assertThat(Compiler.compile(ok.composition().canonical().json()))
            .as("seed %d", seed)
            .isEqualTo(compilation);
        Interpreter.begin(
            ok.composition(),
            new Beginning(new InvocationId("i"), Payload.NULL, Stage.ACCEPTED_MILLIS),
            Stage.ALL);
      }
    }
    assertThat(compiled).isBetween(50, 1_950);
  }

  private static String mutated(String source, Random random) {
    StringBuilder text = new StringBuilder(source);
    int edits = 1 + random.nextInt(2);
    for (int i = 0; i < edits; i++) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + 1 + random.nextInt(12));
      switch (random.nextInt(6)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, NASTY.charAt(random.nextInt(NASTY.length())));
        case 2 -> text.delete(at, end);
        case 3 -> text.insert(at, text.substring(at, end));
        case 4 -> text.setCharAt(at, (char) (32 + random.nextInt(95)));
        default -> {
          int lineEnd = text.indexOf("\n", at);
          text.insert(lineEnd < 0 ? at : lineEnd, " ".repeat(random.nextInt(3)) + "x: &a [*a]");
        }
      }
    }
    return text.toString();
  }
}
