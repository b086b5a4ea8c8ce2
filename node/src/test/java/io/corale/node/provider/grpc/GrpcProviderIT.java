package io.corale.node.provider.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.util.JsonFormat;
import io.corale.flow.proto.ProtoFailure;
import io.corale.flow.proto.ProtoFile;
import io.corale.flow.proto.ProtoMethod;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.outward.http.FarSide;
import io.corale.node.outward.netty.Departure;
import io.corale.node.provider.Calls;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderSettings;
import io.corale.node.provider.ScarceRoom;
import io.corale.node.provider.Scheme;
import io.corale.node.provider.SelfSigned;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls over real sockets, to the server of gRPC for Java. */
class GrpcProviderIT {
  private static final ProtoMethod GREET = greet();
  private static final Map<String, String> PLAIN = Map.of("plaintext", "true");

  @TempDir Path directory;

  private final Provider provider = open(List.of("127.0.0.0/8"), "");

  private static ProtoMethod greet() {
    try {
      return ProtoFile.parse(
              """
              syntax = "proto3";
              package acme;
              import "google/protobuf/timestamp.proto";
              service Greeter { rpc Greet(Request) returns (Greeting); }
              message Request { string name = 1; int64 number = 2; google.protobuf.Timestamp at = 3; }
              message Greeting { string text_of_it = 1; int64 number = 2; repeated string more = 3; }
              """)
          .method("acme.Greeter", "Greet");
    } catch (ProtoFailure e) {
      throw new IllegalStateException(e);
    }
  }

  /** A first call loads so much that a busy machine is beyond what a greeting may take. */
  @BeforeAll
  static void warm() throws Exception {
    try (FarService far = greeting();
        Provider provider = open(List.of("127.0.0.0/8"), "")) {
      boolean isWarm = false;
      for (int i = 0; i < 5 && !isWarm; i++) {
        Outcome outcome = provider.call(calling(far).call()).get(30, TimeUnit.SECONDS);
        isWarm = outcome instanceof Outcome.Success;
      }
    }
  }

  @AfterEach
  void close() {
    provider.close();
  }

