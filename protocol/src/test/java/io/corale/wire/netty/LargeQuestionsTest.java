package io.corale.wire.netty;

import static io.corale.wire.netty.Talk.envelope;
import static io.corale.wire.netty.Talk.heard;
import static io.corale.wire.netty.Talk.large;
import static io.corale.wire.netty.Talk.say;
import static io.corale.wire.netty.Talk.status;
import static io.corale.wire.netty.Talk.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.wire.Common;
import io.corale.wire.Door;
import io.corale.wire.Freight;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Frames of more than 32 KiB, at the side that asks. */
class LargeQuestionsTest {
  private static final int MIB = 1024 * 1024;

  private final Freight taken = new Freight(20L * MIB, 9L * MIB);

  @Test
  void aLargeAnswerIsReadWhenThereIsRoomForIt() {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    EmbeddedChannel asking = asking(opened);
    CompletableFuture<Door.Response> answer = opened.join().ask(request());
    asking.runPendingTasks();
    Freight.Load others = taken.take(15L * MIB).orElseThrow();

    say(asking, response(1, 8 * MIB));
    boolean waits = !answer.isDone() && !asking.config().isAutoRead();
    others.release();
    asking.runPendingTasks();

    assertThat(waits).isTrue();
    assertThat(answer).isCompleted();
    assertThat(asking.config().isAutoRead()).isTrue();
    asking.finishAndReleaseAll();
  }

  @Test
  void anAnswerThatFindsNoRoomInTimeIsUnknownAndTheNextIsRead() {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    EmbeddedChannel asking = asking(opened);
    CompletableFuture<Door.Response> first = opened.join().ask(request());
    CompletableFuture<Door.Response> second = opened.join().ask(request());
    asking.runPendingTasks();
    Freight.Load others = taken.take(15L * MIB).orElseThrow();
    say(asking, response(1, 8 * MIB));

    asking.advanceTimeBy(DoorLimits.STALLED.toMillis() + 1, TimeUnit.MILLISECONDS);
    asking.runScheduledPendingTasks();
    boolean isReadOn = asking.config().isAutoRead();
    say(asking, response(2, 1));

    assertThat(isReadOn).isTrue();
    assertThat(now(first).getUnknown().getMessage()).contains("no room");
    assertThat(second).isCompleted();
    others.release();
    asking.finishAndReleaseAll();
    assertThat(taken.reading().waiting()).isZero();
  }

  @Test
  void anAnswerThatNobodyWaitsForDelaysNone() {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    EmbeddedChannel asking = asking(opened);
    opened.join().ask(request()).cancel(false);
    CompletableFuture<Door.Response> next = opened.join().ask(request());
    asking.runPendingTasks();
    Freight.Load others = taken.take(15L * MIB).orElseThrow();

    say(asking, response(7, 8 * MIB));
    say(asking, response(1, 1));

    assertThat(asking.config().isAutoRead()).isTrue();
    assertThat(next).isCompleted();
    others.release();
    asking.finishAndReleaseAll();
    assertThat(taken.reading().usedBytes()).isZero();
  }

  @Test
  void afterOneThatFoundNoRoomNoneWaitsUntilOneFindsSome() {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    EmbeddedChannel asking = asking(opened);
    List<CompletableFuture<Door.Response>> answers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      answers.add(opened.join().ask(request()));
    }
    asking.runPendingTasks();
    Freight.Load others = taken.take(15L * MIB).orElseThrow();
    say(asking, response(1, 8 * MIB));
    asking.advanceTimeBy(DoorLimits.STALLED.toMillis() + 1, TimeUnit.MILLISECONDS);
    asking.runScheduledPendingTasks();

    say(asking, response(2, 8 * MIB));
    boolean isReadOn = answers.get(1).isDone() && asking.config().isAutoRead();
    others.release();
    say(asking, response(3, 8 * MIB));
    Freight.Load again = taken.take(15L * MIB).orElseThrow();
    say(asking, response(4, 8 * MIB));

