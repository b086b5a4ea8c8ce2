package io.corale.wire.netty;

import static io.corale.wire.netty.Talk.N2;
import static io.corale.wire.netty.Talk.accept;
import static io.corale.wire.netty.Talk.deliver;
import static io.corale.wire.netty.Talk.done;
import static io.corale.wire.netty.Talk.enter;
import static io.corale.wire.netty.Talk.enterAsNode;
import static io.corale.wire.netty.Talk.envelope;
import static io.corale.wire.netty.Talk.heard;
import static io.corale.wire.netty.Talk.refusal;
import static io.corale.wire.netty.Talk.request;
import static io.corale.wire.netty.Talk.say;
import static io.corale.wire.netty.Talk.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Refusal;
import io.corale.wire.Common;
import io.corale.wire.Door;
import io.corale.wire.Exchange;
import io.corale.wire.Freight;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The requests of one accepted connection, and their answers. */
class AcceptedConnectionTest {
  private final List<Exchange> taken = new ArrayList<>();
  private final Doorway doorway = new Doorway("n1", 2, Runnable::run, taken::add);
  private final EmbeddedChannel channel = accept(doorway);

  @AfterEach
  void releaseBuffers() {
    channel.finishAndReleaseAll();
  }

  @Test
  void aRequestBecomesAnExchangeAndItsAnswerAFrame() {
    enter(channel);
    say(channel, status(7, 1_000));

    assertThat(taken).hasSize(1);
    taken.get(0).answer(done(5));

    Door.Response response = heard(channel).getResponse();
    assertThat(response.getRequestId()).isEqualTo(7);
    assertThat(response.getMore()).isFalse();
    assertThat(response.getDone().getIndex()).isEqualTo(5);
    assertThat(doorway.open()).isZero();
  }

  @Test
  void answersComeInAnyOrderAndOnlyOnce() {
    enter(channel);
    say(channel, status(1, 1_000));
    say(channel, status(2, 1_000));

    taken.get(1).answer(done(2));
    taken.get(0).more(done(1));
    taken.get(0).answer(done(1));
    taken.get(0).answer(done(99));
    taken.get(0).more(done(99));

    assertThat(heard(channel).getResponse().getRequestId()).isEqualTo(2);
    assertThat(heard(channel).getResponse().getMore()).isTrue();
    assertThat(heard(channel).getResponse().getDone().getIndex()).isEqualTo(1);
    assertThat(channel.outboundMessages()).isEmpty();
  }

  @Test
  void aDeadlineOfZeroIsRefused() {
    enter(channel);

    say(channel, status(1, 0));

    assertThat(refusal(channel).getCode()).isEqualTo(Common.Refusal.Code.INVALID);
    assertThat(taken).isEmpty();
  }

  @Test
  void anUnknownKindIsRefusedByName() {
    enter(channel);

    say(channel, request(Door.Request.newBuilder().setEnvelope(envelope(1, 1_000))));

    assertThat(refusal(channel).getCode()).isEqualTo(Common.Refusal.Code.UNSUPPORTED);
  }

  @Test
  void whatNodesSayToEachOtherIsRefusedFromClients() {
    enter(channel);

    say(channel, request(deliver(1)));
    Common.Refusal deliver = refusal(channel);
    say(
        channel,
        request(
            Door.Request.newBuilder()
                .setEnvelope(envelope(2, 1_000).setCaller("root"))
                .setNodes(Door.Nodes.getDefaultInstance())));

    assertThat(deliver.getCode()).isEqualTo(Common.Refusal.Code.FORBIDDEN);
    assertThat(refusal(channel).getCode()).isEqualTo(Common.Refusal.Code.UNAUTHENTICATED);
    assertThat(taken).isEmpty();
  }

  @Test
  void aNodeMaySayIt() {
    say(
        channel,
        Door.Frame.newBuilder()
            .setHello(Introduction.ofNode(N2, "blue", "secret", "0.1").hello())
            .build());
    heard(channel);

    say(channel, request(deliver(1)));

    assertThat(taken).singleElement().matches(Exchange::fromNode);
  }

  @Test
  void openRequestsAreBounded() {
    enter(channel);
    for (int id = 1; id <= DoorLimits.MAX_OPEN_OF_CLIENT; id++) {
      say(channel, status(id, 60_000));
    }

    say(channel, status(9_999, 60_000));

    assertThat(refusal(channel).getCode()).isEqualTo(Common.Refusal.Code.OVERLOADED);
    assertThat(taken).hasSize(DoorLimits.MAX_OPEN_OF_CLIENT);
  }

  @Test
  void aFullExecutorIsOverload() {
    Executor full =
        task -> {
          throw new RejectedExecutionException();
        };
    EmbeddedChannel busy = accept(new Doorway("n1", 1, full, taken::add));
    enter(busy);

    say(busy, status(1, 1_000));

    assertThat(refusal(busy).getCode()).isEqualTo(Common.Refusal.Code.OVERLOADED);
    busy.finishAndReleaseAll();
  }

