package io.corale.node.provider.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.outward.http.FarSide;
import io.corale.node.provider.Calls;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderSettings;
import io.corale.node.provider.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIT {
  private static final String JSON = "Content-Type: application/json\r\n";

  @TempDir Path directory;

  /** A first handshake loads so much that a busy machine is beyond what one may take. */
  @BeforeAll
  static void warm(@TempDir Path scratch) throws Exception {
    SelfSigned server = SelfSigned.of(scratch, "ip:127.0.0.1");
    try (FarSide far = far(server);
        Provider trusting = open(server.certificate().toString())) {
      boolean isWarm = false;
      for (int i = 0; i < 5 && !isWarm; i++) {
        isWarm = call(trusting, function(far)) instanceof Outcome.Success;
      }
    }
  }

  @Test
  void callsFunctionsAndSendsRequestsThroughTls() throws Exception {
    SelfSigned server = SelfSigned.of(directory, "ip:127.0.0.1,dns:localhost");
    try (FarSide far = far(server);
        Provider trusting = open(server.certificate().toString())) {
      for (int i = 0; i < 3; i++) {
        assertThat(call(trusting, function(far)))
            .isEqualTo(new Outcome.Success(Payload.ofJson("1")));
      }
      assertThat(call(trusting, request(far.url() + "/pets")))
          .isEqualTo(new Outcome.Success(Payload.ofJson("1")));
      assertThat(call(trusting, request(far.url().replace("127.0.0.1", "localhost") + "/x")))
          .isEqualTo(new Outcome.Success(Payload.ofJson("1")));

      assertThat(far.requests).hasSize(5);
      assertThat(far.connections).as("kept, but one for each name").hasValue(2);
      assertThat(far.requests.get(4).header("Host")).startsWith("localhost:");
    }
  }

  @Test
  void sendsNothingToAServerThatNobodyVouchesFor() throws Exception {
    SelfSigned server = SelfSigned.of(directory, "ip:127.0.0.1");
    try (FarSide far = far(server);
        Provider careful = open("")) {
      Outcome outcome = call(careful, function(far));

      assertThat(outcome)
          .isInstanceOfSatisfying(
              Outcome.Unavailable.class,
              gone -> {
                assertThat(gone.detail()).contains("no TLS: ");
                assertThat(gone.mayHaveRun()).isFalse();
              });
      assertThat(far.requests).isEmpty();
    }
  }

  /** A certificate is good for the names in it, and for no other, whoever vouches for it. */
  @Test
  void sendsNothingToAServerOfAnotherName() throws Exception {
    SelfSigned server = SelfSigned.of(directory, "dns:other.example");
    try (FarSide far = far(server);
        Provider trusting = open(server.certificate().toString())) {
      assertThat(call(trusting, function(far))).isInstanceOf(Outcome.Unavailable.class);
      assertThat(far.requests).isEmpty();
    }
  }

  /** Rule 10: the last look is right before bytes leave, and not before the far side is known. */
  @Test
  void asksTheGuardAfterTheHandshake() throws Exception {
    AtomicBoolean isAsked = new AtomicBoolean();
    try (FarSide silent = new FarSide(request -> Optional.empty());
        Provider careful = open("")) {
      Calls calls =
          Calls.at("http", Map.of("url", silent.url().replace("http:", "https:")))
              .guardedBy(
                  () -> {
                    isAsked.set(true);
                    return true;
                  });

      assertThat(call(careful, calls))
          .isInstanceOfSatisfying(
              Outcome.Unavailable.class, gone -> assertThat(gone.mayHaveRun()).isFalse());
      assertThat(isAsked).isFalse();
    }
  }

  @Test
  void doesNotFollowAReplyOutOfTls() throws Exception {
    SelfSigned server = SelfSigned.of(directory, "ip:127.0.0.1");
    try (FarSide plain = new FarSide(request -> FarSide.response("200 OK", JSON, "1"));
        FarSide far =
            new FarSide(
                request -> FarSide.response("302 Found", "Location: " + plain.url() + "\r\n", ""),
                server.sockets());
        Provider trusting = open(server.certificate().toString())) {
      Calls calls =
          Calls.at("http", Map.of())
              .asking("{\"method\":\"GET\",\"uri\":\"" + far.url() + "\",\"redirect\":true}");

      assertThat(call(trusting, calls))
          .isInstanceOfSatisfying(
              Outcome.FunctionError.class,
              error -> assertThat(error.detail()).contains("out of TLS"));
      assertThat(plain.connections).hasValue(0);
    }
  }

  @Test
  void namesAFileThatHoldsNoCertificates() throws IOException {
    Path file = Files.writeString(directory.resolve("no.pem"), "hello");

    assertThatThrownBy(() -> open(file.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("http.trustedCertificates");
    assertThatThrownBy(() -> open(directory.resolve("missing.pem").toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("http.trustedCertificates");
  }

  private static FarSide far(SelfSigned server) throws Exception {
    Optional<String> answer = FarSide.response("200 OK", JSON, "1");
    return new FarSide(request -> answer, server.sockets());
  }

  private static Calls function(FarSide far) {
    return Calls.at("http", Map.of("url", far.url()));
  }

  private static Calls request(String uri) {
    return Calls.at("http", Map.of()).asking("{\"method\":\"GET\",\"uri\":\"" + uri + "\"}");
  }

  private static Outcome call(Provider provider, Calls calls) throws Exception {
    return provider.call(calls.call()).get(30, TimeUnit.SECONDS);
  }

  private static Provider open(String certificates) {
    return new HttpProviderFactory()
        .open(
            new ProviderSettings(
                List.of("127.0.0.0/8", "localhost"), certificates, new TreeMap<>(), List.of()));
  }
}
