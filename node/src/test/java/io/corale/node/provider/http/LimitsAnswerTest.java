package io.corale.node.provider.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.Allowance;
import io.corale.model.Limit;
import io.corale.model.ScopeLimit;
import io.corale.node.outward.http.Reply;
import io.corale.node.provider.Told;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What a server says of limits is believed only where it can be one. */
class LimitsAnswerTest {
  /** As a controller of OpenWhisk answers. */
  private static final String OPEN_WHISK =
      """
      {"allowedKinds":["nodejs:20"],"actionMemoryMax":{"megabytes":512},
       "concurrentInvocations":30,"firesPerMinute":60,"invocationsPerMinute":120,
       "storeActivations":true}
      """;

  @Test
  void readsWhatOpenWhiskSaysAndPassesOverTheRest() {
    assertThat(read(OPEN_WHISK)).isEqualTo(allowed(OptionalInt.of(30), List.of(perMinute(120))));
  }

  @Test
  void eitherLimitMayBeMissing() {
    assertThat(read("{\"concurrentInvocations\":7}"))
        .isEqualTo(allowed(OptionalInt.of(7), List.of()));
    assertThat(read("{\"x\":[{}],\"invocationsPerMinute\":9}"))
        .isEqualTo(allowed(OptionalInt.empty(), List.of(perMinute(9))));
  }

  @Test
  void moreThanALimitCanSayIsAsMuchAsItCan() {
    assertThat(read("{\"concurrentInvocations\":99999999999999999999}"))
        .isEqualTo(allowed(OptionalInt.of(ScopeLimit.MAX_CONCURRENCY), List.of()));
  }

  @Test
  void whatIsNoWholeNumberAboveZeroIsNotBelieved() {
    for (String odd :
        List.of("0", "-1", "2.5", "1e3", "\"30\"", "null", "true", "[30]", "{\"a\":30}")) {
      assertThat(read("{\"invocationsPerMinute\":60,\"concurrentInvocations\":" + odd + "}"))
          .as(odd)
          .isInstanceOfSatisfying(
              Told.Failed.class,
              failed ->
                  assertThat(failed.why())
                      .startsWith("'concurrentInvocations' is ")
                      .endsWith(": expected a whole number, 1 or more"));
    }
    assertThat(read("{\"concurrentInvocations\":" + "9".repeat(1000) + "}"))
        .isEqualTo(new Told.Failed("its answer is not JSON that can be read"));
  }

  @Test
  void whatIsNoSuchObjectIsNotBelieved() {
    for (String odd :
        List.of(
            "",
            "[]",
            "30",
            "{}",
            "{\"limits\":{\"concurrentInvocations\":3}}",
            "{\"concurrentInvocations\":3",
            "{\"concurrentInvocations\":3} {}",
            "<html>",
            "{\"concurrentInvocations\":3,\"a\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}",
            "{\"concurrentInvocations\":3,\"a\":" + "[".repeat(32) + "]".repeat(32) + "}")) {
      assertThat(read(odd)).as(odd).isInstanceOf(Told.Failed.class);
    }
    assertThat(LimitsAnswer.read(ByteString.copyFrom(new byte[] {(byte) 0xff, 0, 1})))
        .isInstanceOf(Told.Failed.class);
  }

  @Test
  void whatIsTooLongIsNotRead() {
    String spaces = " ".repeat(LimitsAnswer.MAX_BYTES);

    assertThat(read("{\"concurrentInvocations\":3}" + spaces))
        .isEqualTo(new Told.Failed("its answer has 65563 bytes: expected at most 65536"));
  }

  @Test
  void onlyAnAnswerOf200IsOne() {
    for (int status : List.of(201, 204, 301, 302, 401, 404, 429, 500)) {
      Reply reply =
          new Reply(status, new DefaultHttpHeaders(), ByteString.copyFromUtf8(OPEN_WHISK));

      assertThat(LimitsAnswer.read(reply))
          .isEqualTo(new Told.Failed("it answered HTTP " + status + ": expected 200"));
    }
  }

  private static Told read(String body) {
    return LimitsAnswer.read(ByteString.copyFromUtf8(body));
  }

  private static Limit.Rate perMinute(int starts) {
    return new Limit.Rate(starts, Limit.Window.MINUTE);
  }

  private static Told allowed(OptionalInt concurrency, List<Limit.Rate> rates) {
    return new Told.Allowed(List.of(new Allowance(ScopeLimit.ROOT, concurrency, rates)));
  }
}
