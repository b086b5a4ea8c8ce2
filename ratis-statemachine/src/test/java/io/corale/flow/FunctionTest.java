package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.flow.Compilation.Broken;
import io.corale.flow.Compilation.Compiled;
import io.corale.model.Problem;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Functions that are tasks, in the composition and from elsewhere. */
class FunctionTest {
  private static final String HEAD =
      "document: {dsl: '1.0.3', namespace: test, name: play, version: 1.0.0}\n";

  private static final String ASK =
      "{call: faas, with: {implementations: [{id: a, account: b, timeout: PT5S}]}}";

  private static Stage stage(String body) {
    return Stage.echoing(Stage.compiled(HEAD + body));
  }

  @Test
  void isShapedByItsOwnInputAndOutput() {
    Stage stage =
        stage(
                """
                use:
                  functions:
                    ask:
                      if: .n != null
                      input: {from: '{n: (.n + 1)}', schema: {document: {type: object}}}
                      call: faas
                      with: {implementations: [{id: a, account: b, timeout: PT5S}]}
                      output: {as: '{got: .n, from: $input.n}'}
                do:
                  - one: {call: ask, with: {n: '${ .x }'}, output: {as: '. + {outer: true}'}}
                """)
            .play("{\"x\": 1}");

    assertThat(stage.outputJson()).isEqualTo("{\"got\":2,\"from\":2,\"outer\":true}");
    assertThat(stage.calls).hasSize(1);
  }

  @Test
  void whatItsSchemaDoesNotFitIsAnErrorAtItsPlace() {
    Problem fault =
        stage(
                """
                use:
                  functions:
                    half: {input: {schema: {document: {required: [n]}}}, set: '${ .n / 2 }'}
                do: [{one: {call: half, with: {m: 1}}}]
                """)
            .play("{}")
            .fault();

    assertThat(fault.type()).endsWith("/validation");
    assertThat(fault.instance()).isEqualTo("/use/functions/half/input/schema");
  }

  @Test
  void waitsAndGoesOnInsideOfLoopsAndForks() {
    Stage stage =
        stage(
                """
                use:
                  functions:
                    f: %s
                    pair:
                      do:
                        - both:
                            fork:
                              branches:
                                - left: {call: f, with: {n: '${ .n }'}}
                                - right: {call: f, with: {n: '${ .n * 10 }'}}
                        - pause: {wait: {seconds: 1}}
                        - sum: {set: '${ .[0].n + .[1].n }'}
                do:
                  - all:
                      for: {each: n, in: .list}
                      do:
                        - one: {call: pair, with: {n: '${ $n }'}, export: {as: '($context // []) + [.]'}}
                  - tell: {set: '${ $context }'}
                """
                    .formatted(ASK))
            .play("{\"list\": [1, 2]}");

    assertThat(stage.outputJson()).isEqualTo("[11,22]");
    assertThat(stage.calls).hasSize(4);
  }

  @Test
  void sendsTheRequestsOfItsTasksWithTheirAccounts() {
    Stage stage =
        stage(
                """
                use:
                  functions:
                    shelf:
                      input: {from: '{id: .shelf}'}
                      call: http
                      with: {method: get, endpoint: 'https://h/shelves/{id}'}
                      metadata: {account: library}
                    twice:
                      do:
                        - one: {call: shelf, with: {shelf: 7}}
                        - two: {call: http, with: {method: get, endpoint: '${ .uri + "/again" }'}}
                do: [{ask: {call: twice}}]
                """)
            .play("{}");

    assertThat(stage.outputJson())
        .isEqualTo("{\"method\":\"GET\",\"uri\":\"https://h/shelves/7/again\"}");
    assertThat(stage.calls).hasSize(2);
  }

  @Test
  void exitEndsTheFunctionAndEndTheInvocation() {
    String body =
        """
        use:
          functions:
            f:
              do:
                - first: {set: {by: first}, if: .stop, then: %s}
                - second: {set: {by: second}}
        do:
          - call: {call: f, with: {stop: true}}
          - after: {set: '${ . + {after: true} }'}
        """;

    assertThat(stage(body.formatted("exit")).play("{}").outputJson())
        .isEqualTo("{\"by\":\"first\",\"after\":true}");
    assertThat(stage(body.formatted("end")).play("{}").outputJson())
        .isEqualTo("{\"by\":\"first\"}");
  }

