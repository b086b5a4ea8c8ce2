package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Outcome;
import io.corale.model.Problem;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Retry;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code call: http} asks for, and what comes of its answers. */
class RequestTest {
  private static final String COMMUNICATION =
      "https://open-workflow-specification.org/spec/1.0.0/errors/communication";

  /** The request that a task with this {@code with} makes for an input. */
  private static String request(String with, String input) {
    return Stage.echoing(get(with)).play(input).outputJson();
  }

  private static Composition get(String with) {
    return Plays.pure("do: [{get: {call: http, with: " + with + "}}]");
  }

  private static Problem fault(String with, String input) {
    return Stage.echoing(get(with)).play(input).fault();
  }

  @Test
  void putsARequestTogetherOfItsInput() {
    assertThat(
            request(
                "{method: put, endpoint: {uri: 'https://shop.example:8443/pets/{id}'}, headers:"
                    + " {X-Trace: '${ .trace }', X-None: '${ null }', X-Count: 3}, query: {tag:"
                    + " '${ .tags }', all: true, none: '${ null }'}, body: {name: '${ .name }'},"
                    + " output: response, redirect: true}",
                "{\"id\":7,\"trace\":\"t\",\"tags\":[\"a b\",\"c\"],\"name\":\"Rex\"}"))
        .isEqualTo(
            "{\"method\":\"PUT\",\"uri\":\"https://shop.example:8443/pets/7?all=true&tag=a%20b&tag=c\","
                + "\"headers\":{\"X-Count\":\"3\",\"X-Trace\":\"t\"},\"body\":{\"name\":\"Rex\"},"
                + "\"output\":\"response\",\"redirect\":true}");
  }

  @Test
  void takesWholePartsFromExpressions() {
    assertThat(
            request(
                "{method: '${ .how }', endpoint: '${ \"http://\\(.host)/x?y=1#z\" }', headers: '${"
                    + " .headers }', query: '${ .query }', body: '${ .body }'}",
                "{\"how\":\"Patch\",\"host\":\"h\",\"headers\":{\"Accept\":\"a/b\"},"
                    + "\"query\":{\"q\":\"&\"},\"body\":[1]}"))
        .isEqualTo(
            "{\"method\":\"PATCH\",\"uri\":\"http://h/x?y=1&q=%26\",\"headers\":{\"Accept\":\"a/b\"},"
                + "\"body\":[1]}");
  }

  /** Only the source is searched for variables: what they stand for cannot leave its place. */
  @ParameterizedTest
  @CsvSource({
    "'{\"id\":\"../admin?x=#\"}', https://h/..%2Fadmin%3Fx%3D%23/end",
    "'{\"id\":\"{id}\"}', https://h/%7Bid%7D/end",
    "'{\"id\":\"ä\"}', https://h/%C3%A4/end",
    "'{\"id\":null}', https://h//end",
    "'{\"id\":1.5}', https://h/1.5/end",
    "'{\"id\":true}', https://h/true/end",
    "'{}', https://h//end",
    "'[1]', https://h//end"
  })
  void fillsAVariableOfTheUri(String input, String uri) {
    assertThat(request("{method: get, endpoint: 'https://h/{id}/end'}", input))
        .contains("\"uri\":\"" + uri + "\"");
  }

  @Test
  void takesAVariableByItsWholeName() {
    assertThat(
            request(
                "{method: get, endpoint: 'https://h/{pet.id}'}",
                "{\"pet\":{\"id\":1},\"pet.id\":2}"))
        .contains("https://h/2");
  }