    assertThat(isReadOn).isTrue();
    assertThat(answers.get(2)).isCompleted();
    assertThat(asking.config().isAutoRead()).as("waits again").isFalse();
    again.release();
    asking.finishAndReleaseAll();
    assertThat(taken.reading().usedBytes()).isZero();
  }

  @Test
  void aListenerThatBreaksHoldsNoRoom() {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    EmbeddedChannel asking = asking(opened);
    CompletableFuture<Door.Response> answer =
        opened
            .join()
            .ask(
                request(),
                more -> {
                  throw new IllegalStateException("planted");
                });
    asking.runPendingTasks();

    say(
        asking,
        Door.Frame.newBuilder().setResponse(large(2 * MIB).setRequestId(1).setMore(true)).build());

    assertThat(now(answer).hasUnknown()).as("its connection is closed").isTrue();
    assertThat(taken.reading().usedBytes()).isZero();
    asking.finishAndReleaseAll();
  }

  @Test
  void aLargeQuestionDoesNotHaveSmallOnesRefused() {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    EmbeddedChannel asking = asking(opened);
    ChannelFill.fill(asking);
    CompletableFuture<Door.Response> waits = opened.join().ask(submit(0, 8 * MIB).getRequest());
    asking.runPendingTasks();
    boolean waitsForTheChannel = asking.outboundMessages().isEmpty();

    ChannelFill.drain(asking);

    assertThat(waitsForTheChannel).isTrue();
    assertThat(waits).isNotDone();
    assertThat(heard(asking).getRequest().hasSubmit()).isTrue();
    asking.finishAndReleaseAll();
  }

  /** What certainly did not leave is a definite no. */
  @Test
  void aLargeQuestionThatNeverBeganToLeaveIsRefusedAtItsDeadline() {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    EmbeddedChannel asking = asking(opened);
    ChannelFill.fill(asking);
    CompletableFuture<Door.Response> waits =
        opened
            .join()
            .ask(
                submit(0, 8 * MIB).getRequest().toBuilder()
                    .setEnvelope(envelope(0, 1_000))
                    .build());
    asking.runPendingTasks();

    asking.advanceTimeBy(1_100, TimeUnit.MILLISECONDS);
    asking.runScheduledPendingTasks();

    assertThat(now(waits).getRefused().getCode()).isEqualTo(Common.Refusal.Code.OVERLOADED);
    assertThat(asking.outboundMessages()).as("nor is the other side told to forget it").isEmpty();
    asking.finishAndReleaseAll();
  }

  @Test
  void whatNobodyWaitsForAnyMoreHurriesNobody() {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    EmbeddedChannel asking = asking(opened);
    ChannelFill.fill(asking);
    CompletableFuture<Door.Response> waits = opened.join().ask(submit(0, 8 * MIB).getRequest());
    asking.runPendingTasks();

    waits.cancel(false);
    asking.runPendingTasks();
    asking.advanceTimeBy(DoorLimits.LARGE_FRAME.toMillis() + 1, TimeUnit.MILLISECONDS);
    asking.runScheduledPendingTasks();

    assertThat(asking.isOpen()).isTrue();
    asking.finishAndReleaseAll();
  }

  @Test
  void aLargeQuestionThatNeverBeganToLeaveIsRefusedWhenTheConnectionBreaks() {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    EmbeddedChannel asking = asking(opened);
    CompletableFuture<Door.Response> left = opened.join().ask(submit(0, 8 * MIB).getRequest());
    asking.runPendingTasks();
    ChannelFill.fill(asking);
    CompletableFuture<Door.Response> waits = opened.join().ask(submit(0, 8 * MIB).getRequest());
    asking.runPendingTasks();

    asking.close();
    asking.runPendingTasks();

    assertThat(now(left).hasUnknown()).isTrue();
    assertThat(now(waits).getRefused().getCode()).isEqualTo(Common.Refusal.Code.UNAVAILABLE);
    asking.finishAndReleaseAll();
  }

  /** It would end the connection, and with it what all others ask there. */
  @Test
  void toAnOlderBuildNothingGoesThatItWouldNotRead() {
    CompletableFuture<Connection> opened = new CompletableFuture<>();
    EmbeddedChannel asking = asking(opened, 1);

    CompletableFuture<Door.Response> large = opened.join().ask(submit(0, 2 * MIB).getRequest());
    CompletableFuture<Door.Response> less = opened.join().ask(submit(0, MIB / 2).getRequest());
    asking.runPendingTasks();

    assertThat(now(large).getRefused().getCode()).isEqualTo(Common.Refusal.Code.TOO_LARGE);
    assertThat(less).isNotDone();
    assertThat(heard(asking).getRequest().hasSubmit()).isTrue();
    asking.finishAndReleaseAll();
  }

  /** The answer if there is one: a test that waited for it would never end. */
  private static Door.Response now(CompletableFuture<Door.Response> answer) {
    return answer.getNow(Door.Response.getDefaultInstance());
  }

  private EmbeddedChannel asking(CompletableFuture<Connection> opened) {
    return asking(opened, ProtocolRange.OURS.max());
  }

  private EmbeddedChannel asking(CompletableFuture<Connection> opened, int protocol) {
    EmbeddedChannel asking =
        new EmbeddedChannel(
            DoorChannels.opening(Introduction.ofClient("test", "0.1"), taken, opened));
    asking.freezeTime();
    heard(asking);
    say(
        asking,
        Door.Frame.newBuilder()
            .setWelcome(Door.Welcome.newBuilder().setProtocol(protocol).setCluster("blue"))
            .build());
    return asking;
  }

  private static Door.Request request() {
    return status(0, 60_000).getRequest();
  }

  private static Door.Frame response(long id, int bytes) {
    return Door.Frame.newBuilder().setResponse(large(bytes).setRequestId(id)).build();
  }
}
