package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.wire.Common;
import io.corale.wire.Door;
import org.junit.jupiter.api.Test;

/** {@code corale explain} in front of a scripted node. */
class ExplainCommandTest {
  private final Shell shell = new Shell();

  @Test
  void saysWhatHoldsACallItsPlaceWhenItStartsAndWhatWouldChangeThat() {
    answers(
        call()
            .setState(Door.CallExplanation.State.QUEUED)
            .setSinceMicros(12_300_000)
            .addObstacles(
                Door.Obstacle.newBuilder()
                    .setScope("a")
                    .setSlots(
                        Door.Obstacle.Slots.newBuilder()
                            .setBy(Door.Obstacle.Slots.By.LIMIT)
                            .setTaken(2)
                            .setLeased(1)
                            .setMost(2)))
            .addObstacles(
                Door.Obstacle.newBuilder()
                    .setScope("all")
                    .setRate(
                        Door.Obstacle.Rate.newBuilder()
                            .setRate(
                                Common.Limit.Rate.newBuilder()
                                    .setStarts(100)
                                    .setWindow(Common.Limit.Rate.Window.SECOND))
                            .setStarts(100)
                            .setOpensInMicros(120_000)))
            .setQueuePlace(
                Door.QueuePlace.newBuilder()
                    .setScope("a")
                    .setBefore(10_000)
                    .setIsMore(true)
                    .setNextInvocation("i-0")
                    .setNextCall(2))
            .setForetold(
                Door.Foretold.newBuilder()
                    .setExpectedMicros(2_100_000)
                    .setLowMicros(1_000_000)
                    .setHighMicros(8_400_000)
                    .setIsCalibrated(true)
                    .setSamples(77))
            .addChanges(
                Door.Change.newBuilder()
                    .setKind(Door.Change.Kind.RAISE_CONCURRENCY)
                    .setScope("a")
                    .setTo(3)
                    .setMicros(1_200_000)));

    int code = shell.corale("explain", "i-1");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(shell.line.asked.get(0).request().getExplain().getInvocation()).isEqualTo("i-1");
    assertThat(shell.out())
        .contains("call         3 of resize/cheap at /do/0, in lab/a")
        .contains("stands       waits for a slot, since 12.300 s, attempt 1")
        .contains("held by      scope a: 2 of 2 slots are taken, 1 of them leased")
        .contains("held by      scope all: 100 starts of 100/s, opens in 0.120 s")
        .contains("place        10000+ before it in scope a, next is call 2 of i-0")
        .contains(
            "starts       in about 2.100 s; four of five: 1.000 s to 8.400 s, by 77 observations")
        .contains("changes      with 3 slots in scope a it starts in 1.200 s")
        .contains("5 more calls have not ended")
        .contains("taken over");
  }

  @Test
  void printsTheSameForPrograms() {
    answers(
        call()
            .setState(Door.CallExplanation.State.PAUSED)
            .addObstacles(
                Door.Obstacle.newBuilder()
                    .setPaused(Door.Obstacle.Paused.newBuilder().setEndsInMicros(500_000)))
            .addChanges(
                Door.Change.newBuilder().setKind(Door.Change.Kind.PAUSE_ENDS).setMicros(500_000)));

    shell.corale("explain", "i-1", "--json");
    String json = shell.out();
    shell.corale("explain", "i-1", "-o", "json");

    assertThat(json)
        .contains("\"state\" : \"paused\"", "\"kind\" : \"paused\"", "\"opensInMicros\" : 500000")
        .contains("\"kind\" : \"pause_ends\"", "\"micros\" : 500000", "\"otherCalls\" : 5")
        .contains("\"kind\" : \"taken_over\"")
        .doesNotContain("sinceMicros", "queuePlace", "starts");
    assertThat(shell.out()).isEqualTo(json + json);
  }