  @Test
  void itsCallIsExtendedAndItsTasksAreNot() {
    Stage stage =
        stage(
                """
                use:
                  functions:
                    f: {do: [{a: {set: {x: 1}}}, {b: {set: {x: 2}}}]}
                  extensions:
                    - notes:
                        extend: all
                        after: [{note: {set: {at: '${ $task.reference }'}, export: {as: '($context // []) + [.at]'}}}]
                do:
                  - one: {call: f}
                  - tell: {set: '${ $context }'}
                """)
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[\"/do/0/one\"]");
  }

  @Test
  void functionsThatCallOthersManyTimesEndInAFinding() {
    StringBuilder use = new StringBuilder("use:\n  functions:\n    f0: {set: {x: 1}}\n");
    for (int i = 1; i <= 30; i++) {
      use.append("    f" + i + ": {do: [");
      use.append("{a: {call: f" + (i - 1) + "}}, {b: {call: f" + (i - 1) + "}}]}\n");
    }
    Compilation compilation = Compiler.compile(HEAD + use + "do: [{a: {call: f30}}]\n");

    assertThat(((Broken) compilation).diagnostics())
        .extracting(Diagnostic::message)
        .anyMatch(message -> message.contains("tasks, with those of extensions and functions"));
  }

  private static final String SHARED =
      """
      input: {schema: {document: {type: object, required: [n]}}}
      do:
        # A task of a catalog.
        - ask: {call: http, with: {method: get, endpoint: 'https://h/{n}'}}
        - each: {for: {in: '[1, 2]'}, do: [{wait: {wait: {seconds: 1}}}]}
        - tell: {set: {uri: '${ .uri }'}}
      """;

  private static final String LINKING =
      HEAD
          + """
          do:
            - one: {call: 'shared:1.0.0@default', with: {n: 1}}
            - two: {set: {n: '${ .uri | length }'}}
            - three: {call: 'shared:1.0.0@default'}
          """;

  @Test
  void aCatalogMayHoldAnyTaskAndWhatIsPublishedRunsTheSame() {
    Composition linked =
        Stage.compiled(
            LINKING,
            address ->
                Optional.of(address).filter(it -> it.startsWith("shared:")).map(it -> SHARED));
    Composition published = Stage.compiled(linked.canonical().json());

    assertThat(published.size()).as("ids that branches remember").isEqualTo(linked.size());
    for (int id = 1; id <= linked.size(); id++) {
      assertThat(published.task(id).orElseThrow().place())
          .isEqualTo(linked.task(id).orElseThrow().place());
    }
    assertThat(published.functions().keySet()).isEqualTo(linked.functions().keySet());
    assertThat(Stage.echoing(published).play("{}").outputJson())
        .isEqualTo(Stage.echoing(linked).play("{}").outputJson())
        .isEqualTo("{\"uri\":\"https://h/11\"}");
  }

  @Test
  void fromElsewhereItKnowsNothingOfTheComposition() {
    for (String text :
        new String[] {
          "do: [{a: {call: mine}}]",
          "do: [{a: {call: 'other:1.0.0@default'}}]",
          "call: https://example.com/other.yaml\nif: .x",
          "try: [{a: {set: {x: 1}}}]\ncatch: {retry: often}",
          "{call: http, if: .x, with: {method: get, endpoint: {uri: 'https://h', authentication:"
              + " {use: me}}}}",
          "{call: http, if: .x, with: {method: get, endpoint: 'https://h', headers: {X: '${"
              + " $secrets.key }'}}}"
        }) {
      Compilation compilation =
          Compiler.compile(
              HEAD
                  + "use: {secrets: [key], retries: {often: {delay: PT1S}}, authentications: {me:"
                  + " {bearer: {token: t}}}, functions: {mine: {set: {x: 1}}}}\n"
                  + "do: [{a: {call: 'shared:1.0.0@default'}}, {b: {call: mine}}]\n",
              address -> Optional.of(text));

      assertThat(compilation).as(text).isInstanceOf(Broken.class);
      assertThat(((Broken) compilation).diagnostics())
          .as(text)
          .allMatch(found -> found.message().startsWith("shared:1.0.0@default:"));
      assertThat(Definition.read("shared", text)).isInstanceOf(Definition.Broken.class);
    }
    assertThat(Definition.read("shared", SHARED)).isInstanceOf(Definition.Whole.class);
    assertThat(Compiler.compile(HEAD + "do: [{a: {set: {x: 1}}}]")).isInstanceOf(Compiled.class);
  }
}