  private static ByteString greeting(String json) {
    try {
      DynamicMessage.Builder greeting = DynamicMessage.newBuilder(GREET.gives());
      JsonFormat.parser().merge(json, greeting);
      return greeting.build().toByteString();
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Calls calling(String host, int port, Map<String, String> account, String given) {
    return Calls.at("grpc", account)
        .calling(
            "{\"host\":\""
                + host
                + "\",\"port\":"
                + port
                + ",\"service\":\"acme.Greeter\",\"method\":\"Greet\",\"arguments\":"
                + given
                + "}",
            GREET.descriptor());
  }

  private static Calls calling(FarService far) {
    return calling("127.0.0.1", far.port(), PLAIN, "{\"name\":\"Ada\"}");
  }

  private Outcome call(Calls calls) throws Exception {
    return provider.call(calls.call()).get(30, TimeUnit.SECONDS);
  }

  private static FarService greeting() throws IOException {
    return new FarService(request -> FarService.Answer.of(greeting("{\"textOfIt\":\"hello\"}")));
  }

  @Test
  void bringsAMessageAndGivesTheAnswer() throws Exception {
    try (FarService far =
        new FarService(
            request ->
                FarService.Answer.of(
                    greeting("{\"textOfIt\":\"h\u00e9llo\",\"number\":\"7\",\"more\":[\"a\"]}")))) {
      Outcome outcome =
          call(
              calling(
                  "127.0.0.1",
                  far.port(),
                  PLAIN,
                  "{\"name\":\"R\u00e9x\",\"number\":-3,\"at\":\"2026-01-02T03:04:05Z\"}"));

      assertThat(outcome)
          .isEqualTo(
              new Outcome.Success(
                  Payload.ofJson(
                      "{\"textOfIt\":\"h\u00e9llo\",\"number\":\"7\",\"more\":[\"a\"]}")));
      DynamicMessage message =
          DynamicMessage.parseFrom(GREET.takes(), far.requests.get(0).message());
      assertThat(JsonFormat.printer().omittingInsignificantWhitespace().print(message))
          .isEqualTo("{\"name\":\"R\u00e9x\",\"number\":\"-3\",\"at\":\"2026-01-02T03:04:05Z\"}");
    }
  }

  @Test
  void carriesWhatAServerNeedsToKnow() throws Exception {
    try (FarService far = greeting()) {
      call(calling(far).named("inv", 2));

      FarService.Request request = far.requests.get(0);
      assertThat(request.header("idempotency-key")).isEqualTo("inv/3");
      assertThat(request.header("corale-attempt")).isEqualTo("2");
      assertThat(request.header("corale-not-after")).isEqualTo("2026-01-01T00:00:00Z");
      assertThat(request.header("traceparent")).startsWith("00-0af7651916cd43dd");
      assertThat(request.header("grpc-timeout")).isNotEmpty();
    }
  }

  @Test
  void showsNameAndPasswordOrAToken() throws Exception {
    try (FarService far = greeting()) {
      call(calling(far).showing(new Scheme.Basic(new Scheme.Login("ada", "p4ssw0rd"))));
      call(calling(far).showing(new Scheme.Bearer("t0k3n")));

      assertThat(far.requests)
          .extracting(request -> request.header("authorization"))
          .containsExactly("Basic YWRhOnA0c3N3MHJk", "Bearer t0k3n");
    }
  }

  @Test
  void showsATokenThatItAsksForOnceUntilItIsNotBelieved() throws Exception {
    Status disbelief = Status.UNAUTHENTICATED.withDescription("not t0k3n-1");
    try (FarSide desk = desk("{\"access_token\":\"t0k3n-1\",\"expires_in\":600}");
        FarService far = greeting();
        FarService strict = new FarService(request -> FarService.Answer.failed(disbelief))) {
      call(calling(far).showing(grant(desk)));
      call(calling(far).showing(grant(desk)));
      assertThat(far.requests)
          .extracting(request -> request.header("authorization"))
          .containsExactly("Bearer t0k3n-1", "Bearer t0k3n-1");
      assertThat(desk.requests).hasSize(1);

      assertThat(call(calling(strict).showing(grant(desk))))
          .as("and what it is told does not repeat it")
          .isEqualTo(new Outcome.FunctionError("gRPC UNAUTHENTICATED: not ***", false, 401));
      call(calling(far).showing(grant(desk)));
      assertThat(desk.requests).hasSize(2);
    }
  }

  @Test
  void sendsNothingWithoutAToken() throws Exception {
    try (FarSide desk = desk("{}");
        FarService far = greeting()) {
      assertThat(call(calling(far).showing(grant(desk))))
          .isEqualTo(
              new Outcome.Unready(
                  Outcome.Lack.AUTHENTICATION,
                  "there is no token to show: the token endpoint gave no access_token",
                  false));
      assertThat(far.requests).isEmpty();
    }
  }

  private static FarSide desk(String answer) throws IOException {
    return new FarSide(
        request -> FarSide.response("200 OK", "Content-Type: application/json\r\n", answer));
  }

  private static Scheme.Grant grant(FarSide desk) {
    return new Scheme.Grant(
        desk.url(),
        "/oauth2/token",
        new Scheme.Asking.OfItself(),
        new Scheme.OAuthClient("desk", "k1", "", "client_secret_post"),
        "application/x-www-form-urlencoded",
        List.of(),
        List.of(),
        List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "CANCELLED, true, 499",
    "UNKNOWN, true, 500",
    "INVALID_ARGUMENT, false, 400",
    "NOT_FOUND, false, 404",
    "ALREADY_EXISTS, false, 409",
    "PERMISSION_DENIED, false, 403",
    "FAILED_PRECONDITION, false, 400",
    "ABORTED, true, 409",
    "OUT_OF_RANGE, false, 400",
    "UNIMPLEMENTED, false, 501",
    "INTERNAL, true, 500",
    "DATA_LOSS, false, 500",
    "UNAUTHENTICATED, false, 401"
  })
  void tellsErrorsApart(String code, boolean isRetryable, int status) throws Exception {
    Status answer = Status.fromCode(Status.Code.valueOf(code)).withDescription("s\u00e0 y: 5%");
    try (FarService far = new FarService(request -> FarService.Answer.failed(answer))) {
      assertThat(call(calling(far)))
          .isEqualTo(
              new Outcome.FunctionError("gRPC " + code + ": s\u00e0 y: 5%", isRetryable, status));
    }
  }

  @Test
  void waitsWhereAServerRefusesForNow() throws Exception {
    assertThat(refused(Status.RESOURCE_EXHAUSTED, ""))
        .isEqualTo(Outcome.Throttled.byProvider(Duration.ofSeconds(1)));
    assertThat(refused(Status.RESOURCE_EXHAUSTED, "2500"))
        .isEqualTo(Outcome.Throttled.byProvider(Duration.ofMillis(2_500)));
    assertThat(refused(Status.UNAVAILABLE, "300"))
        .isEqualTo(Outcome.Throttled.byProvider(Duration.ofMillis(300)));
    assertThat(refused(Status.RESOURCE_EXHAUSTED, "-1"))
        .isEqualTo(new Outcome.FunctionError("gRPC RESOURCE_EXHAUSTED: ", false, 429));
  }

  private Outcome refused(Status status, String pushback) throws Exception {
    Metadata trailers = new Metadata();
    if (!pushback.isEmpty()) {
      trailers.put(
          Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER), pushback);
    }
    try (FarService far =
        new FarService(
            request -> Optional.of(new FarService.Answer(status, trailers, List.of())))) {
      return call(calling(far));
    }
  }

  /** Rule 13: who says so may be a proxy, and what is behind it may go on. */
  @Test
  void doesNotTakeItForTheEndThatAServerIsAway() throws Exception {
    assertThat(refused(Status.UNAVAILABLE, ""))
        .isEqualTo(new Outcome.Unavailable("gRPC UNAVAILABLE: ", true, 503));
    assertThat(refused(Status.DEADLINE_EXCEEDED, "")).isEqualTo(new Outcome.TimedOut(true));
  }

  @Test
  void endsTheWaitForAServerThatHangsAndTellsIt() throws Exception {
    try (FarService far = new FarService(request -> Optional.empty())) {
      assertThat(call(calling(far).within(Duration.ofMillis(300))))
          .isEqualTo(new Outcome.TimedOut(true));

      assertThat(far.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(far.requests).hasSize(1);
    }
  }

  /** Rule 13: what may have run is told from what cannot have. */
  @Test
  void doesNotTakeABrokenConnectionForAFailure() throws Exception {
    CompletableFuture<FarService> self = new CompletableFuture<>();
    Function<FarService.Request, Optional<FarService.Answer>> breaking =
        request -> {
          self.join().breakDown();
          return Optional.empty();
        };
    try (FarService far = new FarService(breaking)) {
      self.complete(far);

      Outcome outcome = call(calling(far));

      assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
      assertThat(outcome.mayHaveRun()).isTrue();
    }
  }

  @Test
  void knowsThatARefusedConnectionRanNothing() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    Outcome outcome = call(calling("127.0.0.1", port, PLAIN, "{}"));

    assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
    assertThat(outcome.mayHaveRun()).isFalse();
  }

  /** A balancer may accept whatever is behind it: nothing is sent before HTTP/2 is spoken. */
  @Test
  void sendsNothingToWhomeverDoesNotGreet() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread accepting =
          new Thread(
              () -> {
                try (Socket socket = silent.accept()) {
                  socket.getInputStream().read();
                } catch (IOException e) {
                  // The test is over.
                }
              });
      accepting.start();

      Outcome outcome = call(calling("127.0.0.1", silent.getLocalPort(), PLAIN, "{}"));

      assertThat(outcome)
          .isInstanceOfSatisfying(
              Outcome.Unavailable.class,
              gone -> {
                assertThat(gone.mayHaveRun()).isFalse();
                assertThat(gone.detail()).contains("before it spoke HTTP/2");
              });
    }
  }

  @Test
  void refusesAPrivateTargetThatTheOperatorDoesNotList() throws Exception {
    try (FarService far = greeting();
        Provider strict = open(List.of(), "");
        Provider byName = open(List.of("localhost"), "")) {
      Calls named = calling("localhost", far.port(), PLAIN, "{}");

      assertThat(strict.call(calling(far).call()).get(30, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              Outcome.FunctionError.class,
              error -> {
                assertThat(error.detail()).contains("http.privateTargets");
                assertThat(error.retryable()).isFalse();
              });
      assertThat(far.connections).hasValue(0);
      assertThat(byName.call(named.call()).get(30, TimeUnit.SECONDS))
          .isInstanceOf(Outcome.Success.class);
      assertThat(byName.call(calling(far).call()).get(30, TimeUnit.SECONDS))
          .isInstanceOf(Outcome.FunctionError.class);
    }
  }

  /** Rule 10: the check is the last step before the bytes leave. */
  @Test
  void sendsNothingThatTheGuardForbids() throws Exception {
    try (FarService far = greeting()) {
      assertThat(call(calling(far).guardedBy(() -> !hasConnection(far))))
          .isInstanceOf(Outcome.NotSent.class);
      // The connection is sound and goes on to be used.
      assertThat(call(calling(far))).isInstanceOf(Outcome.Success.class);

      assertThat(far.requests).hasSize(1);
      assertThat(far.connections).hasValue(1);
    }
  }

  /** The server may count its connection a moment after it has greeted. */
  private static boolean hasConnection(FarService far) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    while (far.connections.get() == 0 && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    return far.connections.get() > 0;
  }

  @Test
  void keepsAConnection() throws Exception {
    try (FarService far = greeting()) {
      for (int i = 0; i < 5; i++) {
        assertThat(call(calling(far))).isInstanceOf(Outcome.Success.class);
      }

      assertThat(far.connections).hasValue(1);
    }
  }

  @Test
  void runsManyCallsAtOnceAndMixesNoAnswers() throws Exception {
    try (FarService far = new FarService(request -> FarService.Answer.of(request.message()))) {
      List<CompletableFuture<Outcome>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        answers.add(
            provider.call(
                calling("127.0.0.1", far.port(), PLAIN, "{\"name\":\"n" + i + "\"}").call()));
      }

      for (int i = 0; i < 200; i++) {
        assertThat(answers.get(i).get(30, TimeUnit.SECONDS))
            .isEqualTo(new Outcome.Success(Payload.ofJson("{\"textOfIt\":\"n" + i + "\"}")));
      }
    }
  }

  @Test
  void takesALongAnswerAndRefusesOneThatNobodyCouldUse() throws Exception {
    String half = "x".repeat(3_000_000);
    assertThat(answered("{\"textOfIt\":\"" + half + "\"}")).isInstanceOf(Outcome.Success.class);
    assertThat(answered("{\"textOfIt\":\"" + half + half + half + "\"}"))
        .isInstanceOfSatisfying(
            Outcome.FunctionError.class,
            error -> assertThat(error.detail()).contains("8388608 bytes"));
  }

  /** What has come in time is not late because others had its room. */
  @Test
  void readsALargeAnswerWhenThereIsRoomForIt() throws Exception {
    String large = "x".repeat(3_000_000);
    ScarceRoom room = new ScarceRoom();
    try (FarService far =
        new FarService(
            request -> FarService.Answer.of(greeting("{\"textOfIt\":\"" + large + "\"}")))) {
      CompletableFuture<Outcome> outcome = provider.call(calling(far).holding(room.hold()).call());
      room.awaitWaiting();
      assertThatThrownBy(() -> outcome.get(500, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);

      room.open();

      assertThat(outcome.get(30, TimeUnit.SECONDS))
          .isEqualTo(new Outcome.Success(Payload.ofJson("{\"textOfIt\":\"" + large + "\"}")));
    }
  }

  @Test
  void sendsLargeArguments() throws Exception {
    String large = "x".repeat(3_000_000);
    try (FarService far = greeting()) {
      assertThat(call(calling("127.0.0.1", far.port(), PLAIN, "{\"name\":\"" + large + "\"}")))
          .isInstanceOf(Outcome.Success.class);
      assertThat(far.requests.get(0).message().size()).isGreaterThan(3_000_000);
    }
  }

  private Outcome answered(String json) throws Exception {
    ByteString message = greeting(json);
    try (FarService far = new FarService(request -> FarService.Answer.of(message))) {
      return call(calling(far));
    }
  }

  @Test
  void refusesAnAnswerThatIsNone() throws Exception {
    try (FarService far =
        new FarService(
            request -> FarService.Answer.of(ByteString.copyFrom(new byte[] {10, 99, 1})))) {
      assertThat(call(calling(far)))
          .isInstanceOfSatisfying(
              Outcome.FunctionError.class,
              error -> assertThat(error.detail()).contains("the answer is no acme.Greeting"));
    }
  }

  /** Or it would stay, with what waits to be sent, for as long as the connection is used. */
  @Test
  void letsGoOfAStreamThatIsAnsweredBeforeTheCallHasLeft() throws Exception {
    try (HastyService far = new HastyService(true)) {
      assertThat(call(calling("127.0.0.1", far.port(), PLAIN, "{\"name\":\"Ada\"}")))
          .isEqualTo(new Outcome.FunctionError("gRPC NOT_FOUND: ", false, 404));

      assertThat(far.reset.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  /**
   * Its fence counts from when it left, and that may not be whenever the server likes (rule 10).
   */
  @Test
  void givesUpASmallCallThatTheServerDoesNotTakeWithinTheDeliveryBound() throws Exception {
    try (HastyService far = new HastyService(false)) {
      long beganNanos = System.nanoTime();

      Outcome outcome = call(calling("127.0.0.1", far.port(), PLAIN, "{\"name\":\"Ada\"}"));

      assertThat(outcome)
          .isEqualTo(
              new Outcome.Unavailable("the server did not take the arguments in time", true));
      assertThat(Duration.ofNanos(System.nanoTime() - beganNanos))
          .isGreaterThanOrEqualTo(Departure.SMALL);
    }
  }

  @Test
  void callsThroughTls() throws Exception {
    SelfSigned server = SelfSigned.of(directory, "ip:127.0.0.1,dns:localhost");
    try (FarService far = secured(server);
        Provider trusting = open(List.of("127.0.0.0/8"), server.certificate().toString())) {
      Calls calls = calling("127.0.0.1", far.port(), Map.of(), "{}");

      assertThat(trusting.call(calls.call()).get(30, TimeUnit.SECONDS))
          .isEqualTo(new Outcome.Success(Payload.ofJson("{\"textOfIt\":\"hello\"}")));
      assertThat(far.requests.get(0).header("idempotency-key")).isEqualTo("inv/3");
    }
  }

  @Test
  void sendsNothingToAServerThatNobodyVouchesFor() throws Exception {
    SelfSigned server = SelfSigned.of(directory, "ip:127.0.0.1");
    try (FarService far = secured(server);
        FarService plain = greeting()) {
      for (int port : new int[] {far.port(), plain.port()}) {
        Outcome outcome = call(calling("127.0.0.1", port, Map.of(), "{}"));

        assertThat(outcome)
            .isInstanceOfSatisfying(
                Outcome.Unavailable.class,
                gone -> {
                  assertThat(gone.mayHaveRun()).isFalse();
                  assertThat(gone.detail()).contains("no TLS");
                });
      }
      assertThat(far.requests).isEmpty();
      assertThat(plain.requests).isEmpty();
    }
  }

  private static FarService secured(SelfSigned server) throws Exception {
    return new FarService(
        request -> FarService.Answer.of(greeting("{\"textOfIt\":\"hello\"}")),
        TlsServerCredentials.newBuilder().keyManager(server.keyManagers()).build());
  }

  @Test
  void namesWhatIsWrongWithAnAccount() throws Exception {
    assertThat(provider.faults(Calls.account("grpc", PLAIN))).isEmpty();
    assertThat(provider.faults(Calls.account("grpc", Map.of("plaintext", "yes"))))
        .containsExactly("setting 'plaintext' must be true or false, was 'yes'");
    assertThat(provider.faults(Calls.account("grpc", Map.of("url", "x"))))
        .containsExactly("setting 'url' is not known to provider grpc; expected [plaintext]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7",
        "{}",
        "{\"host\":\"h\",\"service\":\"acme.Greeter\",\"method\":\"Other\"}",
        "{\"host\":\"h\",\"service\":\"acme.Greeter\",\"method\":\"Greet\",\"arguments\":{\"x\":1}}",
        "{\"host\":\"h\",\"service\":\"acme.Greeter\",\"method\":\"Greet\",\"arguments\":{\"at\":\"x\"}}",
      })
  void refusesWhatIsNoCall(String json) throws Exception {
    assertThat(call(Calls.at("grpc", PLAIN).calling(json, GREET.descriptor())))
        .isInstanceOfSatisfying(
            Outcome.FunctionError.class, error -> assertThat(error.retryable()).isFalse());
  }

  private static Provider open(List<String> privateTargets, String certificates) {
    return new GrpcProviderFactory()
        .open(new ProviderSettings(privateTargets, certificates, new TreeMap<>(), List.of()));
  }
}
