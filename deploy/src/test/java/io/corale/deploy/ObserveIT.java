package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.corale.client.Client;
import io.corale.client.ClientBuilder;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.client.cli.Exit;
import io.corale.client.cli.Surroundings;
import io.corale.deploy.cluster.FreePorts;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Payload;
import io.corale.model.Retention;
import io.corale.model.Right;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a node shows of itself while it works is right. One node serves all tests, in order. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ObserveIT {
  private static final int INVOCATIONS = 200;
  private static final int LIMIT = 4;
  private static final int CELLS = 20;
  private static final int SCRAPES = 10;

  private static final String COMPOSITION =
      """
      document: {dsl: '1.0.3', namespace: acme, name: one, version: 1.0.0}
      use: {functions: {f: {call: faas, with: {implementations: [{id: s, account: sim, timeout: PT5S}]}}}}
      do:
        - a: {call: f, with: {}}
      """;

  @TempDir static Path directory;

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static int port;
  private static LocalCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    port = FreePorts.find(1).get(0);
    cluster =
        LocalCluster.start(
            new LocalCluster.Plan(directory, 1, "observe: {address: 'localhost:" + port + "'}"));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  @Order(1)
  void whatRunsIsSeenWhileItRunsAndCountedWhenItHasEnded() throws Exception {
    try (Client acme = cluster.client("acme").build()) {
      // So long that a look at a busy machine, where a slot stands empty for a moment between two
      // calls, finds all of them taken.
      Owners.enter(acme, Owners.account("sim", "sim", LIMIT, "latency", "PT0.2S"));
      Owners.publish(acme, COMPOSITION);
      List<Invocation> all = new ArrayList<>();
      for (int i = 0; i < INVOCATIONS; i++) {
        all.add(acme.start("one", Payload.NULL));
      }

      double mostRunning = 0;
      double mostQueued = 0;
      while (!all.get(INVOCATIONS - 1).result().isDone()) {
        String text = metrics();
        double running = value(text, "corale_scope_running_calls", "acme");
        mostRunning = Math.max(mostRunning, running);
        mostQueued = Math.max(mostQueued, value(text, "corale_scope_queued_calls", "acme"));
        assertThat(running + value(text, "corale_scope_leased_calls", "acme"))
            .isLessThanOrEqualTo(value(text, "corale_scope_limit_calls", "acme"));
      }
      for (Invocation invocation : all) {
        assertThat(invocation.result().get(30, TimeUnit.SECONDS))
            .isInstanceOf(ClientOutcome.Completed.class);
      }

      String after = metrics();
      assertThat(mostRunning).isEqualTo(LIMIT);
      assertThat(mostQueued).isGreaterThan(0);
      assertThat(value(after, "corale_scope_limit_calls", "acme")).isEqualTo(LIMIT);
      assertThat(value(after, "corale_scope_running_calls", "acme")).isZero();
      assertThat(value(after, "corale_invocations_accepted_total", "acme")).isEqualTo(INVOCATIONS);
      assertThat(value(after, "corale_cell_receipts", "acme")).isEqualTo(INVOCATIONS);
      assertThat(after)
          .contains(
              "corale_invocations_ended_total{ending=\"completed\",owner=\"acme\"} " + INVOCATIONS,
              "corale_attempts_total{outcome=\"success\",owner=\"acme\",provider=\"sim\"} "
                  + INVOCATIONS,
              "corale_attempt_seconds_count{provider=\"sim\"} " + INVOCATIONS,
              "corale_door_requests_total{kind=\"submit\",outcome=\"ok\"} " + INVOCATIONS,
              "corale_cell_standing{cell=\"0\",owner=\"acme\",standing=\"superpeer\"} 1");
      // A chain of one call costs two commands, in no more entries than that.
      assertThat(value(after, "corale_cell_entry_commands_sum", "acme"))
          .isGreaterThanOrEqualTo(2 * INVOCATIONS);
      assertThat(value(after, "corale_cell_commit_seconds_count", "acme"))
          .isEqualTo(value(after, "corale_cell_entry_commands_count", "acme"))
          .isPositive();
      assertThat(value(after, "corale_cell_log_bytes", "acme")).isPositive();
      assertThat(plain(after, "corale_raft_log_append_seconds_count")).isPositive();
      assertThat(plain(after, "corale_raft_elections_total")).isPositive();
      assertThat(plain(after, "corale_door_received_bytes_total")).isPositive();
      assertThat(plain(after, "process_open_fds")).isPositive();
    }
  }

  /** Nothing here has lost its receipt yet, so nothing is history. */
  @Test
  @Order(7)
  void howLongWhatHasEndedIsReadableIsSaidAtTheDoor() throws Exception {
    Retention retention = new Retention(Duration.ofDays(1), 50, 1 << 20);
    try (Client acme = cluster.client("acme").build()) {
      Owners.given(acme.retain(retention).get());

      Door.RetentionReport report = Owners.given(acme.retention().get());

      assertThat(Decode.retention(report.getRetention())).isEqualTo(retention);
      assertThat(report.getKept()).isZero();
      assertThat(value(metrics(), "corale_cell_history", "acme")).isZero();
      assertThat(value(metrics(), "corale_cell_history_bytes", "acme")).isZero();
    }
  }

  @Test
  @Order(2)
  void anOperatorSeesTheSameAtTheDoorAndNobodyElseDoes() throws Exception {
    assertThat(corale(cluster.token(), "metrics", "--node", cluster.doors().get(0)).out)
        .contains("# TYPE corale_scope_limit_calls gauge")
        .containsPattern("corale_build_info\\{boot=\"[0-9]+\",");

    try (Client acme = cluster.client("acme").build()) {
      String reader = Owners.given(acme.createToken("rita", List.of(Right.READ), false).get());
      Said refused = corale(reader, "metrics");
      assertThat(refused.exit).isNotEqualTo(Exit.OK);
      assertThat(refused.err).contains("'rita' is no operator");
      assertThat(corale(reader, "top", "--once").err).contains("'rita' is no operator");
    }
  }

  @Test
  @Order(3)
  void aScrapeOfManyCellsTakesMilliseconds() throws Exception {
    for (int i = 1; i < CELLS; i++) {
      try (Client owner = cluster.client("owner-" + i).build()) {
        Owners.enter(owner, Owners.account("sim", "sim", LIMIT, "latency", "PT0S"));
        Owners.publish(owner, COMPOSITION);
        assertThat(owner.start("one", Payload.NULL).result().get(30, TimeUnit.SECONDS))
            .isInstanceOf(ClientOutcome.Completed.class);
      }
    }
    long begun = System.nanoTime();
    for (int i = 0; i < SCRAPES; i++) {
      metrics();
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);

    String text = metrics();
    double inside =
        plain(text, "corale_observe_scrape_seconds_sum")
            / plain(text, "corale_observe_scrape_seconds_count");
    System.out.printf(
        "a scrape with %d cells: %d bytes, %.1f ms at the client, %.1f ms in the node (average)%n",
        CELLS, text.length(), (double) millis / SCRAPES, inside * 1_000);
    assertThat(text.lines().filter(line -> line.startsWith("corale_cell_standing{")))
        .hasSize(CELLS);
  }

  @Test
  @Order(4)
  void topShowsEveryCellAsATableAndAsJson() {
    Said table = corale(cluster.token(), "top", "--once");
    System.out.println(table.out);

    assertThat(table.exit).as(table.err).isEqualTo(Exit.OK);
    assertThat(table.out.lines().findFirst().orElse(""))
        .matches("OWNER +CELL +SUPERPEER +ROLE +TERM .*ENTRIES/S +CMD/ENTRY +COMMIT P50 +P99");
    assertThat(table.out.lines()).hasSize(1 + CELLS);
    assertThat(table.out).containsPattern("(?m)^acme +0 +n1 +superpeer +1 +0 +0 +0 +0 +4 ");
    assertThat(corale(cluster.token(), "top", "-o", "json").out)
        .contains("\"owner\" : \"acme\"", "\"limit\" : 4", "\"commitP99Seconds\" : 0.");
  }

  @Test
  @Order(5)
  void prometheusFindsNothingToSayAgainstTheText() throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(each -> Files.isExecutable(Path.of(each, "promtool"))),
        "promtool is not installed: 'promtool check metrics' is not run");
    Path input = Files.writeString(directory.resolve("metrics.txt"), metrics());

    Process promtool =
        new ProcessBuilder("promtool", "check", "metrics")
            .redirectInput(input.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(promtool.waitFor()).as(said).isZero();
    assertThat(said).isEmpty();
  }

  @Test
  @Order(6)
  void onlyGetAndHeadOfKnownPathsAreAnswered() throws Exception {
    assertThat(ask("GET", "/").statusCode()).isEqualTo(404);
    assertThat(ask("GET", "/metrics/x").statusCode()).isEqualTo(404);
    assertThat(ask("POST", "/metrics").statusCode()).isEqualTo(405);
    assertThat(ask("POST", "/metrics", "x".repeat(5_000)).statusCode()).isEqualTo(413);
    HttpResponse<String> head = ask("HEAD", "/metrics");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(ask("GET", "/health/ready").body())
        .isEqualTo("{\"status\":\"ok\",\"reasons\":[]}\n");
    assertThat(ask("GET", "/metrics").headers().firstValue("content-type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
  }

  private static HttpResponse<String> ask(String method, String path) throws Exception {
    return ask(method, path, "");
  }

  private static HttpResponse<String> ask(String method, String path, String body)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String metrics() throws Exception {
    HttpResponse<String> response = ask("GET", "/metrics");
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  /** Of the one series of an owner; 0 where there is none yet. */
  private static double value(String text, String metric, String owner) {
    return first(text, Pattern.quote(metric) + "\\{[^}]*owner=\"" + owner + "\"[^}]*} (\\S+)");
  }

  private static double plain(String text, String metric) {
    return first(text, Pattern.quote(metric) + " (\\S+)");
  }

  private static double first(String text, String line) {
    Matcher matcher = Pattern.compile("(?m)^" + line + "$").matcher(text);
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
  }

  /** What a command said and how it ended. */
  private record Said(int exit, String out, String err) {}

  private static Said corale(String token, String... arguments) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("CORALE_NODES", cluster.doors().get(0));
    environment.put("CORALE_TOKEN", token);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine corale =
        Corale.commandLine(
            new Surroundings(
                environment,
                InputStream.nullInputStream(),
                false,
                question -> Optional.empty(),
                ClientBuilder::build));
    corale.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exit = corale.execute(arguments);
    return new Said(exit, out.toString(), err.toString());
  }
}