  @Test
  void hasWordsForAllThatMayHoldACall() {
    Door.CallExplanation.Builder call = call().setState(Door.CallExplanation.State.FENCED);
    for (Door.Obstacle.Slots.By by :
        new Door.Obstacle.Slots.By[] {
          Door.Obstacle.Slots.By.RAMP, Door.Obstacle.Slots.By.LEARNED
        }) {
      call.addObstacles(
          Door.Obstacle.newBuilder()
              .setScope("a")
              .setSlots(
                  Door.Obstacle.Slots.newBuilder()
                      .setBy(by)
                      .setTaken(4)
                      .setMost(4)
                      .setMoreInMicros(1_000_000)));
    }
    call.addObstacles(
            Door.Obstacle.newBuilder()
                .setScope("b")
                .setSlots(
                    Door.Obstacle.Slots.newBuilder()
                        .setBy(Door.Obstacle.Slots.By.LEARNED)
                        .setTaken(4)
                        .setMost(4)))
        .addObstacles(
            Door.Obstacle.newBuilder()
                .setPaused(Door.Obstacle.Paused.newBuilder().setEndsInMicros(3_000_000)))
        .addObstacles(
            Door.Obstacle.newBuilder()
                .setScope("a")
                .setThrottled(Door.Obstacle.Throttled.newBuilder().setOpensInMicros(2_000_000)))
        .addObstacles(
            Door.Obstacle.newBuilder()
                .setScope("a")
                .setUnseen(Door.Obstacle.Unseen.newBuilder().setStarts(2).setMost(2)))
        .addObstacles(
            Door.Obstacle.newBuilder()
                .setFenced(Door.Obstacle.Fenced.newBuilder().setEndsInMicros(9_000_000)))
        .addObstacles(
            Door.Obstacle.newBuilder()
                .setNoSuperpeer(Door.Obstacle.NoSuperpeer.getDefaultInstance()))
        .addObstacles(
            Door.Obstacle.newBuilder()
                .setHeld(
                    Door.HoldReport.newBuilder()
                        .setComposition("resize")
                        .setHeldMicros(7_000_000)
                        .setHeldBy("ada")
                        .setReason("wrong input")))
        .addObstacles(Door.Obstacle.getDefaultInstance())
        .addChanges(Door.Change.newBuilder().setKind(Door.Change.Kind.RELEASE));
    answers(call);

    shell.corale("explain", "i-1");

    assertThat(shell.out())
        .contains("scope a: 4 of 4 slots are taken by its ramp, more in 1.000 s")
        .contains("scope a: 4 of 4 slots are taken as was learned, more in 1.000 s")
        .contains("scope b: 4 of 4 slots are taken as was learned, more at the next entry")
        .contains("it pauses for 3.000 s")
        .contains("scope a: its provider has no room, opens in 2.000 s")
        .contains("scope a: the superpeer has not seen 2 starts")
        .contains("its last attempt may run for another 9.000 s")
        .contains("no superpeer has taken over in this term")
        .contains("composition resize, paused by ada since 7.000 s: wrong input")
        .contains("changes      all that is paused is resumed")
        .contains("something that only newer builds know");
  }

  @Test
  void callsAGuessAGuess() {
    Door.Foretold foretold =
        Door.Foretold.newBuilder().setLowMicros(1_000).setHighMicros(8_000).setSamples(7).build();

    assertThat(ExplainWords.words(foretold)).endsWith("not calibrated: a guess");
  }

  private static Door.CallExplanation.Builder call() {
    return Door.CallExplanation.newBuilder()
        .setCall(3)
        .setAttempt(1)
        .setFunction("resize")
        .setImplementation("cheap")
        .setPlace("/do/0")
        .setAccount("lab")
        .setScope("a");
  }

  private void answers(Door.CallExplanation.Builder call) {
    Door.Response response =
        Door.Response.newBuilder()
            .setExplained(
                Door.ExplainReport.newBuilder()
                    .setTrace(
                        Door.TraceReport.newBuilder()
                            .setStatus(
                                Door.InvocationStatus.newBuilder()
                                    .setInvocation("i-1")
                                    .setPhase(Door.Phase.RUNNING))
                            .addEvents(
                                Door.TraceEvent.newBuilder()
                                    .setKind(Door.TraceEvent.Kind.TAKEN_OVER)))
                    .addCalls(call)
                    .setOthers(5))
            .build();
    shell.line.node("a:1", question -> question.answer().complete(response));
  }
}
