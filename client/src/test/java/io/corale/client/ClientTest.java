package io.corale.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ClientTest {
  private static final Payload INPUT = Payload.ofJson("{}");

  private final ScriptedLine line = new ScriptedLine();

  private static ClientBuilder acme() {
    return Client.builder().nodes("a:1").owner("acme").token("corale_x");
  }

  @Test
  void anInvocationIsAcceptedAndThenEnds() {
    line.node("a:1", question -> question.accept(true));
    Invocation invocation =
        line.client(acme()).start("album", INPUT, StartOptions.DEFAULTS.withId("i-1"));

    Reply<Acceptance> accepted = invocation.accepted().join();
    boolean endedBefore = invocation.result().isDone();
    line.asked.get(0).complete("42");

    assertThat(accepted).isInstanceOf(Reply.Given.class);
    Acceptance acceptance = ((Reply.Given<Acceptance>) accepted).value();
    assertThat(acceptance.id()).isEqualTo(new InvocationId("i-1"));
    assertThat(acceptance.composition()).hasToString("album:1.0.0");
    assertThat(endedBefore).isFalse();
    assertThat(invocation.result().join())
        .isEqualTo(new ClientOutcome.Completed(Payload.ofJson("42")));
  }

  @Test
  void everyRequestSaysForWhomAndHowLongItWaits() {
    line.node("a:1", question -> question.accept(true));
    line.client(acme()).start("album", INPUT);

    Door.Envelope envelope = line.asked.get(0).request().getEnvelope();
    assertThat(envelope.getOwner()).isEqualTo("acme");
    assertThat(envelope.getCredential()).isEqualTo("corale_x");
    assertThat(envelope.getDeadlineMillis()).isPositive();
  }

  @Test
  void oneThatSharesConnectionsAsksForItsOwnOwner() {
    line.node("a:1", question -> question.accept(true));
    Client lender = line.client(acme());
    Client borrower = Client.builder().nodes("a:1").owner("other").sharing(lender).build();
    Client closed = Client.builder().nodes("a:1").owner("gone").sharing(lender).build();

    closed.close();
    closed.start("album", INPUT);
    borrower.start("album", INPUT);
    lender.start("album", INPUT);

    assertThat(line.asked)
        .extracting(question -> question.request().getEnvelope().getOwner())
        .containsExactly("other", "acme");
  }

  /** Rule 24: the receipt is asked for as long as the client may retry, and all tries are one. */
  @Test
  void aLostSubmitIsRetriedElsewhereUnderTheSameId() {
    line.node("a:1", question -> question.unknown("connection lost"))
        .node("b:1", question -> question.accept(true));
    Invocation invocation = line.client(acme()).start("album", INPUT);

    line.pass(Duration.ofSeconds(1));

    assertThat(line.asked).extracting(ScriptedLine.Question::address).containsExactly("a:1", "b:1");
    assertThat(line.asked.get(1).request().getSubmit())
        .isEqualTo(line.asked.get(0).request().getSubmit());
    assertThat(line.asked.get(0).request().getSubmit().getRetryUntilMillis())
        .isEqualTo(1_000_000 + Duration.ofMinutes(10).toMillis());
    assertThat(invocation.accepted().join()).isInstanceOf(Reply.Given.class);
  }

  @Test
  void aNodeThatHangsIsLeftForAnother() {
    line.node("a:1", question -> {}).node("b:1", question -> question.accept(true));
    Invocation invocation = line.client(acme()).start("album", INPUT);

    line.pass(Patience.ACKNOWLEDGED.plusSeconds(1));

    assertThat(invocation.accepted()).isCompleted();
    assertThat(line.asked.get(0).answer()).as("the first is told").isCancelled();
  }

  /** Eight megabytes on a slow line take longer than an election; sent again they never arrive. */
  @Test
  void aLargeInputHasTheTimeThatItTakesToTravel() {
    Payload large = Payload.ofJson("\"" + "x".repeat(1_000_000) + "\"");
    line.node("a:1", question -> {}).node("b:1", question -> question.accept(true));
    Invocation invocation = line.client(acme()).start("album", large);

    line.pass(Patience.LARGE.minusSeconds(1));
    int before = line.asked.size();
    line.pass(Duration.ofSeconds(3));

    assertThat(before).isOne();
    assertThat(invocation.accepted()).isCompleted();
  }

  /** A large answer may need it, and only who waits learns whether one comes. */
  @Test
  void whoWasNotAnsweredInTimeIsGivenMoreNextTime() {
    List<Long> deadlines = new ArrayList<>();
    line.node(
        "a:1",
        question -> {
          deadlines.add(question.request().getEnvelope().getDeadlineMillis());
          question.unknown("did not answer");
        });
    var reply = line.client(acme().patience(Duration.ofMinutes(5))).status(new InvocationId("i"));

    line.pass(Duration.ofSeconds(3));

    assertThat(reply).isNotDone();
    assertThat(deadlines.subList(0, 6))
        .containsExactly(5_000L, 10_000L, 20_000L, 40_000L, 45_000L, 45_000L);
  }

  @Test
  void aDefiniteNoIsRefusedAtOnce() {
    line.node("a:1", question -> question.refuse(Refusal.Code.FORBIDDEN, "lacks the right"))
        .node("b:1", question -> question.accept(true));
    Invocation invocation = line.client(acme()).start("album", INPUT);

    assertThat(invocation.result().join()).isInstanceOf(ClientOutcome.Refused.class);
    assertThat(invocation.accepted().join()).isInstanceOf(Reply.Refused.class);
    assertThat(line.asked).hasSize(1);
  }

  @Test
  void aNoAfterALostSubmitIsUnknownBecauseTheLostOneMayRun() {
    line.node("a:1", question -> question.unknown("connection lost"))
        .node("b:1", question -> question.refuse(Refusal.Code.FORBIDDEN, "lacks the right"));
    Invocation invocation = line.client(acme()).start("album", INPUT);

    line.pass(Duration.ofSeconds(1));

    assertThat(invocation.result().join()).isInstanceOf(ClientOutcome.Unknown.class);
    assertThat(((ClientOutcome.Unknown) invocation.result().join()).message())
        .contains("may have been carried out")
        .contains("lacks the right");
  }

  @Test
  void nobodyThereIsADefiniteNoOnceRetriesEnd() {
    Invocation invocation =
        line.node("a:1", q -> q.refuse(Refusal.Code.UNAVAILABLE, "cannot reach a:1"))
            .client(acme().retryFor(Duration.ofSeconds(20)))
            .start("album", INPUT);

    line.pass(Duration.ofSeconds(16));
    boolean early = invocation.result().isDone();
    line.pass(Duration.ofSeconds(5));

    assertThat(early).as("gave up before its time").isFalse();
    ClientOutcome.Refused refused = (ClientOutcome.Refused) invocation.result().join();
    assertThat(refused.refusal().code()).isEqualTo(Refusal.Code.UNAVAILABLE);
    assertThat(line.asked).hasSizeBetween(8, 40);
  }

  @Test
  void nodesThatNeverAnswerAreUnknownOnceRetriesEnd() {
    Invocation invocation =
        line.node("a:1", question -> {})
            .client(acme().retryFor(Duration.ofSeconds(20)))
            .start("album", INPUT);

    line.pass(Duration.ofSeconds(25));

    assertThat(invocation.result().join()).isInstanceOf(ClientOutcome.Unknown.class);
  }

  @Test
  void aConnectionLostAfterAcceptanceIsFollowedUpByWaitingAgain() {
    line.node("a:1", ScriptedLine.accepting(question -> question.complete("1")));
    Invocation invocation =
        line.client(acme()).start("album", INPUT, StartOptions.DEFAULTS.withId("i"));

    line.asked.get(0).unknown("connection lost");
    line.pass(Duration.ofSeconds(1));

    assertThat(line.asked.get(1).request().getAwait().getInvocation()).isEqualTo("i");
    assertThat(line.asked.get(1).request().getAwait().getSeenIndex())
        .isEqualTo(ScriptedLine.ACCEPTED_AT);
    assertThat(invocation.result().join()).isInstanceOf(ClientOutcome.Completed.class);
  }

  @Test
  void whatWasAcceptedIsNeverReportedAsRefused() {
    line.node(
        "a:1",
        ScriptedLine.accepting(
            question -> question.refuse(Refusal.Code.NOT_FOUND, "no such invocation")));
    Invocation invocation = line.client(acme()).start("album", INPUT);

    line.asked.get(0).unknown("connection lost");
    line.pass(Duration.ofSeconds(1));

    assertThat(invocation.result().join()).isInstanceOf(ClientOutcome.Unknown.class);
  }

  @Test
  void aLongInvocationIsWaitedForAsLongAsSomebodyKnowsThatItRuns() {
    line.node(
        "a:1",
        ScriptedLine.accepting(
            question -> {
              if (question.request().hasStatus()) {
                question
                    .answer()
                    .complete(
                        Door.Response.newBuilder()
                            .setStatus(Door.InvocationStatus.newBuilder().setIndex(30))
                            .build());
              }
            }));
    Invocation invocation = line.client(acme()).start("album", INPUT);

    line.pass(Duration.ofHours(3));
    boolean waited = !invocation.result().isDone();
    ScriptedLine.Question last = line.asked.get(line.asked.size() - 1);
    last.complete("1");

    assertThat(waited).isTrue();
    assertThat(last.request().hasAwait()).isTrue();
    assertThat(invocation.result().join()).isInstanceOf(ClientOutcome.Completed.class);
  }

  @Test
  void theNodeThatIsNamedIsAskedNextTimeAndForgottenWhenItFails() {
    boolean[] isDown = {false};
    line.node(
            "a:1",
            q ->
                q.answer()
                    .complete(
                        Door.Response.newBuilder()
                            .setNextDoor("c:1")
                            .setDone(Door.Done.getDefaultInstance())
                            .build()))
        .node("b:1", q -> done(q, 1))
        .node(
            "c:1",
            q -> {
              if (isDown[0]) {
                q.refuse(Refusal.Code.UNAVAILABLE, "leaving");
              } else {
                done(q, 1);
              }
            });
    Client client = line.client(acme());

    cancel(client);
    cancel(client);
    isDown[0] = true;
    cancel(client);
    line.pass(Duration.ofSeconds(1));

    assertThat(line.asked)
        .extracting(ScriptedLine.Question::address)
        .containsExactly("a:1", "c:1", "c:1", "a:1");
  }

  /** Rule 26. */
  @Test
  void readsCarryTheHighestIndexSeen() {
    line.node("a:1", q -> done(q, 41));
    Client client = line.client(acme());
    cancel(client);

    CompletableFuture<?> status = client.status(new InvocationId("i"));

    assertThat(status).isNotNull();
    assertThat(line.asked.get(1).request().getStatus().getSeenIndex()).isEqualTo(41);
  }

  @Test
  void aPayloadOverTheLimitIsRefusedHereWithSizeAndLimit() {
    line.node("a:1", question -> question.accept(true));
    Payload large = Payload.ofJson("\"" + "x".repeat(Payload.MAX_BYTES) + "\"");

    Invocation invocation = line.client(acme()).start("album", large);

    ClientOutcome.Refused refused = (ClientOutcome.Refused) invocation.result().join();
    assertThat(refused.refusal().code()).isEqualTo(Refusal.Code.TOO_LARGE);
    assertThat(refused.refusal().message()).contains("8388610 bytes").contains("8388608");
    assertThat(line.asked).isEmpty();
  }

  @Test
  void beyondItsBoundAStartIsRefusedWithoutBeingSent() {
    line.node("a:1", question -> question.accept(true));
    Client client = line.client(acme().maxInFlight(1));
    Invocation first = client.start("album", INPUT);

    Invocation second = client.start("album", INPUT);
    line.asked.get(0).complete("1");
    Invocation third = client.start("album", INPUT);

    assertThat(first.result()).isCompleted();
    assertThat(((ClientOutcome.Refused) second.result().join()).refusal().code())
        .isEqualTo(Refusal.Code.OVERLOADED);
    assertThat(third.accepted().join()).isInstanceOf(Reply.Given.class);
  }

  @Test
  void beyondItsBoundAStartWaitsItsTurnIfToldTo() {
    line.node("a:1", question -> question.accept(true));
    Client client = line.client(acme().maxInFlightThenWait(1));
    List<Invocation> invocations = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      invocations.add(client.start("album", INPUT));
    }

    int sentAtFirst = line.asked.size();
    line.asked.get(0).complete("1");
    line.asked.get(1).complete("2");
    line.asked.get(2).complete("3");

    assertThat(sentAtFirst).isOne();
    assertThat(invocations).allSatisfy(each -> assertThat(each.result()).isCompleted());
  }

  @Test
  void closingEndsAllThatIsOpenOrWaits() {
    line.node("a:1", question -> question.accept(true));
    Client client = line.client(acme().maxInFlightThenWait(1));
    List<Invocation> invocations = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      invocations.add(client.start("album", INPUT));
    }

    client.close();

    assertThat(invocations).allSatisfy(each -> assertThat(each.result()).isCompleted());
    assertThat(invocations.get(0).result().join()).isInstanceOf(ClientOutcome.Unknown.class);
    assertThat(invocations.get(19_999).result().join()).isInstanceOf(ClientOutcome.Refused.class);
  }

  @Test
  void badSettingsAreRefusedWhenTheyAreGiven() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Client.builder().nodes("localhost"))
        .withMessageContaining("is not host:port");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Client.builder().retryFor(Duration.ofDays(2)));
    assertThatIllegalArgumentException().isThrownBy(() -> Client.builder().build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StartOptions.DEFAULTS.withTraceParent("0".repeat(65)))
        .withMessageContaining("traceParent has 65 characters, at most 64");
  }

  private static void cancel(Client client) {
    assertThat(client.cancel(new InvocationId("i"), "test")).isNotNull();
  }

  private static void done(ScriptedLine.Question question, long index) {
    question
        .answer()
        .complete(
            Door.Response.newBuilder().setDone(Door.Done.newBuilder().setIndex(index)).build());
  }

  private static Door.Response announced(int reached) {
    return Door.Response.newBuilder()
        .setAnnounced(Door.Announced.newBuilder().setReached(reached).setIndex(9))
        .build();
  }

  /** Rule 22: an event is said again until somebody has it, always as the same event. */
  @Test
  void aLostEventIsSaidAgainUnderTheSameId() {
    line.node("a:1", question -> question.unknown("connection lost"))
        .node("b:1", question -> question.answer().complete(announced(2)));
    CompletableFuture<Reply<Door.Announced>> reply =
        line.client(acme()).announce(CloudEvent.of("paid").withData("{\"n\": 1}"));

    line.pass(Duration.ofSeconds(1));

    assertThat(line.asked).hasSize(2);
    Door.Announce announce = line.asked.get(0).request().getAnnounce();
    assertThat(line.asked.get(1).request().getAnnounce()).isEqualTo(announce);
    assertThat(announce.getEvent().toStringUtf8())
        .matches(
            "\\{\"specversion\":\"1.0\",\"type\":\"paid\",\"data\":\\{\"n\":1},"
                + "\"id\":\"[0-9a-z]{20}\",\"source\":\"/corale/client\","
                + "\"time\":\"1970-01-01T00:16:40Z\"}");
    assertThat(announce.getTo()).isEmpty();
    assertThat(announce.getRetryUntilMillis())
        .isEqualTo(1_000_000 + Duration.ofMinutes(10).toMillis());
    assertThat(((Reply.Given<Door.Announced>) reply.join()).value().getReached()).isEqualTo(2);
  }

  @Test
  void anEventMayBeForOneInvocation() {
    line.node("a:1", question -> question.answer().complete(announced(0)));

    line.client(acme())
        .announce(
            CloudEvent.of("paid").withId("e").withSource("/s").with("time", "then"),
            new InvocationId("i-1"));

    Door.Announce announce = line.asked.get(0).request().getAnnounce();
    assertThat(announce.getTo()).isEqualTo("i-1");
    assertThat(announce.getEvent().toStringUtf8())
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"type\":\"paid\",\"id\":\"e\",\"source\":\"/s\","
                + "\"time\":\"then\"}");
  }

  /** Whoever has no room now is asked again. */
  @Test
  void aFullMailboxIsTriedAgain() {
    List<String> answers = new ArrayList<>(List.of("full", "taken"));
    line.node(
        "a:1",
        question -> {
          if (answers.remove(0).equals("full")) {
            question.refuse(Refusal.Code.OVERLOADED, "full");
          } else {
            question.answer().complete(announced(1));
          }
        });
    CompletableFuture<Reply<Door.Announced>> reply =
        line.client(acme()).announce(CloudEvent.of("paid"));

    line.pass(Duration.ofSeconds(3));

    assertThat(reply.join()).isInstanceOf(Reply.Given.class);
  }

  @Test
  void anEventThatIsTooLargeIsRefusedHere() {
    CloudEvent large = CloudEvent.of("paid").withData("\"" + "x".repeat(40_000) + "\"");
    line.node("a:1", question -> {});

    Reply<Door.Announced> reply = line.client(acme()).announce(large).join();

    assertThat(((Reply.Refused<Door.Announced>) reply).refusal().code())
        .isEqualTo(Refusal.Code.TOO_LARGE);
    assertThatIllegalArgumentException().isThrownBy(() -> CloudEvent.parse("[]"));
    assertThatIllegalArgumentException().isThrownBy(() -> CloudEvent.of("t").withData("{"));
  }
}
