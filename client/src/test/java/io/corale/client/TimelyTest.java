package io.corale.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.InvocationId;
import io.corale.model.Refusal;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What an owner wants of what runs is asked for with a time of its cell (ADR 32). */
class TimelyTest {
  private final ScriptedLine line = new ScriptedLine();
  private final AtomicLong told = new AtomicLong(100);

  private Client client() {
    return line.client(Client.builder().owner("acme"));
  }

  private void tell(ScriptedLine.Question question) {
    Door.ControlTime time = Door.ControlTime.newBuilder().setUntilMicros(told.get()).build();
    question.answer().complete(Door.Response.newBuilder().setControlTime(time).build());
  }

  private static void done(ScriptedLine.Question question) {
    question
        .answer()
        .complete(Door.Response.newBuilder().setDone(Door.Done.newBuilder().setIndex(7)).build());
  }

  private static boolean asksForTime(ScriptedLine.Question question) {
    return question.request().getHold().getUntilMicros() == 0;
  }

  private static <T> Refusal refusal(CompletableFuture<Reply<T>> reply) {
    assertThat(reply.join()).isInstanceOf(Reply.Refused.class);
    return ((Reply.Refused<T>) reply.join()).refusal();
  }

  @Test
  void allCopiesHaveTheTimeThatTheCellTold() {
    line.node(
            "a:1",
            question -> {
              if (asksForTime(question)) {
                tell(question);
              } else {
                question.unknown("connection lost");
              }
            })
        .node("b:1", TimelyTest::done);
    CompletableFuture<Reply<Door.Done>> reply = client().pauseOwner("maintenance");

    line.pass(Duration.ofSeconds(1));

    assertThat(reply.join()).isInstanceOf(Reply.Given.class);
    assertThat(line.asked)
        .extracting(question -> question.request().getHold().getUntilMicros())
        .containsExactly(0L, 100L, 100L);
  }

  @Test
  void whereSomebodyElseWasFasterItIsAskedAnew() {
    line.node(
        "a:1",
        question -> {
          if (asksForTime(question)) {
            tell(question);
          } else if (told.getAndAdd(50) == 100) {
            question.refuse(Refusal.Code.EXPIRED, "this came too late");
          } else {
            done(question);
          }
        });
    CompletableFuture<Reply<Door.Done>> reply = client().resumeOwner();

    line.pass(Duration.ofSeconds(1));

    assertThat(reply.join()).isInstanceOf(Reply.Given.class);
    assertThat(line.asked)
        .extracting(question -> question.request().getHold().getUntilMicros())
        .containsExactly(0L, 100L, 0L, 150L);
  }

  /** An earlier copy may have been done, before somebody else's. */
  @Test
  void tooLateAfterALostAttemptIsUnknown() {
    line.node(
            "a:1",
            question -> {
              if (asksForTime(question)) {
                tell(question);
              } else {
                question.unknown("connection lost");
              }
            })
        .node("b:1", question -> question.refuse(Refusal.Code.EXPIRED, "this came too late"));
    CompletableFuture<Reply<Door.Done>> reply = client().pauseOwner("");

    line.pass(Duration.ofSeconds(1));

    assertThat(reply.join()).isInstanceOf(Reply.Unknown.class);
    assertThat(line.asked).hasSize(3);
  }

  /** Asking for the time does nothing, so whatever was lost of it means nothing. */
  @Test
  void aNoToTheQuestionForTheTimeIsDefinite() {
    line.node("a:1", question -> question.unknown("connection lost"))
        .node("b:1", question -> question.refuse(Refusal.Code.FORBIDDEN, "lacks the right"));
    CompletableFuture<Reply<Door.Done>> reply = client().pauseOwner("");

    line.pass(Duration.ofSeconds(1));

    assertThat(refusal(reply)).isEqualTo(Refusal.of(Refusal.Code.FORBIDDEN, "lacks the right"));
  }

  @Test
  void whereNobodyTellsTheTimeNothingWasDone() {
    line.node("a:1", question -> {});
    CompletableFuture<Reply<Door.Done>> reply = client().pauseOwner("");

    line.pass(Duration.ofMinutes(2));

    assertThat(refusal(reply).code()).isEqualTo(Refusal.Code.UNAVAILABLE);
    assertThat(refusal(reply).message()).startsWith("nothing was done");
  }

  @Test
  void bothQuestionsHaveOnePatience() {
    line.node(
        "a:1",
        question -> {
          if (asksForTime(question) && line.nowNanos() > 11_000_000_000L) {
            tell(question);
          }
        });
    CompletableFuture<Reply<Door.Done>> reply = client().pauseOwner("");

    line.pass(Duration.ofSeconds(32));

    assertThat(reply).isDone();
    assertThat(reply.join()).isInstanceOf(Reply.Unknown.class);
  }

  @Test
  void aDeadlineIsAheadAndMayBeAsFarAsOneLikes() {
    line.node(
        "a:1",
        question -> {
          if (question.request().getPrioritize().getUntilMicros() == 0) {
            tell(question);
          } else {
            done(question);
          }
        });
    InvocationId id = new InvocationId("i");

    CompletableFuture<Reply<Door.Done>> none =
        client().prioritize(id, Optional.empty(), Optional.of(Duration.ofNanos(5)));
    CompletableFuture<Reply<Door.Done>> far =
        client().prioritize(id, Optional.empty(), Optional.of(Duration.ofSeconds(Long.MAX_VALUE)));

    assertThat(refusal(none).message()).contains("at least 1 ms");
    assertThat(far.join()).isInstanceOf(Reply.Given.class);
  }
}
