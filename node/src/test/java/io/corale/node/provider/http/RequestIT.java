package io.corale.node.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.node.outward.http.FarSide;
import io.corale.node.outward.http.LateSockets;
import io.corale.node.provider.Calls;
import io.corale.node.provider.Hold;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderSettings;
import io.corale.node.provider.SendGuard;
import io.corale.wire.Freight;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests of compositions, over real sockets. */
class RequestIT {
  private static final String JSON = "Content-Type: application/json\r\n";

  private final Provider provider = open(List.of("127.0.0.1"));

  @AfterEach
  void close() {
    provider.close();
  }

  @Test
  void sendsWhatTheCompositionAskedFor() throws Exception {
    try (FarSide far = always(FarSide.response("200 OK", JSON, "{\"ok\":true}"))) {
      Outcome outcome =
          ask(
              far,
              "\"method\":\"PATCH\",\"uri\":\"URL/pets/7?all=true\",\"headers\":{\"X-Trace\":\"t\"},"
                  + "\"body\":{\"name\":\"R\u00e9x\"}");

      assertThat(outcome).isEqualTo(new Outcome.Success(Payload.ofJson("{\"ok\":true}")));
      FarSide.Request request = far.requests.get(0);
      assertThat(request.head()).startsWith("PATCH /pets/7?all=true HTTP/1.1\r\n");
      assertThat(request.body()).isEqualTo("{\"name\":\"R\u00e9x\"}");
      assertThat(request.header("Content-Type")).isEqualTo("application/json");
      assertThat(request.header("X-Trace")).isEqualTo("t");
      assertThat(request.header("Idempotency-Key")).isEqualTo("inv/3");
      assertThat(request.header("Corale-Attempt")).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, 0",
    "DELETE, 0",
    "OPTIONS, 0",
    "PAT, 0",
  })
  void sendsNoBodyWhereThereIsNone(String method, int length) throws Exception {
    try (FarSide far = always(FarSide.response("204 No Content", "", ""))) {
      assertThat(ask(far, "\"method\":\"" + method + "\",\"uri\":\"URL\""))
          .isEqualTo(new Outcome.Success(Payload.NULL));

      assertThat(far.requests.get(0).head()).startsWith(method + " / ");
      assertThat(far.requests.get(0).header("Content-Length")).isEmpty();
      assertThat(far.requests.get(0).header("Content-Type")).isEmpty();
      assertThat(far.requests.get(0).body()).hasSize(length);
    }
  }

  @Test
  void sendsTextAndFormsByTheirTypes() throws Exception {
    try (FarSide far = always(FarSide.response("204 No Content", "", ""))) {
      String post = "\"method\":\"POST\",\"uri\":\"URL\",\"headers\":{\"content-type\":";
      ask(far, post + "\"text/plain\"},\"body\":\"hi \\\"you\\\"\"");
      ask(
          far,
          post
              + "\"application/x-www-form-urlencoded\"},\"body\":{\"a\":\"1"
              + " 2\",\"b\":[\"x\",\"&\"]}");

      assertThat(far.requests)
          .extracting(FarSide.Request::body)
          .containsExactly("hi \"you\"", "a=1+2&b=x&b=%26");
    }
  }

  @Test
  void givesTheContentByItsType() throws Exception {
    assertThat(content("application/problem+json; charset=utf-8", "{\"a\":1}"))
        .isEqualTo("{\"a\":1}");
    assertThat(content("text/plain", "say \"hi\"")).isEqualTo("\"say \\\"hi\\\"\"");
    assertThat(content("application/xml", "<a/>")).isEqualTo("\"<a/>\"");
    assertThat(content("", "plain")).isEqualTo("\"plain\"");
    assertThat(content("application/octet-stream", "abc")).isEqualTo("\"YWJj\"");
    assertThat(content("application/json\r\nContent-Encoding: br", "abc")).isEqualTo("\"YWJj\"");
    assertThat(content("application/json", "")).isEqualTo("null");
  }

