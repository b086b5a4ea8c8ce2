package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.client.StartOptions;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Account;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import io.corale.wire.netty.Connections;
import io.corale.wire.netty.Introduction;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Rule 33: values of up to 8 MiB, on processes with a heap of 256 MiB. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LargeValuesIT {
  private static final long PATIENCE_SECONDS = 120;
  private static final int FLOOD = 50;
  private static final int SLOTS = 12;
  private static final int SMALL_BESIDE = 40;
  private static final Duration FLOOD_RETRY = Duration.ofSeconds(10);

  /** With heaps so small a leader may be silent for a second. */
  private static final String CONFIG =
      """
      raft.electionMin: PT2S
      raft.electionMax: PT4S
      http: {privateTargets: [127.0.0.1]}
      """;

  private static final String RELAY =
      """
      document: {dsl: '1.0.3', namespace: acme, name: relay, version: 1.0.0}
      use:
        functions:
          echo:
            call: faas
            with:
              retry: {attempts: 10, delay: PT0.2S}
              implementations:
                - {id: web, account: web, timeout: PT20S, path: /echo}
      do:
        - one: {call: echo}
        - two: {call: echo}
        - three: {call: echo}
      """;
  private static final String TAKE =
      """
      document: {dsl: '1.0.3', namespace: acme, name: take, version: 1.0.0}
      do:
        - done: {set: {ok: true}}
      """;

  private static final ConcurrentLinkedQueue<String> KEYS = new ConcurrentLinkedQueue<>();

  @TempDir static Path directory;

  private static Optional<LocalCluster> cluster = Optional.empty();
  private static Optional<HttpServer> web = Optional.empty();
  private static Optional<Client> client = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", LargeValuesIT::echo);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
    web = Optional.of(server);
    LocalCluster started = LocalCluster.start(new LocalCluster.Plan(directory, 3, CONFIG));
    cluster = Optional.of(started);
    Client acme = started.client("acme").build();
    client = Optional.of(acme);
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    Owners.enter(acme, retryingAtOnce(Owners.account("web", "http", SLOTS, "url", url)));
    Owners.publish(acme, RELAY);
    Owners.publish(acme, TAKE);
  }

  /** So that a lost superpeer costs the test no fence. */
  private static Account retryingAtOnce(Account account) {
    return new Account(
        account.id(),
        account.provider(),
        account.version(),
        account.policy(),
        new TreeMap<>(account.settings()),
        account.scopes(),
        true);
  }

  private static void echo(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    KEYS.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @AfterAll
  static void stop() {
    client.ifPresent(Client::close);
    cluster.ifPresent(LocalCluster::close);
    web.ifPresent(server -> server.stop(0));
  }

  @Test
  @Order(1)
  void aDocumentOfEightMegabytesComesBackByteForByteAfterThreeCalls() throws Exception {
    Payload document = document(1, Payload.MAX_BYTES);

    ClientOutcome outcome = end(client.orElseThrow().start("relay", document));

    assertThat(outcome).isEqualTo(new ClientOutcome.Completed(document));
    assertThat(KEYS).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  @Order(2)
  void oneByteMoreIsTooLargeHereAndAtTheDoor() throws Exception {
    Payload document = document(2, Payload.MAX_BYTES + 1);

    ClientOutcome here = end(client.orElseThrow().start("relay", document));
    Door.Response there = askedByHand(document);

    assertThat(here)
        .isInstanceOfSatisfying(
            ClientOutcome.Refused.class,
            no -> assertThat(no.refusal().code()).isEqualTo(Refusal.Code.TOO_LARGE));
    assertThat(there.getRefused().getMessage())
        .isEqualTo("submit.input has 8388609 bytes; the limit is 8388608");
  }

  private static Door.Response askedByHand(Payload document) throws Exception {
    LocalCluster nodes = cluster.orElseThrow();
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (Connections connections = new Connections(loops, Introduction.ofClient("test", "test"))) {
      Door.Request request =
          Door.Request.newBuilder()
              .setEnvelope(
                  Door.Envelope.newBuilder()
                      .setOwner("acme")
                      .setCredential(nodes.token())
                      .setDeadlineMillis(20_000))
              .setSubmit(
                  Door.Submit.newBuilder()
                      .setInvocation("by-hand")
                      .setComposition("take")
                      .setInput(Encode.payload(document)))
              .build();
      return connections.ask(nodes.doors().get(0), request).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  @Test
  @Order(3)
  void aFloodOfLargeValuesIsTurnedAwayAndSmallWorkGoesOn() throws Exception {
    Payload document = document(3, Payload.MAX_BYTES);
    StartOptions options = StartOptions.DEFAULTS.withRetryFor(FLOOD_RETRY);
    List<Invocation> large = new ArrayList<>();
    List<Invocation> small = new ArrayList<>();

    for (int i = 0; i < FLOOD; i++) {
      large.add(client.orElseThrow().start("take", document, options));
    }
    for (int i = 0; i < SMALL_BESIDE; i++) {
      small.add(client.orElseThrow().start("take", Payload.ofJson("{\"n\":" + i + "}")));
    }

    for (Invocation each : small) {
      assertThat(end(each)).isInstanceOf(ClientOutcome.Completed.class);
    }
    int completed = 0;
    List<ClientOutcome> others = new ArrayList<>();
    for (Invocation each : large) {
      ClientOutcome outcome = end(each);
      if (outcome instanceof ClientOutcome.Completed) {
        completed++;
        continue;
      }
      others.add(outcome);
      if (outcome instanceof ClientOutcome.Refused no) {
        // Its last attempt may have waited for room until its time was over.
        // Or a leader was silent for a collection of its garbage.
        assertThat(no.refusal().code())
            .isIn(Refusal.Code.OVERLOADED, Refusal.Code.EXPIRED, Refusal.Code.UNAVAILABLE);
      } else {
        assertThat(outcome).isInstanceOf(ClientOutcome.Unknown.class);
      }
    }
    assertThat(completed).as(others.toString()).isPositive().isLessThan(FLOOD);
    assertThat(others).anyMatch(ClientOutcome.Refused.class::isInstance);
    assertThat(sum("corale_freight_refused_total")).as("turned away at doors").isPositive();
    assertNobodyRanOutOfMemory();
  }

  private static void assertNobodyRanOutOfMemory() throws IOException {
    LocalCluster nodes = cluster.orElseThrow();
    for (int i = 0; i < nodes.doors().size(); i++) {
      assertThat(nodes.node(i).isAlive()).as("node %s lives", i).isTrue();
    }
    assertNoLogSpeaksOfMemory();
  }

  private static void assertNoLogSpeaksOfMemory() throws IOException {
    for (Path log : cluster.orElseThrow().logs().values()) {
      assertThat(Files.readString(log)).doesNotContain("OutOfMemory");
    }
  }

  @Test
  @Order(4)
  void nothingIsLostOrDoubledThoughTheSuperpeerDiesInMidUpload() throws Exception {
    KEYS.clear();
    Payload document = document(4, Payload.MAX_BYTES);
    Payload other = document(5, Payload.MAX_BYTES);
    Invocation first = client.orElseThrow().start("relay", document);
    awaitFirstCall();
    Invocation second = client.orElseThrow().start("relay", other);

    LocalCluster nodes = cluster.orElseThrow();
    String superpeer = Owners.superpeer(client.orElseThrow());
    nodes.node(nodes.indexOf(superpeer)).kill();

    assertThat(end(first)).isEqualTo(new ClientOutcome.Completed(document));
    assertThat(end(second)).isEqualTo(new ClientOutcome.Completed(other));
    assertThat(KEYS.stream().distinct()).hasSize(6);
  }

  /** More of them than a node has room for take turns. */
  @Test
  @Order(5)
  void manyLargeCallsAtOnceAllComeToTheirEnd() throws Exception {
    List<Payload> documents = new ArrayList<>();
    List<Invocation> all = new ArrayList<>();
    for (int i = 0; i < SLOTS; i++) {
      documents.add(document(100 + i, Payload.MAX_BYTES / 4));
      all.add(client.orElseThrow().start("relay", documents.get(i)));
    }
    for (int i = 0; i < SLOTS; i++) {
      assertThat(end(all.get(i))).isEqualTo(new ClientOutcome.Completed(documents.get(i)));
    }
    assertNoLogSpeaksOfMemory();
  }

  /** Whatever has come and gone. */
  @Test
  @Order(6)
  void whereNothingLargeIsUnderWayNothingIsCounted() throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    double used = sum("corale_freight_used_bytes");
    while (used > 0 && System.nanoTime() < until) {
      TimeUnit.MILLISECONDS.sleep(200);
      used = sum("corale_freight_used_bytes");
    }
    assertThat(used).isZero();
  }

  /** Of what is work, at all nodes that live. */
  private static double sum(String measure) throws Exception {
    LocalCluster nodes = cluster.orElseThrow();
    double sum = 0;
    for (int i = 0; i < nodes.doors().size(); i++) {
      if (nodes.node(i).isAlive()) {
        sum += value(nodes.doors().get(i), measure + "{what=\"work\"}");
      }
    }
    return sum;
  }

  private static double value(String door, String series) throws Exception {
    try (Client one = cluster.orElseThrow().client("acme").nodes(List.of(door)).build()) {
      return Owners.given(one.metrics().get(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .getText()
          .lines()
          .filter(line -> line.startsWith(series))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }
  }

  /** Its answer is on its way to the log then. */
  private static void awaitFirstCall() throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (KEYS.isEmpty() && System.nanoTime() < until) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(KEYS).isNotEmpty();
  }

  private static ClientOutcome end(Invocation invocation) throws Exception {
    return invocation.result().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** JSON as it is written here, of exactly so many bytes. */
  private static Payload document(long seed, int bytes) {
    Random chance = new Random(seed);
    StringBuilder text = new StringBuilder(bytes).append("{\"text\":\"");
    while (text.length() < bytes - 2) {
      text.append((char) ('a' + chance.nextInt(26)));
    }
    return Payload.ofJson(text.append("\"}").toString());
  }
}
