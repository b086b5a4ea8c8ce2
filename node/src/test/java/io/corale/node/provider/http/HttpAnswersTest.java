package io.corale.node.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpAnswersTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void takesJsonAsItIsAndTextAsAString() {
    assertThat(answer(200, true, "{\"a\":1}"))
        .isEqualTo(new Outcome.Success(Payload.ofJson("{\"a\":1}")));
    assertThat(answer(201, false, "say \"hi\"\n\\"))
        .isEqualTo(new Outcome.Success(Payload.ofJson("\"say \\\"hi\\\"\\n\\\\\"")));
    assertThat(answer(204, false, "")).isEqualTo(new Outcome.Success(Payload.NULL));
  }

  @ParameterizedTest
  @CsvSource({
    "429, , PT1S",
    "429, 7, PT7S",
    "429, 'Thu, 01 Jan 2026 00:00:30 GMT', PT30S",
    "429, 'Wed, 31 Dec 2025 23:59:59 GMT', PT0S",
    "429, soon, PT1S",
    "429, 86400, PT10M",
    "503, 3, PT3S"
  })
  void waitsAsLongAsARefusalAsks(int status, String header, Duration wait) {
    assertThat(
            HttpAnswers.outcome(status, true, ByteString.EMPTY, Optional.ofNullable(header), NOW))
        .isEqualTo(Outcome.Throttled.byProvider(wait));
  }

  @ParameterizedTest
  @CsvSource({"400, false", "404, false", "302, false", "500, true", "505, true"})
  void triesServersErrorsAgainAndOursNot(int status, boolean retryable) {
    assertThat(answer(status, false, "why"))
        .isEqualTo(new Outcome.FunctionError("HTTP " + status + ": why", retryable));
  }

  @ParameterizedTest
  @CsvSource({"408", "504"})
  void doesNotTakeAGatewaysTimeoutForTheFunctionsEnd(int status) {
    assertThat(answer(status, false, "")).isEqualTo(new Outcome.TimedOut(true));
  }

  /** What stands before a function may have lost it, and the function goes on (rule 13). */
  @ParameterizedTest
  @CsvSource({"502", "503"})
  void doesNotTakeAGatewaysTroubleForTheFunctionsEnd(int status) {
    assertThat(answer(status, false, "why"))
        .isEqualTo(new Outcome.Unavailable("HTTP " + status + ": why", true, status));
  }

  @Test
  void shortensAnErrorPage() {
    assertThat(((Outcome.FunctionError) answer(500, false, "x".repeat(10_000))).detail())
        .hasSizeLessThan(500)
        .endsWith("...");
  }

  private static Outcome answer(int status, boolean isJson, String body) {
    return HttpAnswers.outcome(
        status, isJson, ByteString.copyFromUtf8(body), Optional.empty(), NOW);
  }
}