  private String content(String type, String body) throws Exception {
    String header = type.isEmpty() ? "" : "Content-Type: " + type + "\r\n";
    try (FarSide far = always(FarSide.response("200 OK", header, body))) {
      return json(ask(far, "\"method\":\"GET\",\"uri\":\"URL\""));
    }
  }

  @Test
  void doesNotTakeBrokenJsonForContent() throws Exception {
    try (FarSide far = always(FarSide.response("200 OK", JSON, "1,\"statusCode\":500"))) {
      for (String output : List.of("content", "response")) {
        assertThat(ask(far, "\"method\":\"GET\",\"uri\":\"URL\",\"output\":\"" + output + "\""))
            .isInstanceOfSatisfying(
                Outcome.FunctionError.class,
                error -> assertThat(error.detail()).contains("not JSON"));
      }
      assertThat(json(ask(far, "\"method\":\"GET\",\"uri\":\"URL\",\"output\":\"raw\"")))
          .isEqualTo("\"MSwic3RhdHVzQ29kZSI6NTAw\"");
    }
  }

  @Test
  void givesTheWholeResponse() throws Exception {
    try (FarSide far =
        always(FarSide.response("201 Created", JSON + "x-one: a\r\nX-ONE: b\r\n", "[1]"))) {
      assertThat(
              json(
                  ask(
                      far,
                      "\"method\":\"GET\",\"uri\":\"URL/p\",\"headers\":{\"A\":\"b\"},\"output\":\"response\"")))
          .isEqualTo(
              "{\"request\":{\"method\":\"GET\",\"uri\":\""
                  + far.url()
                  + "/p\",\"headers\":{\"A\":\"b\"}},\"statusCode\":201,\"headers\":{\"Content-Length\":\"3\",\"Content-Type\":\"application/json\",\"X-One\":\"a,"
                  + " b\"},\"content\":[1]}");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "404 Not Found, false, 404",
    "302 Found, false, 302",
    "304 Not Modified, false, 304",
    "500 Internal Server Error, true, 500",
    "501 Not Implemented, true, 501"
  })
  void tellsTheStatusOfAnError(String line, boolean isRetryable, int status) throws Exception {
    try (FarSide far = always(FarSide.response(line, "", ""))) {
      assertThat(ask(far, "\"method\":\"GET\",\"uri\":\"URL\""))
          .isEqualTo(new Outcome.FunctionError("HTTP " + status + ": ", isRetryable, status));
    }
  }

  /** Rule 13: what is behind a gateway may go on. */
  @ParameterizedTest
  @CsvSource({"502 Bad Gateway, 502", "503 Service Unavailable, 503", "504 Gateway Timeout, 504"})
  void doesNotTakeAGatewaysTroubleForTheEnd(String line, int status) throws Exception {
    try (FarSide far = always(FarSide.response(line, "", "slow"))) {
      assertThat(ask(far, "\"method\":\"GET\",\"uri\":\"URL\""))
          .isEqualTo(new Outcome.Unavailable("HTTP " + status + ": slow", true, status));
    }
  }

  @Test
  void waitsAsLongAsAServerAsks() throws Exception {
    try (FarSide far =
        always(FarSide.response("503 Service Unavailable", "Retry-After: 3\r\n", ""))) {
      assertThat(ask(far, "\"method\":\"GET\",\"uri\":\"URL\""))
          .isEqualTo(Outcome.Throttled.byProvider(Duration.ofSeconds(3)));
    }
  }