  @ParameterizedTest
  @CsvSource({
    "'{method: get, endpoint: ''https://h/{id}''}', '{\"id\":[1]}', endpoint",
    "'{method: get, endpoint: ''${ .x }''}', '{\"x\":7}', endpoint",
    "'{method: get, endpoint: ''${ .x }''}', '{\"x\":\"file:///etc/passwd\"}', endpoint",
    "'{method: get, endpoint: ''${ .x }''}', '{\"x\":\"https://ann:pw@h/\"}', endpoint",
    "'{method: get, endpoint: ''${ .x }''}', '{\"x\":\"https://h/\\r\\nX: y\"}', endpoint",
    "'{method: get, endpoint: ''${ .x }''}', '{\"x\":\"https://h:99999/\"}', endpoint",
    "'{method: ''${ .x }'', endpoint: ''https://h/''}', '{\"x\":\"TRACE\"}', method",
    "'{method: get, endpoint: ''https://h/'', headers: {A: ''${ .x }''}}', '{\"x\":\"a\\n"
        + "b\"}', headers",
    "'{method: get, endpoint: ''https://h/'', headers: {A: ''${ .x }''}}', '{\"x\":{}}', headers",
    "'{method: get, endpoint: ''https://h/'', headers: ''${ .x }''}', '{\"x\":{\"host\":\"a\"}}',"
        + " headers",
    "'{method: get, endpoint: ''https://h/'', headers: ''${ .x }''}', '{\"x\":{\"a\":1,\"A\":2}}',"
        + " headers",
    "'{method: get, endpoint: ''https://h/'', query: {a: ''${ .x }''}}', '{\"x\":[[1]]}', query",
    "'{method: put, endpoint: ''https://h/'', headers: {content-type: text/plain}, body: ''${ .x"
        + " }''}', '{\"x\":{}}', body",
  })
  void refusesWhatCannotBeSentAtThePartThatIsWrong(String with, String input, String part) {
    Problem problem = fault(with, input);

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.instance()).isEqualTo("/do/0/get/with/" + part);
  }

  @Test
  void boundsWhatIsSent() {
    String long9 = "x".repeat(9_000);
    assertThat(fault("{method: get, endpoint: 'https://h/{x}'}", "{\"x\":\"" + long9 + "\"}"))
        .extracting(Problem::instance)
        .isEqualTo("/do/0/get/with/endpoint");
    assertThat(
            fault(
                "{method: get, endpoint: 'https://h/', headers: {A: '${ .x }'}}",
                "{\"x\":\"" + long9 + "\"}"))
        .extracting(Problem::instance)
        .isEqualTo("/do/0/get/with/headers");
    assertThat(
            fault(
                "{method: put, endpoint: 'https://h/', body: ['${ .x }', '${ .x }']}",
                "{\"x\":\"" + "x".repeat(17_000) + "\"}"))
        .extracting(Problem::type, Problem::instance)
        .containsExactly(
            "https://open-workflow-specification.org/spec/1.0.0/errors/validation", "/do/0/get");
  }

  @Test
  void asksForTheSlotsThatItsMetadataNames() {
    Stage plain = Stage.echoing(get("{method: get, endpoint: 'https://h/'}")).play("{}");
    assertThat(plain.calls)
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.account().value()).isEqualTo("http");
              assertThat(call.scope()).isEqualTo("account");
              assertThat(call.timeoutMicros()).isEqualTo(30_000_000);
              assertThat(call.retry()).isEqualTo(Retry.NEVER);
              assertThat(call.place()).isEqualTo("/do/0/get");
            });

    Stage named =
        Stage.echoing(
                Plays.pure(
                    "do: [{get: {call: http, with: {method: get, endpoint: 'https://h/'},"
                        + " metadata: {account: shop, scope: reads, timeout: PT2S, expected:"
                        + " PT0.5S, retry: {attempts: 3, delay: PT0.1S}, team: green}}}]"))
            .play("{}");
    assertThat(named.calls)
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.account().value()).isEqualTo("shop");
              assertThat(call.scope()).isEqualTo("reads");
              assertThat(call.timeoutMicros()).isEqualTo(2_000_000);
              assertThat(call.estimateMicros()).isEqualTo(500_000);
              assertThat(call.retry()).isEqualTo(new Retry(3, 100_000, 60_000_000));
            });
  }

  /** As a function of the standard: what it is called with is its input. */
  @Test
  void givesAFunctionThatIsARequestItsArgumentsAsInput() {
    String functions =
        """
        use:
          functions:
            pet:
              call: http
              with: {method: get, endpoint: 'https://h/pets/{id}', query: {of: '${ $input.of }'}}
              metadata: {account: shop}
        """;
    Composition composition =
        Plays.pure(
            functions
                + "do: [{a: {call: pet, with: {id: '${ .n + 1 }', of: me}, export: {as: .uri}}},"
                + " {b: {set: {id: 5, of: you}}}, {c: {call: pet}}, {d: {set: {a: '${ $context }',"
                + " c: '${ .uri }'}}}]");

    Stage stage = Stage.echoing(composition).play("{\"n\":1}");

    assertThat(stage.outputJson())
        .isEqualTo("{\"a\":\"https://h/pets/2?of=me\",\"c\":\"https://h/pets/5?of=you\"}");
    assertThat(stage.calls).extracting(CallSpec::function).containsOnly("pet");
  }

  @Test
  void seesTheVariablesOfItsPlace() {
    Composition composition =
        Plays.pure(
            "do: [{all: {for: {each: pet, in: .pets}, do: [{get: {call: http, with: {method: get,"
                + " endpoint: '${ \"https://h/\\($pet)\" }', headers: {Id: '${ $workflow.id"
                + " }'}}}}]}}]");

    Stage stage = Stage.echoing(composition).play("{\"pets\":[1,2]}");

    assertThat(stage.outputJson()).contains("https://h/2").contains("\"Id\":\"i\"");
    assertThat(stage.calls).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 404, 500, 599})
  void failsWithTheStatusOfTheResponseAtItsTask(int status) {
    Composition composition =
        Plays.pure(
            String.format(
                Locale.ROOT,
                "do: [{t: {try: [{get: {call: http, with: {method: get, endpoint: 'https://h/'}}}],"
                    + " catch: {errors: {with: {type: '%s', status: %d}}, do: [{say: {set: '${"
                    + " $error }'}}]}}}]",
                COMMUNICATION,
                status));

    Stage stage =
        Plays.with(composition, call -> new Outcome.FunctionError("HTTP " + status, false, status))
            .play("{}");

    assertThat(stage.outputJson())
        .isEqualTo(
            "{\"type\":\""
                + COMMUNICATION
                + "\",\"status\":"
                + status
                + ",\"title\":\"Communication error\",\"detail\":\"get#2 (http): HTTP "
                + status
                + "\",\"instance\":\"/do/0/t/try/0/get\"}");
  }

  @Test
  void isDrawnWithWhereItGoes() {
    assertThat(Outline.of(get("{method: get, endpoint: 'https://h/pets/{id}'}")).root().nodes())
        .extracting(Outline.Node::does)
        .contains("call http h/pets/{id}");
  }
}
