package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.flow.Compilation.Broken;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands before and after the tasks that an extension extends. */
class ExtensionTest {
  private static final String HEAD =
      """
      document: {dsl: '1.0.3', namespace: test, name: play, version: 1.0.0}
      use:
        functions:
          f: {call: faas, with: {implementations: [{id: one, account: a, timeout: PT5S}]}}
      """;

  /** Notes in the context that it ran, and where. */
  private static final String NOTES =
      """
        extensions:
          - notes:
              extend: EXTEND
              before:
                - begin: {set: {a: noise}, export: {as: '($context // []) + ["<" + $task.reference]'}}
              after:
                - done: {set: {a: noise}, export: {as: '$context + [">" + $task.reference]'}}
      output: {as: '{notes: $context, out: .}'}
      """;

  private static Stage play(String body, String input) {
    return Stage.echoing(Stage.compiled(HEAD + body)).play(input);
  }

  private static String notes(String extend, String body, String input) {
    return play(NOTES.replace("EXTEND", extend) + body, input).outputJson();
  }

  private static Diagnostic only(String body) {
    Compilation compilation = Compiler.compile(HEAD + body);
    assertThat(compilation).isInstanceOf(Broken.class);
    List<Diagnostic> all = ((Broken) compilation).diagnostics();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  @Test
  void changesNothingOfWhatATaskGetsAndGives() {
    assertThat(
            notes(
                "set",
                "do: [{a: {input: {from: .n}, set: '${ . + 1 }', output: {as: '{m: .}'}}}]",
                "{\"n\":1}"))
        .isEqualTo("{\"notes\":[\"</do/0/a\",\">/do/0/a\"],\"out\":{\"m\":2}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{call: f, with: {x: '${ . }'}}",
        "{set: {x: '${ . }'}}",
        "{do: [{b: {wait: PT1S}}, {c: {set: {x: '${ . }'}}}]}",
        "{fork: {branches: [{b: {set: {x: '${ . }'}}}]}, output: {as: '.[0]'}}",
        "{fork: {compete: true, branches: [{b: {call: f, with: {x: '${ . }'}}}]}}",
        "{for: {in: '[1, 2]'}, do: [{b: {input: {from: '.x? // .'}, call: f, with: {x: '${ ."
            + " }'}}}]}",
        "{for: {in: '[1]'}, metadata: {parallelism: 2}, do: [{b: {call: f, with: {x: '${ . }'}}}],"
            + " output: {as: '.[0]'}}",
        "{try: [{b: {raise: {error: {type: x, status: 400}}}}], catch: {do: [{c: {set: {x: '${ ."
            + " }'}}}]}}",
        "{wait: PT1S, output: {as: '{x: .}'}}",
        "{switch: [{one: {then: continue}}], output: {as: '{x: .}'}}",
        "{timeout: {after: PT1H}, call: f, with: {x: '${ . }'}}",
      })
  void everyKindOfTaskIsExtendedAndEveryTaskInside(String task) {
    String whole =
        """
          extensions:
            - around:
                extend: all
                before: [{ask: {call: f, with: {noise: '${ $task.name }'}}}]
                after: [{ask: {call: f, with: {noise: '${ $task.output }'}}}]
        do: [{a: TASK}]
        """
            .replace("TASK", task);

    Stage stage = play(whole, "5");

    assertThat(stage.outputJson()).isEqualTo("{\"x\":5}");
    assertThat(stage.calls.stream().filter(each -> each.place().startsWith("/use/extensions/0/")))
        .as("calls of the extension")
        .hasSizeGreaterThanOrEqualTo(2);
    survivesTakeOvers(whole, "5");
  }

  private static void survivesTakeOvers(String body, String input) {
    Composition composition = Stage.compiled(HEAD + body);
    Stage calm = Stage.echoing(composition).taking(call -> 10_000).play(input);
    for (long index = 1; index <= calm.entries(); index++) {
      Stage stage =
          Stage.echoing(composition).taking(call -> 10_000).takenOverAt(index).play(input);
      assertThat(stage.outputJson()).as("at entry " + index).isEqualTo(calm.outputJson());
    }
  }

  @Test
  void exitInBeforeGivesTheOutputOfTheTaskWhichIsSkipped() {
    String mock =
        """
          extensions:
            - mock:
                extend: call
                when: $task.call == "f" and ($task.with.url | startswith("https://mocked"))
                before: [{answer: {set: {mocked: '${ .n }'}, then: exit}}]
                after: [{never: {raise: {error: {type: x, status: 500}}}}]
        do:
          - a: {call: f, with: {url: 'https://mocked/x'}, output: {as: '. + {as: true}'}, then: c}
          - b: {set: {not: reached}}
          - c: {set: '${ . }'}
          - d: {switch: [{again: {when: .b, then: b}}]}
        """;

    Stage stage = play(mock, "{\"n\":1}");

    assertThat(stage.outputJson()).isEqualTo("{\"mocked\":1,\"as\":true}");
    assertThat(stage.calls).isEmpty();
  }

  @Test
  void whereWhenDoesNotHoldTheTaskIsAlone() {
    assertThat(
            play(
                    NOTES
                        .replace("extend: EXTEND", "extend: all\n        when: $task.name != \"a\"")
                        .concat("do: [{a: {set: {x: 1}}}, {b: {set: {x: 2}}}]"),
                    "{}")
                .outputJson())
        .isEqualTo("{\"notes\":[\"</do/1/b\",\">/do/1/b\"],\"out\":{\"x\":2}}");
  }

  @Test
  void aTaskThatIsSkippedIsNotExtended() {
    assertThat(notes("all", "do: [{a: {if: 'false', set: {x: 1}}}]", "7"))
        .isEqualTo("{\"notes\":null,\"out\":7}");
  }

  @Test
  void onlyItsKindIsExtended() {
    String body =
        "do: [{a: {do: [{b: {set: {x: 1}}}]}}, {c: {fork: {branches: [{d: {set: {x: 1}}}]}}}]";

    assertThat(notes("composite", body, "1"))
        .contains("[\"</do/0/a\",\">/do/0/a\",\"</do/1/c\",\">/do/1/c\"]");
    assertThat(notes("set", body, "1"))
        .contains("/do/0/a/do/0/b", "/do/1/c/fork/branches/0/d")
        .doesNotContain("\"</do/0/a\"");
    assertThat(notes("wait", body, "1")).contains("\"notes\":null");
  }

  @Test
  void theFirstExtensionIsTheOutermost() {
    String two =
        """
          extensions:
            - one: {extend: set, before: [{a: N<1}], after: [{b: N>1}]}
            - two: {extend: all, before: [{a: N<2}], after: [{b: N>2}]}
        output: {as: '{notes: $context, out: .}'}
        do: [{a: {set: {x: 1}}}]
        """
            .replaceAll(
                "N(..)", "{set: {a: noise}, export: {as: '(\\$context // []) + [\"$1\"]'}}");

    assertThat(play(two, "1").outputJson())
        .isEqualTo("{\"notes\":[\"<1\",\"<2\",\">2\",\">1\"],\"out\":{\"x\":1}}");
  }

  @Test
  void aTaskGoesWhereItsWorkLeads() {
    String switches =
        "do: [{a: {switch: [{x: {when: .n == 1, then: c}}, {y: {then: end}}]}},"
            + " {b: {set: {b: 1}}}, {c: {set: {c: 1}}}, {d: {switch: [{z: {when: .b, then: b}}]}}]";
    String caught =
        "do: [{a: {try: [{r: {raise: {error: {type: x, status: 400}}}}], catch: {then: c}}},"
            + " {b: {set: {b: 1}}}, {c: {set: {c: 1}}}]";

    assertThat(notes("switch", switches, "{\"n\":1}"))
        .contains("\"out\":{\"c\":1}", ">/do/0/a", ">/do/3/d");
    assertThat(notes("switch", switches, "{\"n\":2}"))
        .contains("\"out\":{\"n\":2}", ">/do/0/a")
        .doesNotContain("/do/3/d");
    assertThat(notes("try", caught, "{}")).contains("\"out\":{\"c\":1}", ">/do/0/a");
  }

  @Test
  void itsErrorsStandInTheExtensionAndAreErrorsOfTheTask() {
    String failing =
        """
          extensions:
            - bad: {extend: set, KEY: [{x: {set: '${ 1 / 0 }'}}]}
        do:
          - safely:
              try: [{a: {set: {n: 1}}}]
              catch: {do: [{say: {wait: PT0S, output: {as: '$error.instance'}}}]}
        """;

    assertThat(play(failing.replace("KEY", "before"), "1").outputJson())
        .isEqualTo("\"/use/extensions/0/bad/before/0/x/set\"");
    assertThat(play(failing.replace("KEY", "after"), "1").outputJson())
        .isEqualTo("\"/use/extensions/0/bad/after/0/x/set\"");
    assertThat(play(failing.replace("KEY", "when: '1 / 0', before"), "1").outputJson())
        .isEqualTo("\"/use/extensions/0/bad/when\"");
  }

  @Test
  void anErrorOfTheTaskKeepsItsPlace() {
    assertThat(play(NOTES.replace("EXTEND", "all") + "do: [{a: {set: '${ 1 / 0 }'}}]", "1").fault())
        .satisfies(problem -> assertThat(problem.instance()).isEqualTo("/do/0/a/set"));
  }

  @Test
  void theTimeOfTheTaskIsThatOfItsExtensionsToo() {
    String slow =
        """
          extensions:
            - slow: {extend: set, after: [{w: {wait: PT1M}}]}
        do: [{a: {set: {x: 1}, timeout: {after: PT1S}}}]
        """;

    assertThat(play(slow, "1").fault().status()).isEqualTo(408);
    assertThat(play(slow, "1").fault().instance()).isEqualTo("/do/0/a");
  }

  @Test
  void aBranchInsideOfAnExtensionSeesTheTaskToo() {
    String forked =
        """
          extensions:
            - ask:
                extend: set
                before:
                  - both:
                      fork:
                        branches:
                          - one: {call: f, with: {at: '${ $task.reference }'}}
                          - two: {call: f, with: {at: '${ $task.definition.set.x }'}}
        do: [{a: {set: {x: 1}}}]
        """;

    assertThat(play(forked, "1").calls)
        .extracting(call -> call.arguments().json())
        .containsExactly("{\"at\":\"/do/0/a\"}", "{\"at\":1}");
    survivesTakeOvers(forked, "1");
  }

  @Test
  void afterSeesWhatTheWorkGave() {
    String after =
        """
          extensions:
            - keep:
                extend: call
                after:
                  - pause: {wait: PT1S}
                  - keep: {set: {n: '${ $task.output.n + 1 }'}, export: {as: .n}}
        output: {as: $context}
        do: [{a: {call: f, with: {n: 1}, output: {as: '{}'}}}]
        """;

    assertThat(play(after, "1").outputJson()).isEqualTo("2");
    survivesTakeOvers(after, "1");
  }

  @Test
  void endInAnExtensionEndsTheInvocation() {
    String ends =
        "  extensions: [{e: {extend: set, before: [{x: {wait: PT1S, then: end}}]}}]\n"
            + "do: [{a: {set: {x: 1}}}]";

    assertThat(play(ends, "\"raw\"").outputJson()).isEqualTo("\"raw\"");
  }

  @Test
  void whatExtendsNothingIsCheckedAsWell() {
    Diagnostic found =
        only(
            "  extensions: [{e: {extend: wait, before: [{x: {set: '${ .a | }'}}]}}]\n"
                + "do: [{a: {set: {x: 1}}}]");

    assertThat(found.line()).isEqualTo(5);
  }

  @Test
  void aMistakeInAnExtensionIsFoundOnce() {
    Diagnostic found =
        only(
            "  extensions: [{e: {extend: all, before: [{x: {call: g}}]}}]\n"
                + "do: [{a: {set: {x: 1}}}, {b: {set: {x: 1}}}]");

    assertThat(found.message()).isEqualTo("function 'g' is not in use.functions");
  }

  @Test
  void tasksAreCountedWithThoseOfExtensions() {
    StringBuilder body =
        new StringBuilder("  extensions:\n    - e:\n        extend: set\n        before:\n");
    for (int i = 0; i < 100; i++) {
      body.append("          - x%d: {set: {y: 1}}\n".formatted(i));
    }
    body.append("do:\n");
    for (int i = 0; i < 100; i++) {
      body.append("  - t%d: {set: {y: 1}}\n".formatted(i));
    }

    assertThat(only(body.toString()).message())
        .startsWith("more than " + TaskReader.MAX_TASKS + " tasks");
  }

  /** The task one too many may be one that stands around another's work. */
  @Test
  void oneTaskTooManyIsFoundWhereverItStands() {
    String extensions =
        """
          extensions:
            - a: {extend: set, before: [{x: {set: {y: 1}}}, {z: {set: {y: 1}}}]}
            - b: {extend: set, before: [{x: {set: {y: 1}}}]}
        """;
    for (int more = 0; more < 7; more++) {
      StringBuilder body = new StringBuilder(extensions).append("do:\n");
      for (int i = 0; i < more; i++) {
        body.append("  - w%d: {wait: PT1S}\n".formatted(i));
      }
      for (int i = 0; i < 1_700; i++) {
        body.append("  - t%d: {set: {y: 1}}\n".formatted(i));
      }

      assertThat(only(body.toString()).message())
          .startsWith("more than " + TaskReader.MAX_TASKS + " tasks");
    }
  }

  @Test
  void eachExtensionIsALevelOfNesting() {
    String deep = "  extensions: [{e: {extend: all, before: [{x: {set: {y: 1}}}]}}]\ndo: [{t: #}]";
    for (int level = 1; level < 32; level++) {
      deep = deep.replace("#", "{do: [{t: #}]}");
    }

    assertThat(play(deep.replace("#", "{set: {y: 1}}"), "1").outputJson()).isEqualTo("{\"y\":1}");
    assertThat(only(deep.replace("#", "{do: [{t: {set: {y: 1}}}]}")).message())
        .contains("tasks are nested deeper than 64 levels");
  }

  @Test
  void theGraphShowsWhatIsAroundATask() {
    String body =
        NOTES.replace("EXTEND", "switch")
            + "do: [{a: {switch: [{x: {then: b}}]}}, {b: {set: {y: 1}}}]";

    Outline.Node extended = Outline.of(Stage.compiled(HEAD + body)).root().nodes().get(1);

    assertThat(extended.does()).isEqualTo("switch, extended");
    assertThat(extended.shape()).isEqualTo(Outline.Shape.CHOICE);
    assertThat(extended.inside().orElseThrow().nodes())
        .extracting(Outline.Node::name)
        .containsExactly("", "before: notes", "a", "after: notes", "");
  }

  @Test
  void theTextOfExtensionsIsCountedForEachTask() {
    String body =
        "  extensions: [{e: {extend: set, before: [{x: {set: {y: '"
            + "x".repeat(20_000)
            + "'}}}]}}]\ndo:\n"
            + "  - t0: {set: {y: 1}}\n".repeat(60);
    for (int i = 1; i < 60; i++) {
      body = body.replaceFirst("t0: ([^\n]*)\n  - t0", "t" + i + ": $1\n  - t0");
    }

    assertThat(only(body).message()).startsWith("more than 1048576 bytes of extensions");
  }
}