  @Test
  void followsAReplyThatPointsElsewhere() throws Exception {
    try (FarSide far =
        new FarSide(
            request ->
                request.head().contains(" /end ")
                    ? FarSide.response("200 OK", JSON, "1")
                    : FarSide.response("303 See Other", "Location: /end\r\n", ""))) {
      assertThat(
              ask(
                  far,
                  "\"method\":\"POST\",\"uri\":\"URL/begin\",\"body\":{\"a\":1},\"redirect\":true"))
          .isEqualTo(new Outcome.Success(Payload.ofJson("1")));

      assertThat(far.requests)
          .extracting(FarSide.Request::head)
          .satisfiesExactly(
              first -> assertThat(first).startsWith("POST /begin "),
              second -> assertThat(second).startsWith("GET /end "));
      assertThat(far.requests.get(1).header("Idempotency-Key")).isEqualTo("inv/3");
    }
  }

  /** The rules on private targets hold wherever a reply may point to. */
  @Test
  void doesNotFollowToAPrivateTarget() throws Exception {
    try (FarSide hidden = always(FarSide.response("200 OK", JSON, "1"));
        FarSide far =
            always(
                FarSide.response(
                    "302 Found",
                    "Location: " + hidden.url().replace("127.0.0.1", "127.0.0.2") + "\r\n",
                    ""))) {
      assertThat(ask(far, "\"method\":\"GET\",\"uri\":\"URL\",\"redirect\":true"))
          .isInstanceOfSatisfying(
              Outcome.FunctionError.class,
              error -> assertThat(error.detail()).contains("http.privateTargets"));
      assertThat(hidden.connections).hasValue(0);
    }
  }

  /** Rule 10: whoever is no superpeer any more sends no further message either. */
  @Test
  void asksTheGuardBeforeEachMessage() throws Exception {
    SendGuard once =
        new SendGuard() {
          @Override
          public boolean permits() {
            return true;
          }

          @Override
          public boolean permitsMore() {
            return false;
          }
        };
    try (FarSide far = always(FarSide.response("307 Moved", "Location: /next\r\n", ""))) {
      assertThat(
              provider
                  .call(
                      asking(far, "\"method\":\"GET\",\"uri\":\"URL\",\"redirect\":true")
                          .guardedBy(once)
                          .call())
                  .get(30, TimeUnit.SECONDS))
          .isEqualTo(
              new Outcome.FunctionError(
                  "where the answer pointed to: the send guard said no", true));
      assertThat(far.requests).hasSize(1);
    }
  }