  @Test
  void requestsWaitInALineOfTheirConnectionOrOfTheOwnerForWhomANodeAsks() {
    List<Object> lines = new ArrayList<>();
    Doorway shared =
        new Doorway(
            "n1",
            9,
            line -> {
              lines.add(line);
              return Runnable::run;
            },
            taken::add,
            Freight.unbounded(),
            Freight.unbounded());
    EmbeddedChannel one = accept(shared);
    EmbeddedChannel other = accept(shared);
    EmbeddedChannel node = accept(shared);
    enter(one);
    enter(other);
    say(
        node,
        Door.Frame.newBuilder()
            .setHello(Introduction.ofNode(N2, "blue", "secret", "0.1").hello())
            .build());

    say(one, status(1, 1_000));
    say(one, status(2, 1_000));
    say(other, status(1, 1_000));
    say(node, brought(1, "ada"));
    say(node, brought(2, "ada"));
    say(node, brought(3, "bob"));

    assertThat(lines.get(0)).isEqualTo(lines.get(1)).isNotEqualTo(lines.get(2));
    assertThat(lines.get(3)).isEqualTo(lines.get(4)).isNotEqualTo(lines.get(5));
    one.finishAndReleaseAll();
    other.finishAndReleaseAll();
    node.finishAndReleaseAll();
  }

  private static Door.Frame brought(long id, String owner) {
    return request(
        Door.Request.newBuilder()
            .setEnvelope(envelope(id, 1_000).setCaller("root").setOwner(owner))
            .setStatus(Door.Status.getDefaultInstance()));
  }

  @Test
  void aBrokenHandlerIsUnknownNotRefused() {
    EmbeddedChannel broken =
        accept(
            new Doorway(
                "n1",
                1,
                Runnable::run,
                exchange -> {
                  throw new IllegalStateException("planted");
                }));
    enter(broken);

    say(broken, status(1, 1_000));

    assertThat(heard(broken).getResponse().hasUnknown()).isTrue();
    broken.finishAndReleaseAll();
  }

  @Test
  void whoeverForgetsIsForgotten() {
    AtomicInteger forgotten = new AtomicInteger();
    enter(channel);
    say(channel, status(1, 1_000));
    taken.get(0).onForget(forgotten::incrementAndGet);

    say(
        channel,
        Door.Frame.newBuilder().setForget(Door.Forget.newBuilder().setRequestId(1)).build());
    taken.get(0).answer(done(1));

    assertThat(forgotten).hasValue(1);
    assertThat(channel.outboundMessages()).isEmpty();
    assertThat(doorway.open()).isZero();
  }

