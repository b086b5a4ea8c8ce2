package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.client.StartOptions;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.model.SecretName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A secret reaches the server that it is for, and no byte of it any file of the cluster: not the
 * log of a cell nor its snapshot, not the registry, not what the nodes write for people.
 */
class SecretsIT {
  private static final SecretName KEY = new SecretName("deskKey");
  private static final SecretName LOGIN = new SecretName("deskLogin");
  private static final String KEY_VALUE = "Kq7-zebra-Kq7";
  private static final String PASSWORD = "Pw9-okapi-Pw9";

  /** What is not secret is found, so that the search for what is secret is worth something. */
  private static final String PLAIN_VALUE = "Pl3-otter-Pl3";

  private static final String BADGE = "Bd5-heron-Bd5";

  /** Enough of them that the cell takes a snapshot. */
  private static final int RUNS = 70;

  @TempDir private Path directory;

  private final List<String> shown = new CopyOnWriteArrayList<>();

  @Test
  void aSecretIsShownAndKeptNowhere() throws Exception {
    HttpServer desk = desk();
    try (LocalCluster cluster =
            LocalCluster.start(
                new LocalCluster.Plan(
                    directory,
                    1,
                    "http: {privateTargets: [127.0.0.1]}\nsnapshot: {entries: 100}"));
        Client client = cluster.client("acme").build()) {
      Owners.enter(client, Owners.account("http", "http", 4));
      put(client, KEY, "\"" + KEY_VALUE + "\"");
      put(client, LOGIN, "{\"username\": \"ada\", \"password\": \"" + PASSWORD + "\"}");
      Owners.publish(client, composition(desk.getAddress().getPort()));

      // when it is shown many times, also by a node that has read nothing but its disk
      for (int i = 0; i < RUNS; i++) {
        assertThat(run(client, "i" + i)).isInstanceOf(ClientOutcome.Completed.class);
      }
      cluster.node(0).kill();
      cluster.restart(0);
      assertThat(run(client, "after")).isInstanceOf(ClientOutcome.Completed.class);

      // then
      assertThat(shown).containsOnly("desk-" + KEY_VALUE + " Basic " + basic());
      assertThat(shown).hasSizeGreaterThanOrEqualTo(RUNS + 1);
      assertThat(paths()).anyMatch(path -> path.toString().contains("snapshot"));
      assertThat(Owners.given(client.trace(new InvocationId("after")).get()))
          .asString()
          .doesNotContain(KEY_VALUE, PASSWORD, basic());
      assertNoFileHas(KEY_VALUE, PASSWORD, basic());
      assertThat(paths()).anyMatch(path -> has(path, PLAIN_VALUE));

      // and what an authentication takes from data is where the data is
      Owners.publish(client, badge(desk.getAddress().getPort()));
      Payload input = Payload.ofJson("{\"badge\": \"" + BADGE + "\"}");
      Invocation shownOnce = client.start("badge", input, StartOptions.DEFAULTS.withId("badge"));
      assertThat(shownOnce.result().get(60, TimeUnit.SECONDS))
          .isInstanceOf(ClientOutcome.Completed.class);
      assertThat(shown).contains("null Bearer " + BADGE);
      assertThat(paths()).anyMatch(path -> has(path, BADGE));

      // and when it is removed, the call says so and does not go out
      Owners.given(client.removeSecret(KEY).get());
      int before = shown.size();
      Problem problem = fault(run(client, "without"));
      assertThat(problem.type()).endsWith("/authorization");
      assertThat(problem.detail()).contains("owner 'acme' has no secret 'deskKey'");
      assertThat(problem.instance()).isEqualTo("/do/0/shelf");
      assertThat(shown).hasSize(before);
      assertThat(Owners.given(client.listSecrets().get()).getSecretsList())
          .extracting(secret -> secret.getName() + " " + secret.getVersion())
          .containsExactly("deskLogin 1");
    } finally {
      desk.stop(0);
    }
    assertNoFileHas(KEY_VALUE, PASSWORD, basic());
  }

  private HttpServer desk() throws IOException {
    HttpServer desk =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    desk.createContext(
        "/",
        exchange -> {
          shown.add(
              exchange.getRequestHeaders().getFirst("X-Desk")
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] body = "[1]".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    desk.start();
    return desk;
  }

  private static String composition(int port) {
    return """
    document: {dsl: '1.0.3', namespace: acme, name: shelf, version: 1.0.0}
    use:
      secrets: [deskKey, deskLogin]
      authentications: {desk: {basic: {use: deskLogin}}}
    do:
      - shelf:
          call: http
          with:
            method: get
            endpoint: {uri: 'http://127.0.0.1:%d/shelves', authentication: {use: desk}}
            headers: {X-Desk: '${ "desk-" + $secrets.deskKey }', X-Plain: '${ "Pl3-" + "otter-Pl3" }'}
    """
        .formatted(port);
  }

  private static String badge(int port) {
    return """
    document: {dsl: '1.0.3', namespace: acme, name: badge, version: 1.0.0}
    do:
      - shelf:
          call: http
          with:
            method: get
            endpoint: {uri: 'http://127.0.0.1:%d/', authentication: {bearer: {token: '${ .badge }'}}}
    """
        .formatted(port);
  }

  private static void put(Client client, SecretName name, String json) throws Exception {
    assertThat(
            Owners.given(client.putSecret(name, Payload.ofJson(json)).get())
                .getSecrets(0)
                .getVersion())
        .isEqualTo(1);
    assertThat(
            Owners.given(client.putSecret(name, Payload.ofJson(json)).get())
                .getSecrets(0)
                .getVersion())
        .as("the same again is no change")
        .isEqualTo(1);
  }

  private static ClientOutcome run(Client client, String id) throws Exception {
    Invocation invocation = client.start("shelf", Payload.NULL, StartOptions.DEFAULTS.withId(id));
    return invocation.result().get(60, TimeUnit.SECONDS);
  }

  private static Problem fault(ClientOutcome outcome) {
    return ((ClientOutcome.Faulted) outcome).problem();
  }

  private static String basic() {
    return Base64.getEncoder().encodeToString(("ada:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
  }

  private List<Path> paths() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private void assertNoFileHas(String... words) throws IOException {
    for (Path path : paths()) {
      assertThat(Stream.of(words).filter(word -> has(path, word))).as(path.toString()).isEmpty();
    }
  }

  private static boolean has(Path path, String word) {
    try {
      return Files.readString(path, StandardCharsets.ISO_8859_1).contains(word);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