  /** What was asked for has been done: only the author's own retry may have it done again. */
  @Test
  void doesNotSayOfWhatPointedElsewhereThatNothingWasDone() throws Exception {
    String nowhere;
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nowhere = "http://127.0.0.1:" + gone.getLocalPort() + "/";
    }
    for (String location : List.of(nowhere, "/busy")) {
      try (FarSide far =
          new FarSide(
              request ->
                  request.head().contains(" /busy ")
                      ? FarSide.response("429 Too Many Requests", "", "")
                      : FarSide.response("303 See Other", "Location: " + location + "\r\n", ""))) {
        assertThat(ask(far, "\"method\":\"POST\",\"uri\":\"URL/begin\",\"redirect\":true"))
            .isInstanceOfSatisfying(
                Outcome.FunctionError.class,
                error -> {
                  assertThat(error.retryable()).isTrue();
                  assertThat(error.status()).isEqualTo(location.equals("/busy") ? 429 : 0);
                });
      }
    }
  }

  @Test
  void leavesACircle() throws Exception {
    try (FarSide far = always(FarSide.response("302 Found", "Location: /again\r\n", ""))) {
      assertThat(ask(far, "\"method\":\"GET\",\"uri\":\"URL\",\"redirect\":true"))
          .isInstanceOfSatisfying(
              Outcome.FunctionError.class,
              error -> {
                assertThat(error.detail()).contains("more than 5 times");
                assertThat(error.status()).isEqualTo(302);
              });
      assertThat(far.requests).hasSize(Redirects.MAX_MESSAGES);
    }
  }

  /** All messages of an attempt have its time together. */
  @Test
  void endsTheWaitForALaterMessageAsWell() throws Exception {
    try (FarSide far =
        new FarSide(
            request ->
                request.head().contains(" /hang ")
                    ? Optional.empty()
                    : FarSide.response("302 Found", "Location: /hang\r\n", ""))) {
      Calls calls =
          asking(far, "\"method\":\"GET\",\"uri\":\"URL\",\"redirect\":true")
              .within(Duration.ofMillis(300));
      assertThat(provider.call(calls.call()).get(30, TimeUnit.SECONDS))
          .isEqualTo(new Outcome.TimedOut(true));
    }
  }

  /** A body may be announced for a HEAD, and never comes. */
  @Test
  void waitsForNoBodyOfAHead() throws Exception {
    try (FarSide far = always(Optional.of("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"))) {
      assertThat(ask(far, "\"method\":\"HEAD\",\"uri\":\"URL\""))
          .isEqualTo(new Outcome.Success(Payload.NULL));
    }
  }

  @Test
  void refusesWhatIsNoRequest() throws Exception {
    for (String json :
        List.of("7", "{}", "{\"uri\":\"ftp://h\"}", "{\"uri\":\"http://a@h\"}", "{")) {
      assertThat(
              provider
                  .call(Calls.at("http", Map.of()).asking(json).call())
                  .get(30, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              Outcome.FunctionError.class, error -> assertThat(error.retryable()).isFalse());
    }
  }

  /** Whoever made the request: nothing in it becomes another header, or another request. */
  @Test
  void sendsNoHeaderThatEndsItsLine() throws Exception {
    try (FarSide far = always(FarSide.response("200 OK", JSON, "1"))) {
      assertThat(
              ask(
                  far,
                  "\"method\":\"GET\",\"uri\":\"URL\",\"headers\":{\"A\":\"b\\r\\nHost: evil\"}"))
          .isInstanceOf(Outcome.FunctionError.class);
      assertThat(ask(far, "\"method\":\"G\\r\\nET\",\"uri\":\"URL\""))
          .isInstanceOf(Outcome.FunctionError.class);
      assertThat(far.requests).isEmpty();
      assertThat(ask(far, "\"method\":\"GET\",\"uri\":\"URL\""))
          .isInstanceOf(Outcome.Success.class);
    }
  }

  /** A busy server, and an answer that is read where nobody else waits for that. */
  @Test
  void sendsAndReadsWhatIsLarge() throws Exception {
    String large = "\"" + "x".repeat(4 * 1024 * 1024) + "\"";
    List<Long> read = new CopyOnWriteArrayList<>();
    Hold hold =
        new Hold(
            Freight.unbounded(),
            new OwnerId("asker"),
            (bytes, task) -> {
              read.add(bytes);
              new Thread(task, "reader").start();
            });
    try (FarSide far =
        new FarSide(
            request -> FarSide.response("200 OK", JSON, request.body()), new LateSockets(2_500))) {
      Calls request =
          asking(far, "\"method\":\"POST\",\"uri\":\"URL\",\"body\":" + large)
              .within(Duration.ofSeconds(20))
              .holding(hold);

      Outcome outcome = provider.call(request.call()).get(20, TimeUnit.SECONDS);

      assertThat(outcome).isEqualTo(new Outcome.Success(Payload.ofJson(large)));
      assertThat(read).containsExactly((long) large.length());
    }
  }

  private Outcome ask(FarSide far, String request) throws Exception {
    return provider.call(asking(far, request).call()).get(30, TimeUnit.SECONDS);
  }

  private static Calls asking(FarSide far, String request) {
    return Calls.at("http", Map.of()).asking("{" + request.replace("URL", far.url()) + "}");
  }

  private static String json(Outcome outcome) {
    return ((Outcome.Success) outcome).result().json();
  }

  private static FarSide always(Optional<String> answer) throws IOException {
    Function<FarSide.Request, Optional<String>> answers = request -> answer;
    return new FarSide(answers);
  }

  private static Provider open(List<String> privateTargets) {
    return new HttpProviderFactory()
        .open(new ProviderSettings(privateTargets, "", new TreeMap<>(), List.of()));
  }
}