  @Test
  void afterItsDeadlineARequestIsForgotten() {
    AtomicInteger forgotten = new AtomicInteger();
    enter(channel);
    say(channel, status(1, 300));
    taken.get(0).onForget(forgotten::incrementAndGet);

    channel.advanceTimeBy(250, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    int before = forgotten.get();
    channel.advanceTimeBy(150, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();

    assertThat(before).isZero();
    assertThat(forgotten).hasValue(1);
  }

  @Test
  void aLostConnectionForgetsAllItAsked() {
    AtomicInteger forgotten = new AtomicInteger();
    enter(channel);
    say(channel, status(1, 60_000));
    say(channel, status(2, 60_000));
    taken.forEach(exchange -> exchange.onForget(forgotten::incrementAndGet));

    channel.close().syncUninterruptibly();
    channel.runPendingTasks();

    assertThat(forgotten).hasValue(2);
    assertThat(doorway.open()).isZero();
  }

  @Test
  void aLeavingDoorRefusesWhatIsNewAndWaitsForWhatIsOpen() {
    enter(channel);
    say(channel, status(1, 60_000));

    var empty = doorway.leave();
    say(channel, status(2, 60_000));
    boolean waited = !empty.isDone();
    Common.Refusal refusal = refusal(channel);
    taken.get(0).answer(done(1));
    boolean answerHasLeft = heard(channel).hasResponse();

    assertThat(waited).isTrue();
    assertThat(answerHasLeft).isTrue();
    assertThat(refusal.getCode()).isEqualTo(Common.Refusal.Code.UNAVAILABLE);
    assertThat(refusal.getMessage()).contains("n1 is leaving");
    assertThat(empty).isCompleted();
  }

  @Test
  void anAnswerTooLargeForAFrameIsRefusedInstead() {
    enter(channel);
    say(channel, status(1, 1_000));

    taken
        .get(0)
        .answer(
            Door.Response.newBuilder()
                .setUnknown(
                    Door.Unknown.newBuilder().setMessage("x".repeat(DoorLimits.MAX_FRAME_BYTES))));

    assertThat(refusal(channel).getCode()).isEqualTo(Common.Refusal.Code.TOO_LARGE);
  }

  @Test
  void whoDoesNotReadIsNotRead() {
    enter(channel);
    ChannelFill.fill(channel);
    boolean whileFull = channel.config().isAutoRead();
    ChannelFill.drain(channel);

    assertThat(whileFull).isFalse();
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void aRequestIdUsedTwiceIsCutOff() {
    enter(channel);
    say(channel, status(1, 1_000));
    say(channel, status(1, 1_000));

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aRefusalIsTimedFromItsDecodedRequestToItsWriting() {
    List<String> seen = new ArrayList<>();
    doorway.watchBy(
        new DoorWatch() {
          @Override
          public void waited(long nanos) {}

          @Override
          public void refused(Common.Refusal.Code code, boolean byNode, long nanos) {
            seen.add(code + " " + byNode + " " + TimeUnit.NANOSECONDS.toMillis(nanos));
          }
        });
    channel.freezeTime();
    enter(channel);
    say(channel, status(1, 1_000));
    say(channel, status(2, 1_000));
    channel.advanceTimeBy(7, TimeUnit.MILLISECONDS);

    taken.get(0).answer(Doorway.refused(Refusal.of(Refusal.Code.OVERLOADED, "queue: it is full")));
    taken.get(1).answer(done(2));

    assertThat(seen).containsExactly("OVERLOADED false 7");
  }

  private void refuse(int many) {
    for (int i = 0; i < many; i++) {
      say(channel, status(taken.size() + 1, 1_000));
      taken
          .get(taken.size() - 1)
          .answer(Doorway.refused(Refusal.of(Refusal.Code.OVERLOADED, "queue: it is full")));
    }
  }

  private boolean isReadAfter(Duration time) {
    channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    return channel.config().isAutoRead();
  }

  /** Each refusal costs the node some time, which is not the flood's alone. */
  @Test
  void whoAsksOnInSpiteOfRefusalsIsReadMoreSlowly() {
    enter(channel);

    refuse(RefusalShares.MOST);
    boolean readsItsShare = channel.config().isAutoRead();
    refuse(RefusalShares.MOST + 1);

    assertThat(readsItsShare).isTrue();
    assertThat(channel.config().isAutoRead()).isFalse();
    assertThat(isReadAfter(RefusalShares.SPAN)).isFalse();
    assertThat(isReadAfter(RefusalShares.SPAN)).isTrue();
    assertThat(doorway.slowedConnections()).isEqualTo(1);
  }

  /** What was refused had been read before; whoever shares the connection is not left out. */
  @Test
  void nobodyIsLeftOutForLongerThanASecond() {
    enter(channel);

    refuse(100 * RefusalShares.MOST);

    assertThat(isReadAfter(RefusalShares.SPAN.multipliedBy(RefusedReading.MOST_SPANS))).isTrue();
  }

  /** What it owes by a large share would take it a minute by a small one. */
  @Test
  void norWhenManyOthersComeMeanwhile() {
    enter(channel);
    refuse(100 * RefusalShares.MOST);

    boolean isRead = false;
    for (int span = 0; span <= RefusedReading.MOST_SPANS; span++) {
      long now = channel.eventLoop().ticker().nanoTime() / RefusalShares.SPAN.toNanos();
      for (int others = 0; others < 60; others++) {
        doorway.refusals().share(now, true);
      }
      isRead = isReadAfter(RefusalShares.SPAN);
    }

    assertThat(isRead).isTrue();
  }

  /** Or those who are read just now would have what belongs to all. */
  @Test
  void whoIsNotReadKeepsItsShare() {
    enter(channel);
    refuse(5 * RefusalShares.MOST);
    isReadAfter(RefusalShares.SPAN);

    long span = channel.eventLoop().ticker().nanoTime() / RefusalShares.SPAN.toNanos();

    assertThat(doorway.refusals().share(span, true)).isEqualTo(RefusalShares.MOST / 2.0);
  }

  @Test
  void whatIsRefusedForAnotherReasonDoesNotCount() {
    enter(channel);
    for (int i = 0; i <= 2 * RefusalShares.MOST; i++) {
      say(channel, status(i + 1, 0));
    }

    assertThat(channel.config().isAutoRead()).isTrue();
  }

  /** It asks for many, and each of those has a door of its own. */
  @Test
  void aNodeIsReadOn() {
    enterAsNode(channel);

    refuse(2 * RefusalShares.MOST);

    assertThat(channel.config().isAutoRead()).isTrue();
  }

  /** Reading waits for both. */
  @Test
  void whoReadsAgainIsNotReadWhileItOwes() {
    enter(channel);
    refuse(2 * RefusalShares.MOST);

    channel.pipeline().fireChannelWritabilityChanged();

    assertThat(channel.config().isAutoRead()).isFalse();
  }
}
