package io.corale.scheduler;

import static io.corale.scheduler.TermsCell.living;
import static io.corale.scheduler.TermsCell.perSecond;
import static io.corale.scheduler.TermsCell.queued;
import static io.corale.scheduler.TermsCell.queuedBytes;
import static io.corale.scheduler.TermsCell.refused;
import static io.corale.scheduler.TermsCell.retryAfter;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.fork;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Terms;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Beyond the terms of an owner nothing new is taken on, and what was goes on (P12, ADR 33). */
class TermsRulesTest {
  private static final Result ACCEPTED = new Result.Accepted();

  @Test
  void refusesWhatTheQueueHasNoRoomFor() {
    TestCell cell = TermsCell.open(1);
    cell.apply(0, queued(1, 2), submit("running"));
    cell.apply(0, submit("a"), submit("b"));

    Applied full = cell.apply(0, submit("c"));

    assertThat(refused(full.results().get(0))).isEqualTo("queue: 2 calls wait, at most 2 may");
    assertThat(cell.scheduler.status(id("c"))).isEmpty();
  }

  @Test
  void takesMoreAsSoonAsThereIsRoom() {
    TestCell cell = TermsCell.open(1);
    cell.apply(0, queued(1, 1), submit("running"));
    cell.apply(0, submit("waiting"));
    refused(cell.apply(0, submit("late")).results().get(0));

    cell.apply(0, LimitCell.succeeded(cell, "running"));
    Applied room = cell.apply(0, submit("late"));

    assertThat(room.results()).containsExactly(ACCEPTED);
  }

  @Test
  void refusesWhatTheQueueHasNoBytesFor() {
    TestCell cell = TermsCell.open(1);
    cell.apply(0, submit("running"));
    cell.apply(0, queuedBytes(1, 1), submit("waiting"));

    Applied full = cell.apply(0, submit("late"));

    assertThat(refused(full.results().get(0))).startsWith("queue: calls of ").contains("at most 1");
    assertThat(cell.scheduler.queuedBytes()).isPositive();
  }

  @Test
  void refusesMoreInvocationsThanMayLive() {
    TestCell cell = TermsCell.open(9);
    cell.apply(0, living(1, 2), submit("a"), submit("b"));

    Applied full = cell.apply(0, submit("c"));

    assertThat(refused(full.results().get(0))).isEqualTo("invocations: 2 run, at most 2 may");
  }

  @Test
  void refusesMoreSubmitsThanASecondMayHave() {
    TestCell cell = TermsCell.open(9);

    Applied burst = cell.apply(0, perSecond(1, 2), submit("a"), submit("b"), submit("c"));

    assertThat(burst.results().subList(1, 3)).containsOnly(ACCEPTED);
    assertThat(refused(burst.results().get(3))).startsWith("quota: 2 submits");
    Duration wait = retryAfter(burst.results().get(3));
    assertThat(wait).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_100));
    assertThat(cell.apply(SECOND + SECOND / 10, submit("c")).results()).containsExactly(ACCEPTED);
  }

  /** Rule 22: it was accepted, and whoever asks again is told so. */
  @Test
  void whatIsKnownIsNeverRefused() {
    TestCell cell = TermsCell.open(1);
    cell.apply(0, living(1, 1), submit("a"));

    Applied again = cell.apply(0, submit("a"));

    assertThat(again.results().get(0)).isInstanceOf(Result.Known.class);
    assertThat(cell.scheduler.shortage(id("a"))).isEmpty();
    assertThat(cell.scheduler.shortage(id("b"))).isPresent();
  }

  /** P12: what was accepted goes on, however full it is. */
  @Test
  void whatRunsOpensMoreThanMayWait() {
    TestCell cell = TermsCell.open(1);
    cell.apply(0, queued(1, 1), submit("running"));

    Applied wide =
        cell.apply(0, settle(LimitCell.attempt(cell, "running"), TestCell.at(0, 1, fork(5))));

    assertThat(wide.results()).containsExactly(new Result.Done());
    assertThat(cell.queued()).isEqualTo(4);
  }

  @Test
  void saysWhenAQuarterOfTheQueueWillHaveStarted() {
    TestCell cell = TermsCell.open(4);
    cell.apply(0, queued(1, 40), submit("first", steps(fork(60))));
    for (int i = 0; i < 8; i++) {
      cell.apply(SECOND / 4, settle(LimitCell.attempt(cell, "first"), TestCell.success()));
    }

    Applied full = cell.apply(0, submit("late"));

    // Four to seven a second have started lately, and twelve are a quarter of those that wait.
    assertThat(retryAfter(full.results().get(0)))
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
  }

  @Test
  void laterTermsCountAndEarlierOnesDoNot() {
    TestCell cell = TermsCell.open(1);
    cell.apply(0, living(2, 1), living(1, 9), living(2, 9));

    Applied second = cell.apply(0, submit("a"), submit("b"));

    assertThat(second.results().get(0)).isEqualTo(ACCEPTED);
    refused(second.results().get(1));
    assertThat(cell.apply(0, living(3, 2), submit("b")).results().get(1)).isEqualTo(ACCEPTED);
    assertThat(cell.scheduler.terms().version()).isEqualTo(3);
  }

  /** Rule 36: what logs of older formats lead to does not change. */
  @Test
  void nothingIsRefusedBeforeItsFormatIsActive() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, new Command.ActivateVersion(Entry.TERMS_FORMAT - 1));

    Applied all = cell.apply(0, living(1, 1), submit("a"), submit("b"));

    assertThat(all.results().subList(1, 3)).containsOnly(ACCEPTED);
    assertThat(cell.scheduler.shortage(id("c"))).isEmpty();
  }

  /** Nobody has agreed to anything: the queue is bounded all the same. */
  @Test
  void theStandardTermsHoldWhereNothingWasAgreed() {
    TestCell cell = TermsCell.open(1);
    cell.withoutInvariants();
    int each = 100;
    for (int i = 0; i <= Terms.STANDARD.maxQueued() / each; i++) {
      cell.apply(0, submit("wide" + i, steps(fork(each))));
    }

    Applied full = cell.apply(0, submit("late"));

    assertThat(refused(full.results().get(0))).contains("at most 10000 may");
  }

  /** Rule 35: terms, what was submitted lately, and how fast it drains are state. */
  @Test
  void aRestoredReplicaRefusesAlike() {
    TestCell cell = TermsCell.open(1);
    cell.apply(3 * SECOND, perSecond(1, 2), submit("a"), submit("b"));

    TestCell restored = new TestCell(OwnerScheduler.restore(cell.scheduler.image()));
    Applied one = cell.apply(SECOND / 2, submit("c"));
    Applied other = restored.apply(SECOND / 2, submit("c"));

    assertThat(other.results()).isEqualTo(one.results());
    refused(one.results().get(0));
    assertThat(restored.scheduler.image().header().admission())
        .isEqualTo(cell.scheduler.image().header().admission());
    assertThat(List.of(restored.scheduler.terms())).containsExactly(cell.scheduler.terms());
  }
}
