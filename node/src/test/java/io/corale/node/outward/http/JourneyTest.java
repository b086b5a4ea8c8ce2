package io.corale.node.outward.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.Outcome;
import io.corale.node.provider.Calls;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an attempt may say of itself, and how long it goes on. */
class JourneyTest {
  private static final Message MESSAGE =
      new Message(
          Origin.of(URI.create("http://far.example")),
          "POST",
          "/",
          Message.noHeaders(),
          Optional.empty());
  private static final List<Outcome> NOT_STARTED =
      List.of(
          new Outcome.NotSent("why"),
          new Outcome.Unavailable("why", false),
          Outcome.Throttled.byProvider(Duration.ofSeconds(1)));

  @Test
  void saysThatNothingWasDoneUntilAnAnswerPointedElsewhere() {
    for (Outcome outcome : NOT_STARTED) {
      assertThat(endedAfter(200, outcome)).isEqualTo(outcome);
      assertThat(endedAfter(401, outcome)).as("a challenge does nothing").isEqualTo(outcome);
      assertThat(endedAfter(303, outcome))
          .isInstanceOfSatisfying(
              Outcome.FunctionError.class, error -> assertThat(error.retryable()).isTrue());
    }
  }

  @Test
  void leavesAloneWhatSaysThatSomethingMayBeUnderWay() {
    for (Outcome outcome :
        List.of(new Outcome.Unavailable("broke", true), new Outcome.TimedOut(true))) {
      assertThat(endedAfter(303, outcome)).isEqualTo(outcome);
    }
  }

  /** Its time is that of all its messages. */
  @Test
  void sendsNothingMoreAfterItsTime() {
    Journey journey = journey();
    assertThat(journey.held(5)).isEmpty();
    long end = 5 + Duration.ofSeconds(1).toNanos();

    assertThat(journey.held(end - 1)).isEmpty();
    assertThat(journey.held(end)).contains(new Outcome.TimedOut(false));
  }

  private static Outcome endedAfter(int status, Outcome outcome) {
    Journey journey = journey();
    assertThat(journey.held(0)).isEmpty();
    if (status != 200) {
      journey.read(new Reply(status, new DefaultHttpHeaders(), ByteString.EMPTY), MESSAGE);
    }
    journey.end(outcome);
    return journey.answer().join();
  }

  private static Journey journey() {
    return new Journey(
        Calls.at("http", Map.of()).within(Duration.ofSeconds(1)).call(),
        (reply, sent, messages) -> new Answers.Next.Elsewhere(sent));
  }
}
