package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.flow.CallSecrets.Filled;
import io.corale.model.Payload;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a call shows is made of secrets at the last moment, and is in nothing before. */
class CallSecretsTest {
  private static final String REQUEST =
      """
      document: {dsl: '1.0.3', namespace: acme, name: shelf, version: 1.0.0}
      use:
        secrets: [key, login, my-list]
        authentications: {desk: {basic: {use: login}}}
        functions:
          old:
            call: faas
            with:
              implementations:
                - {id: a, account: http, timeout: PT5S, authentication: {bearer: {token: '${ $secrets.key }'}}}
                - {id: b, account: http, timeout: PT5S}
      do:
        - shelf:
            call: http
            with:
              method: get
              endpoint: {uri: 'https://h/{n}', authentication: {use: desk}}
              headers: {Accept: text/plain, X-Key: '${ "v1 " + $secrets.key }', X-No: '${ $secrets.login.none }'}
              query: {q: 1, key: '${ $secrets["my-list"] }'}
      """;

  private static final SortedMap<String, Payload> VALUES =
      new TreeMap<>(
          Map.of(
              "key", Payload.ofJson("\"k1-zebra\""),
              "login", Payload.ofJson("{\"username\": \"ada\", \"password\": \"p-okapi\"}"),
              "my-list", Payload.ofJson("[1, \"b\"]")));

  @Test
  void theLogHasTheRequestWithoutIt() throws IOException {
    Composition composition = Stage.compiled(REQUEST);
    Stage stage = Stage.echoing(composition).play("{\"n\": 7}");

    assertThat(stage.outputJson())
        .isEqualTo(
            "{\"method\":\"GET\",\"uri\":\"https://h/7?q=1\",\"headers\":{\"Accept\":\"text/plain\"}}");
  }

  @Test
  void isFilledInFromTheSecretsItNames() {
    CallSecrets secrets = ofTheRequest();
    assertThat(secrets.names()).containsExactly("key", "login", "my-list");

    Filled.Shown shown = (Filled.Shown) secrets.fill(VALUES, Payload.NULL);

    assertThat(shown.scheme()).isEqualTo("basic");
    assertThat(shown.properties()).hasToString("{\"username\":\"ada\",\"password\":\"p-okapi\"}");
    assertThat(shown.headers()).hasToString("{X-Key=v1 k1-zebra}");
    assertThat(shown.query()).hasToString("{key=[1, b]}");
    assertThat(shown + " " + secrets).doesNotContain("zebra", "okapi");
  }

  @Test
  void theLogHasWhatIsDataAndTheRestJoinsItAtLast() throws IOException {
    Composition composition =
        Stage.compiled(
            """
            document: {dsl: '1.0.3', namespace: acme, name: shelf, version: 1.0.0}
            use: {secrets: [key]}
            do:
              - each:
                  for: {each: desk, in: .desks}
                  do:
                    - shelf:
                        call: http
                        with:
                          method: get
                          endpoint:
                            uri: https://h/{n}
                            authentication:
                              oauth2:
                                authority: https://sign-in.example
                                grant: client_credentials
                                client: {id: '${ $desk }', secret: '${ $secrets.key }'}
                                scopes: ['${ .scope }', read]
            """);
    Stage stage = Stage.echoing(composition).play("{\"desks\": [\"d7\"], \"scope\": \"s1\"}");

    assertThat(stage.outputJson())
        .isEqualTo(
            "{\"method\":\"GET\",\"uri\":\"https://h/\",\"authentication\":"
                + "{\"client\":{\"id\":\"d7\"},\"scopes\":[\"s1\",\"read\"]}}");

    CallSecrets secrets = of(composition);
    assertThat(secrets.names()).containsExactly("key");
    Filled.Shown shown = (Filled.Shown) secrets.fill(VALUES, Payload.ofJson(stage.outputJson()));
    assertThat(shown.properties().path("client"))
        .hasToString("{\"secret\":\"k1-zebra\",\"id\":\"d7\"}");
    assertThat(shown.properties().path("scopes")).hasToString("[\"s1\",\"read\"]");
    assertThat(shown.properties().path("grant")).hasToString("\"client_credentials\"");
  }

  @Test
  void anOperationIsShownWhatTheTaskIsGivenAndNotItsParameters() throws IOException {
    Composition composition =
        Stage.compiled(
            """
            document: {dsl: '1.0.3', namespace: acme, name: shelf, version: 1.0.0}
            do:
              - shelf:
                  call: openapi
                  with:
                    document:
                      endpoint: https://h/api.json
                      content: {openapi: 3.0.4, servers: [{url: /v3}], paths: {/p: {get: {operationId: find}}}}
                    operationId: find
                    authentication: {bearer: {token: '${ .pass }'}}
            """);

    assertThat(Stage.echoing(composition).play("{\"pass\": \"t0\"}").outputJson())
        .contains("\"authentication\":{\"token\":\"t0\"}");
  }

  @Test
  void saysWhereASecretDoesNotFitAndNeverWhatItSays() {
    for (List<String> row :
        List.of(
            List.of("key", "{\"a\": \"zebra\"}", "the expression of the header 'X-Key' fails"),
            List.of("key", "\"zebra\\n\"", "the header 'X-Key' gets of its secrets what is no"),
            List.of("key", "\"" + "z".repeat(6_001) + "\"", "the header 'X-Key' gets"),
            List.of("my-list", "[[\"zebra\"]]", "the query parameter 'key' gets"),
            List.of("login", "\"zebra\"", "the expression of the header 'X-No' fails"))) {
      SortedMap<String, Payload> values = new TreeMap<>(VALUES);
      values.put(row.get(0), Payload.ofJson(row.get(1)));

      assertThat(ofTheRequest().fill(values, Payload.NULL).toString())
          .startsWith("Unfit")
          .doesNotContain("zebra", "zzzz")
          .satisfiesAnyOf(
              text -> assertThat(text).contains(row.get(2)),
              text -> assertThat(text).contains("the secret 'login' must be an object"));
    }
  }

  @Test
  void anImplementationMayHaveAnAuthentication() {
    FunctionSpec function = Objects.requireNonNull(Stage.compiled(REQUEST).functions().get("old"));

    assertThat(function.secrets("a").names()).containsExactly("key");
    assertThat(function.secrets("b").isEmpty()).isTrue();
  }

  private static CallSecrets ofTheRequest() {
    return of(Stage.compiled(REQUEST));
  }

  private static CallSecrets of(Composition composition) {
    return composition.functions().values().stream()
        .filter(FunctionSpec::isRequest)
        .findFirst()
        .orElseThrow()
        .secrets("http");
  }
}
