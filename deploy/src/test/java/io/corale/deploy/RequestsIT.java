package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Payload;
import io.corale.model.SecretName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code call: http} of a published composition reaches a web service, from a node's process. */
final class RequestsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ASKED = Collections.synchronizedList(new ArrayList<>());

  private static final String COMPOSITION =
      """
      document: {dsl: '1.0.3', namespace: acme, name: pets, version: 1.0.0}
      use:
        functions:
          pet:
            call: http
            with: {method: get, endpoint: '${ "\\(.base)/pets/\\(.id)" }'}
            metadata: {timeout: PT5S}
      do:
        - all:
            for: {each: id, in: .ids}
            do:
              - one:
                  try: [{ask: {call: pet, with: {base: '${ $input.base }', id: '${ $id }'}}}]
                  catch:
                    errors: {with: {status: 404}}
                    do: [{none: {set: {name: '${ $error.instance }'}}}]
                  export: {as: '($context // []) + [.name]'}
                  output: {as: '{base: $input.base, name}'}
        - moved:
            call: http
            with: {method: post, endpoint: '${ .base + "/old" }', body: {a: 1}, redirect: true, output: response}
            metadata: {timeout: PT5S}
            output: {as: '{names: $context, status: .statusCode, type: .headers["Content-Type"], at: .request.uri, name: .content.name}'}
      """;

  @TempDir static Path directory;

  private static LocalCluster cluster;
  private static HttpServer web;

  @BeforeAll
  static void start() throws Exception {
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext("/", RequestsIT::answer);
    web.start();
    cluster =
        LocalCluster.start(
            new LocalCluster.Plan(directory, 1, "http: {privateTargets: [127.0.0.1]}\n"));
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    ASKED.add(exchange.getRequestMethod() + " " + path);
    if (path.equals("/old")) {
      exchange.getResponseHeaders().add("Location", "/pets/7");
    }
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    int status = path.equals("/old") ? 303 : path.equals("/pets/7") ? 200 : 404;
    byte[] body = (status == 200 ? "{\"name\":\"Rex\"}" : "{}").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @AfterAll
  static void stop() {
    cluster.close();
    web.stop(0);
  }

  @Test
  void asksAWebServiceAndTellsItsErrorsApart() throws Exception {
    String base = "http://127.0.0.1:" + web.getAddress().getPort();
    try (Client owner = cluster.client("acme").build()) {
      Owners.enter(owner, Owners.account("http", "http", 2));
      Owners.publish(owner, COMPOSITION);

      ClientOutcome outcome =
          owner
              .start("pets", Payload.ofJson("{\"base\":\"" + base + "\",\"ids\":[7,8]}"))
              .result()
              .get(60, TimeUnit.SECONDS);

      assertThat(outcome).isInstanceOf(ClientOutcome.Completed.class);
      assertThat(json(((ClientOutcome.Completed) outcome).output().json()))
          .isEqualTo(
              json(
                  "{\"names\":[\"Rex\",\"/do/0/all/do/0/one/try/0/ask\"],\"status\":200,"
                      + "\"type\":\"application/json\",\"at\":\""
                      + base
                      + "/old\",\"name\":\"Rex\"}"));
      assertThat(ASKED).containsExactly("GET /pets/7", "GET /pets/8", "POST /old", "GET /pets/7");
    }
  }

  /** The example, at services that send away whoever does not prove who he is. */
  @Test
  void provesWhoAsksByAChallengeAndByTokens() throws Exception {
    try (GuardedLibrary library = GuardedLibrary.open();
        Client owner = cluster.client("reader").build()) {
      Owners.enter(owner, Owners.account("cheap", "http", 2));
      put(owner, "deskLogin", "{\"username\": \"ada\", \"password\": \"p4ss\"}");
      put(owner, "deskKey", "\"k3y\"");
      String source =
          Files.readString(Path.of("..", "examples", "identity.yaml"))
              .replaceAll("https://[a-z-]+\\.example", library.url());
      Owners.publish(owner, source);

      for (int i = 0; i < 2; i++) {
        assertThat(owner.start("identity", Payload.NULL).result().get(60, TimeUnit.SECONDS))
            .isEqualTo(
                new ClientOutcome.Completed(
                    Payload.ofJson(
                        "{\"rooms\":\"/rooms\",\"shelves\":\"/shelves\",\"loans\":\"/loans\",\"fines\":\"/fines\"}")));
      }

      assertThat(library.tokensGiven()).as("tokens for two runs").isEqualTo(2);
    }
  }

  private static void put(Client owner, String secret, String value) throws Exception {
    Owners.given(owner.putSecret(new SecretName(secret), Payload.ofJson(value)).get());
  }

  private static JsonNode json(String text) throws IOException {
    return JSON.readTree(text);
  }
}
