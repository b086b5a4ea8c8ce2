package io.corale.node.provider.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What replies mean that a server of gRPC would not give. */
class AnswersTest {
  private static final ByteString EMPTY_MESSAGE = ByteString.copyFrom(new byte[5]);

  private static Outcome outcome(int status, Map<String, String> headers, ByteString body) {
    return Answers.outcome(
        new Reply(status, new TreeMap<>(headers), body),
        words -> words.replace("0123456789abcdef", "***"),
        message -> new Outcome.Success(Payload.ofJson(String.valueOf(message.size()))));
  }

  private static Outcome ofProxy(int status) {
    return outcome(status, Map.of("content-type", "text/html"), ByteString.EMPTY);
  }

  /** An error keeps the beginning of what a server says, whatever that end cuts in two. */
  @Test
  void repeatsNoPartOfASecretInWordsThatAreCutShort() {
    Outcome outcome =
        outcome(
            200,
            Map.of(
                "content-type",
                "application/grpc",
                "grpc-status",
                "7",
                "grpc-message",
                "x".repeat(390) + "0123456789abcdef"),
            ByteString.EMPTY);

    assertThat(outcome.toString()).contains("x***").doesNotContain("0123");
  }

  @Test
  void readsWhatProxiesAnswer() {
    assertThat(ofProxy(404))
        .isEqualTo(new Outcome.FunctionError("HTTP 404, and no answer of gRPC", false, 404));
    assertThat(ofProxy(500))
        .isEqualTo(new Outcome.FunctionError("HTTP 500, and no answer of gRPC", true, 500));
    assertThat(ofProxy(502))
        .isEqualTo(new Outcome.Unavailable("HTTP 502, and no answer of gRPC", true, 502));
    assertThat(ofProxy(429)).isEqualTo(Outcome.Throttled.byProvider(Duration.ofSeconds(1)));
    assertThat(ofProxy(200))
        .isEqualTo(new Outcome.FunctionError("HTTP 200, and no answer of gRPC", false));
  }

  @Test
  void doesNotTakeAnAnswerWithoutStatusForTheEnd() {
    Outcome outcome = outcome(200, Map.of("content-type", "application/grpc+proto"), EMPTY_MESSAGE);

    assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
    assertThat(outcome.mayHaveRun()).isTrue();
  }

  @Test
  void takesExactlyOneMessageThatIsNotCompressed() {
    Map<String, String> ok = Map.of("grpc-status", "0");

    assertThat(outcome(200, ok, EMPTY_MESSAGE)).isEqualTo(new Outcome.Success(Payload.ofJson("0")));
    for (ByteString body :
        new ByteString[] {
          ByteString.EMPTY,
          EMPTY_MESSAGE.substring(1),
          EMPTY_MESSAGE.concat(EMPTY_MESSAGE),
          ByteString.copyFrom(new byte[] {1, 0, 0, 0, 0}),
          ByteString.copyFrom(new byte[] {0, -1, -1, -1, -1})
        }) {
      assertThat(outcome(200, ok, body)).isInstanceOf(Outcome.FunctionError.class);
    }
  }

  @Test
  void knowsNoOtherNumbers() {
    for (String number : new String[] {"17", "99", "-1", "x", ""}) {
      assertThat(outcome(200, Map.of("grpc-status", number), ByteString.EMPTY))
          .isEqualTo(new Outcome.FunctionError("gRPC UNKNOWN: ", true, 500));
    }
  }
}
