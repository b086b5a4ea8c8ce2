package io.corale.node.provider.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.outward.http.FarSide;
import io.corale.node.outward.http.LateSockets;
import io.corale.node.provider.Calls;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderSettings;
import io.corale.node.provider.ScarceRoom;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpProviderIT {
  private static final String JSON = "Content-Type: application/json\r\n";

  private final Provider provider = open(List.of("127.0.0.0/8"));

  @AfterEach
  void close() {
    provider.close();
  }

  @Test
  void turnsEachAnswerIntoItsOutcome() throws Exception {
    assertThat(answered("200 OK", JSON, "{\"a\":1}"))
        .isEqualTo(new Outcome.Success(Payload.ofJson("{\"a\":1}")));
    assertThat(answered("200 OK", "Content-Type: text/plain\r\n", "hi"))
        .isEqualTo(new Outcome.Success(Payload.ofJson("\"hi\"")));
    assertThat(answered("200 OK", JSON, "")).isEqualTo(new Outcome.Success(Payload.NULL));
    assertThat(answered("429 Too Many Requests", "Retry-After: 7\r\n", ""))
        .isEqualTo(Outcome.Throttled.byProvider(Duration.ofSeconds(7)));
    assertThat(
            answered("429 Too Many Requests", "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", ""))
        .isEqualTo(Outcome.Throttled.byProvider(Duration.ZERO));
    assertThat(answered("503 Service Unavailable", "", "busy"))
        .isEqualTo(new Outcome.Unavailable("HTTP 503: busy", true, 503));
    assertThat(answered("404 Not Found", "", "no such function"))
        .isEqualTo(new Outcome.FunctionError("HTTP 404: no such function", false));
    assertThat(answered("500 Internal Server Error", "", "broke"))
        .isEqualTo(new Outcome.FunctionError("HTTP 500: broke", true));
  }

  @Test
  void carriesWhatAFunctionNeedsToKnow() throws Exception {
    try (FarSide far = always(FarSide.response("200 OK", JSON, "1"))) {
      call(at(far).to(Map.of("path", "/label?size=2")).named("inv", 2));

      FarSide.Request request = far.requests.get(0);
      assertThat(request.head()).startsWith("POST /label?size=2 HTTP/1.1\r\n");
      assertThat(request.body()).isEqualTo("{\"n\":7}");
      assertThat(request.header("Host")).isEqualTo(far.url().substring("http://".length()));
      assertThat(request.header("Content-Type")).isEqualTo("application/json");
      assertThat(request.header("Idempotency-Key")).isEqualTo("inv/3");
      assertThat(request.header("Corale-Attempt")).isEqualTo("2");
      assertThat(request.header("Corale-Not-After")).isEqualTo("2026-01-01T00:00:00Z");
      assertThat(request.header("traceparent")).startsWith("00-0af7651916cd43dd");
    }
  }

  /** Rule 13: what may have run is told from what cannot have. */
  @Test
  void doesNotTakeALostReplyForAFailure() throws Exception {
    try (FarSide far = always(Optional.of(""))) {
      Outcome outcome = call(at(far));

      assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
      assertThat(outcome.mayHaveRun()).isTrue();
      assertThat(far.requests).hasSize(1);
    }
  }

  /** Rule 10 bounds how late something leaves, not how busy a server may be. */
  @Test
  void waitsForAServerThatLeavesLargeArgumentsUnreadForAWhile() throws Exception {
    String large = "\"" + "x".repeat(4 * 1024 * 1024) + "\"";
    try (FarSide far =
        new FarSide(request -> FarSide.response("200 OK", JSON, "1"), new LateSockets(3_000))) {
      assertThat(call(at(far).with(large).within(Duration.ofSeconds(20))))
          .isEqualTo(new Outcome.Success(Payload.ofJson("1")));
      assertThat(far.requests.get(0).body()).isEqualTo(large);

      assertThat(call(at(far))).as("the same connection").isInstanceOf(Outcome.Success.class);
      assertThat(far.connections).hasValue(1);
    }
  }

  @Test
  void endsTheWaitForAFunctionThatHangs() throws Exception {
    try (FarSide far = always(Optional.empty())) {
      assertThat(call(at(far).within(Duration.ofMillis(200))))
          .isEqualTo(new Outcome.TimedOut(true));
    }
  }

  @Test
  void knowsThatARefusedConnectionRanNothing() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    Outcome outcome = call(Calls.at("http", Map.of("url", "http://127.0.0.1:" + port)));

    assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
    assertThat(outcome.mayHaveRun()).isFalse();
  }

  @Test
  void refusesAPrivateTargetThatTheOperatorDoesNotList() throws Exception {
    try (FarSide far = always(FarSide.response("200 OK", JSON, "1"));
        Provider strict = open(List.of());
        Provider byName = open(List.of("localhost"))) {
      Calls byAddress = at(far);
      Calls named = Calls.at("http", Map.of("url", far.url().replace("127.0.0.1", "localhost")));

      assertThat(strict.call(byAddress.call()).get(30, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              Outcome.FunctionError.class,
              error -> {
                assertThat(error.detail()).contains("http.privateTargets");
                assertThat(error.retryable()).isFalse();
              });
      assertThat(far.connections).hasValue(0);
      assertThat(byName.call(named.call()).get(30, TimeUnit.SECONDS))
          .isInstanceOf(Outcome.Success.class);
      assertThat(byName.call(byAddress.call()).get(30, TimeUnit.SECONDS))
          .isInstanceOf(Outcome.FunctionError.class);
    }
  }

  /** Rule 10: the check is the last step before the bytes leave. */
  @Test
  void sendsNothingThatTheGuardForbids() throws Exception {
    try (FarSide far = always(FarSide.response("200 OK", JSON, "1"))) {
      assertThat(call(at(far).guardedBy(() -> false))).isInstanceOf(Outcome.NotSent.class);
      // The connection is sound and goes on to be used.
      assertThat(call(at(far))).isInstanceOf(Outcome.Success.class);

      assertThat(far.requests).hasSize(1);
      assertThat(far.connections).hasValue(1);
    }
  }

  @Test
  void keepsAConnectionUnlessTheServerClosesIt() throws Exception {
    try (FarSide keeping = always(FarSide.response("200 OK", JSON, "1"));
        FarSide closing = always(FarSide.response("200 OK", JSON + "Connection: close\r\n", "1"))) {
      for (int i = 0; i < 5; i++) {
        assertThat(call(at(keeping))).isInstanceOf(Outcome.Success.class);
        assertThat(call(at(closing))).isInstanceOf(Outcome.Success.class);
      }

      assertThat(keeping.connections).hasValue(1);
      assertThat(closing.connections).hasValue(5);
    }
  }

  @Test
  void runsManyCallsAtOnceAndMixesNoAnswers() throws Exception {
    try (FarSide far = new FarSide(request -> FarSide.response("200 OK", JSON, request.body()))) {
      List<CompletableFuture<Outcome>> answers =
          IntStream.range(0, 300)
              .mapToObj(i -> provider.call(at(far).with("{\"n\":" + i + "}").call()))
              .toList();

      for (int i = 0; i < 300; i++) {
        assertThat(answers.get(i).get(30, TimeUnit.SECONDS))
            .isEqualTo(new Outcome.Success(Payload.ofJson("{\"n\":" + i + "}")));
      }
    }
  }

  @Test
  void refusesAnAnswerThatNobodyCouldUse() throws Exception {
    String huge = "\"" + "x".repeat(Payload.MAX_BYTES) + "\"";

    assertThat(answered("200 OK", JSON, huge))
        .isInstanceOfSatisfying(
            Outcome.FunctionError.class,
            error -> assertThat(error.detail()).contains("8388608 bytes"));
  }

  /** What has come in time is not late because others had its room, of whatever length it says. */
  @Test
  void readsALargeAnswerWhenThereIsRoomForIt() throws Exception {
    String large = "\"" + "x".repeat(6 * 1024 * 1024) + "\"";
    String chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
            + JSON
            + "\r\n"
            + Integer.toHexString(large.length())
            + "\r\n"
            + large
            + "\r\n0\r\n\r\n";

    for (Optional<String> answer :
        List.of(FarSide.response("200 OK", JSON, large), Optional.of(chunked))) {
      ScarceRoom room = new ScarceRoom();
      try (FarSide far = always(answer)) {
        CompletableFuture<Outcome> outcome =
            provider.call(at(far).within(Duration.ofMillis(800)).holding(room.hold()).call());
        room.awaitWaiting();
        assertThatThrownBy(() -> outcome.get(1, TimeUnit.SECONDS))
            .isInstanceOf(TimeoutException.class);

        room.open();

        assertThat(outcome.get(30, TimeUnit.SECONDS))
            .isEqualTo(new Outcome.Success(Payload.ofJson(large)));
      }
    }
  }

  private Outcome answered(String status, String headers, String body) throws Exception {
    try (FarSide far = always(FarSide.response(status, headers, body))) {
      return call(at(far));
    }
  }

  private Outcome call(Calls calls) throws Exception {
    return provider.call(calls.call()).get(30, TimeUnit.SECONDS);
  }

  private static Calls at(FarSide far) {
    return Calls.at("http", Map.of("url", far.url()));
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
