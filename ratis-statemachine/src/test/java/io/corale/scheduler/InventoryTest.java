package io.corale.scheduler;

import static io.corale.scheduler.SuperpeerRig.OTHER;
import static io.corale.scheduler.SuperpeerRig.SELF;
import static io.corale.scheduler.SuperpeerRig.attempt;
import static io.corale.scheduler.SuperpeerRig.entry;
import static io.corale.scheduler.SuperpeerRig.settle;
import static io.corale.scheduler.SuperpeerRig.start;
import static io.corale.scheduler.SuperpeerRig.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Incarnation;
import io.corale.model.Outcome;
import io.corale.scheduler.Inventory.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a superpeer asks earlier executors, and what it answers as one (rule 11). */
final class InventoryTest {
  private static final Executor EARLIER = new Executor(OTHER, 5);
  private static final long FENCE_MICROS = 60_000_000;

  private final SuperpeerRig rig = new SuperpeerRig();

  // Who asks.

  @Test
  void settlesAsNotSentWhatHadNotLeft() {
    Inquiry inquiry = asked(1);

    answer(inquiry, new Finding.Unsent());

    assertThat(proposedSettles())
        .singleElement()
        .satisfies(s -> assertThat(s.attempt()).isEqualTo(attempt(1)))
        .satisfies(s -> assertThat(s.outcome()).isInstanceOf(Outcome.NotSent.class));
  }

  @Test
  void proposesTheOutcomeThatTheEarlierExecutorHas() {
    Inquiry inquiry = asked(1);

    answer(inquiry, new Finding.Ended(settle(1)));

    assertThat(proposedSettles()).containsExactly(settle(1));
  }

  @Test
  void leavesLeasedWhatRunsAndWhatNobodyKnows() {
    Inquiry inquiry = asked(1, 2);

    answer(inquiry, new Finding.Running(), new Finding.Forgotten());

    assertThat(inquiry).isEqualTo(new Inquiry(1, EARLIER, me(), orphans(1, 2)));
    assertThat(proposedSettles()).isEmpty();
  }

  @Test
  void asksAgainAboutWhatRunsAlone() {
    Inquiry inquiry = asked(1, 2, 3);
    answer(inquiry, new Finding.Running(), new Finding.Forgotten(), new Finding.Ended(settle(3)));
    rig.apply(entry(SELF, 7, 9, settle(3)));

    rig.pass(Inquiries.FIRST_PAUSE_NANOS / 1_000);

    assertThat(inquiries())
        .singleElement()
        .satisfies(i -> assertThat(i.orphans()).isEqualTo(orphans(1)));
  }

  /** A process that began later proves nothing of what the one before it has sent. */
  @Test
  void leavesEverythingLeasedWhereTheExecutorLivesAnotherLife() {
    Inquiry inquiry = asked(1, 2);

    rig.superpeer.inquiryAnswered(inquiry.number(), new Inventory.AnotherLife(), rig.nowNanos);

    assertThat(rig.superpeer.drain(rig.nowNanos)).isEmpty();
    rig.pass(FENCE_MICROS);
    assertThat(rig.superpeer.drain(rig.nowNanos)).isEmpty();
  }

  /** Rule 12: it says so where a call does not wait for its fence, and only there. */
  @Test
  void saysThatAnExecutorHasCrashedOnceItLivesAnotherLife() {
    lead(new Effect.Inquire(EARLIER, List.of(fast(1))));

    rig.superpeer.inquiryAnswered(
        inquiries().get(0).number(), new Inventory.AnotherLife(), rig.nowNanos);

    assertThat(proposed()).containsExactly(new Command.Crashed(EARLIER));
  }

  /** Rule 12. */
  @Test
  void saysThatAnExecutorHasCrashedOnceItHasNotAnsweredTwice() {
    lead(new Effect.Inquire(EARLIER, List.of(fast(1))));
    rig.superpeer.inquiryFailed(inquiries().get(0).number(), rig.nowNanos);
    List<Command> afterOne = proposed();
    rig.pass(Inquiries.FIRST_PAUSE_NANOS / 1_000);
    inquiries();

    rig.pass(Inquiries.PATIENCE_NANOS / 1_000);

    assertThat(afterOne).isEmpty();
    assertThat(proposed()).containsExactly(new Command.Crashed(EARLIER));
    rig.pass(FENCE_MICROS);
    assertThat(proposed()).isEmpty();
  }

  /** Rule 12: the only member of a cell that has come back, for one. */
  @Test
  void needNotAskItsOwnFormerLife() {
    Executor former = new Executor(new Incarnation(SELF.node(), SELF.boot() + 1), 5);
    lead(
        new Effect.Inquire(former, List.of(fast(1))),
        new Effect.Inquire(new Executor(former.node(), 4), orphans(2)));

    List<Action> actions = rig.superpeer.drain(rig.nowNanos);
    assertThat(actions).noneMatch(Action.Inquire.class::isInstance);
    assertThat(actions)
        .filteredOn(Action.Propose.class::isInstance)
        .singleElement()
        .satisfies(
            p ->
                assertThat(((Action.Propose) p).entry().commands())
                    .containsExactly(new Command.Crashed(former)));
  }

  /** Rule 12. */
  @Test
  void leavesAloneWhoAnswersThatItRuns() {
    lead(new Effect.Inquire(EARLIER, List.of(fast(1))));
    rig.superpeer.inquiryFailed(inquiries().get(0).number(), rig.nowNanos);
    rig.pass(Inquiries.FIRST_PAUSE_NANOS / 1_000);

    answer(inquiries().get(0), new Finding.Running());
    rig.pass(2 * Inquiries.FIRST_PAUSE_NANOS / 1_000);
    rig.superpeer.inquiryFailed(inquiries().get(0).number(), rig.nowNanos);

    assertThat(proposed()).isEmpty();
  }

  @Test
  void asksInPages() {
    int calls = 2 * Inquiries.PAGE + 1;
    Inquiry first = asked(LongStream.rangeClosed(1, calls).toArray());

    Inquiry second = running(first);
    Inquiry third = running(second);

    assertThat(List.of(first.orphans().size(), second.orphans().size(), third.orphans().size()))
        .containsExactly(Inquiries.PAGE, Inquiries.PAGE, 1);
  }

  private Inquiry running(Inquiry inquiry) {
    Finding running = new Finding.Running();
    answer(
        inquiry,
        IntStream.range(0, inquiry.orphans().size())
            .mapToObj(i -> running)
            .toArray(Finding[]::new));
    return inquiries().get(0);
  }

  @Test
  void asksAgainWhereNoAnswerComesEverySomeSeconds() {
    asked(1);
    int asked = 0;

    for (int second = 0; second < 10 * 60; second++) {
      rig.pass(1_000_000);
      asked += inquiries().size();
    }

    assertThat(asked).isBetween(80, 120);
  }

  @Test
  void asksAtOnceAndNotTwiceAtATime() {
    asked(1);

    rig.superpeer.tick(rig.nowNanos);

    assertThat(inquiries()).isEmpty();
  }

  /** The question was given up by then; who answers it late has answered the next one, too. */
  @Test
  void takesAnAnswerOnceAndNoneThatItDoesNotWaitFor() {
    Inquiry first = asked(1);
    rig.superpeer.inquiryFailed(first.number(), rig.nowNanos);
    rig.pass(Inquiries.FIRST_PAUSE_NANOS / 1_000);
    Inquiry second = inquiries().get(0);

    answer(first, new Finding.Unsent());
    List<Command.Settle> afterTheFirst = proposedSettles();
    answer(second, new Finding.Unsent());
    answer(second, new Finding.Unsent());

    assertThat(afterTheFirst).isEmpty();
    assertThat(proposedSettles()).hasSize(1);
  }

  /** Between busy nodes answers may take longer than its patience, each time. */
  @Test
  void takesAnAnswerThatComesLateUntilItAsksAgain() {
    Inquiry inquiry = asked(1, 2);
    rig.pass(Inquiries.PATIENCE_NANOS / 1_000);
    assertThat(inquiries()).isEmpty();

    answer(inquiry, new Finding.Unsent(), new Finding.Running());
    answer(inquiry, new Finding.Unsent(), new Finding.Running());

    assertThat(proposedSettles())
        .singleElement()
        .satisfies(s -> assertThat(s.attempt()).isEqualTo(attempt(1)));
    rig.pass(2 * Inquiries.FIRST_PAUSE_NANOS / 1_000);
    assertThat(inquiries())
        .singleElement()
        .satisfies(i -> assertThat(i.orphans()).isEqualTo(orphans(2)));
  }

  @Test
  void asksEachOfSeveralByItself() {
    Executor another = new Executor(new Incarnation(OTHER.node(), 4), 3);
    lead(new Effect.Inquire(EARLIER, orphans(1)), new Effect.Inquire(another, orphans(2)));

    assertThat(inquiries()).extracting(Inquiry::earlier).containsExactly(EARLIER, another);
  }

  @Test
  void asksNobodyOnceTheFencesAreOver() {
    Inquiry inquiry = asked(1);
    rig.superpeer.enqueue(9, new Command.Tick(), Urgency.RESULT, rig.nowNanos);
    Entry tick = rig.proposed().get(0);

    rig.superpeer.applied(
        7,
        ++rig.index,
        tick,
        new Applied(FENCE_MICROS, List.of(new Result.Done()), List.of()),
        rig.nowNanos);
    rig.superpeer.inquiryFailed(inquiry.number(), rig.nowNanos);
    rig.pass(Inquiries.FIRST_PAUSE_NANOS / 1_000);

    assertThat(rig.drain(Action.Inquire.class)).isEmpty();
  }

  /** One fence is over while its page is unanswered; what runs behind it is asked about. */
  @Test
  void asksNoEmptyPage() {
    Orphan soonFree = new Orphan(attempt(1), 3, FENCE_MICROS / 2, false);
    Orphan longLeased = new Orphan(attempt(2), 3, FENCE_MICROS, false);
    lead(new Effect.Inquire(EARLIER, List.of(soonFree, longLeased)));
    answer(inquiries().get(0), new Finding.Running(), new Finding.Running());
    rig.superpeer.enqueue(9, new Command.Tick(), Urgency.RESULT, rig.nowNanos);
    Entry tick = rig.proposed().get(0);

    rig.superpeer.applied(
        7,
        ++rig.index,
        tick,
        new Applied(FENCE_MICROS / 2, List.of(new Result.Done()), List.of()),
        rig.nowNanos);
    rig.pass(Inquiries.FIRST_PAUSE_NANOS / 1_000);

    assertThat(inquiries())
        .singleElement()
        .satisfies(i -> assertThat(i.orphans()).containsExactly(longLeased));
  }

  /** What it proposes stays proposed for its term. */
  @Test
  void asksNotAgainAboutWhatItProposes() {
    Inquiry inquiry = asked(1, 2);
    answer(inquiry, new Finding.Unsent(), new Finding.Ended(settle(2)));
    rig.proposed();

    rig.pass(60_000_000);

    assertThat(inquiries()).isEmpty();
  }

  /** The state that it is read from may have come further than this superpeer. */
  @Test
  void asksNothingOfATermThatIsNotBeforeItsOwn() {
    lead(
        new Effect.Inquire(new Executor(OTHER, 8), orphans(1)),
        new Effect.Inquire(new Executor(SELF, 7), orphans(2)));

    assertThat(rig.superpeer.drain(rig.nowNanos))
        .noneMatch(Action.Inquire.class::isInstance)
        .noneMatch(Action.Propose.class::isInstance);
  }

  /** Whoever asks from the past must not end what is led by right. */
  @Test
  void fencesNothingForOneWhoDoesNotLeadLater() {
    rig.lead(7);

    Inventory answer = inventory(7, new Orphan(attempt(1), 1_000, 0, false));

    assertThat(answer).isEqualTo(taken(new Finding.Forgotten()));
    assertThat(rig.superpeer.isFenced(7)).isFalse();
  }

  @Test
  void asksNobodyWhenItLeadsNoMore() {
    Inquiry inquiry = asked(1);
    rig.superpeer.unlead(rig.nowNanos);

    answer(inquiry, new Finding.Unsent());
    rig.pass(FENCE_MICROS);

    assertThat(rig.superpeer.drain(rig.nowNanos)).isEmpty();
  }

  // Who is asked.

  /** It has applied nothing of the entry yet, and leads as far as it knows: cut off, perhaps. */
  @Test
  void sendsNothingThatItHasSaidToBeUnsent() {
    rig.lead(7);
    Entry late = proposeTick();
    long lateIndex = rig.index + 1;

    Inventory inventory = inventory(8, new Orphan(attempt(1), lateIndex, 0, false));
    rig.apply(late, start(1));

    assertThat(inventory).isEqualTo(taken(new Finding.Unsent()));
    assertThat(rig.superpeer.drain(rig.nowNanos)).noneMatch(Action.Send.class::isInstance);
  }

  /** What Ratis says of an election may come later than the question of who won the next one. */
  @Test
  void leadsNoTermBeforeTheOneOfWhoAsked() {
    rig.lead(5);
    rig.superpeer.unlead(rig.nowNanos);
    inventory(8, new Orphan(attempt(1), 9, 0, false));

    rig.superpeer.lead(7, rig.nowNanos);
    List<Entry> fenced = rig.proposed();
    rig.superpeer.lead(9, rig.nowNanos);

    assertThat(fenced).isEmpty();
    assertThat(rig.proposed()).hasSize(1);
  }

  @Test
  void saysWhatRunsAndWhatHasEnded() {
    rig.lead(7);
    rig.apply(proposeTick(), start(1), start(2), start(3));
    rig.superpeer.outcome(attempt(2), new Outcome.TimedOut(true), 5, rig.nowNanos);
    rig.superpeer.outcome(attempt(3), success(), 5, rig.nowNanos);

    Inventory inventory =
        inventory(
            8,
            new Orphan(attempt(1), rig.index, 0, false),
            new Orphan(attempt(2), rig.index, 0, false),
            new Orphan(attempt(3), rig.index, 0, false));

    List<Finding> findings = ((Inventory.Taken) inventory).findings();
    assertThat(findings.get(0)).isEqualTo(new Finding.Running());
    assertThat(findings.get(1))
        .isInstanceOfSatisfying(
            Finding.Ended.class,
            e -> assertThat(e.settle().outcome()).isEqualTo(new Outcome.TimedOut(true)));
    // What follows from it is being found out; it is delivered with that.
    assertThat(findings.get(2)).isEqualTo(new Finding.Running());
  }

  /** The outbox has let go of it, but its function may still run. */
  @Test
  void claimsNothingToBeUnsentThatItHasSettled() {
    rig.lead(7);
    rig.apply(proposeTick(), start(1));
    long index = rig.index;
    rig.superpeer.outcome(attempt(1), new Outcome.TimedOut(true), 5, rig.nowNanos);
    rig.apply(rig.proposed().get(0));

    assertThat(inventory(8, new Orphan(attempt(1), index, 0, false)))
        .isEqualTo(taken(new Finding.Forgotten()));
  }

  /** A cell that was put away on this node, and is back, has no memory of what it sent before. */
  @Test
  void claimsNothingToBeUnsentOfATermThatItDoesNotKnow() {
    rig.lead(7);

    Inquiry inquiry =
        new Inquiry(
            0,
            new Executor(SELF, 5),
            new Executor(OTHER, 8),
            List.of(new Orphan(attempt(1), 1_000, 0, false)));

    assertThat(rig.superpeer.inventory(inquiry, rig.nowNanos))
        .isEqualTo(taken(new Finding.Forgotten()));
  }

  @Test
  void forgetsItsOldestTermRatherThanGuessWhatItSentInIt() {
    for (long term = 7; term <= 7 + Tenures.MAX_TERMS; term++) {
      rig.superpeer.lead(term, rig.nowNanos);
    }

    assertThat(inventory(7 + Tenures.MAX_TERMS, new Orphan(attempt(1), 1_000, 0, false)))
        .isEqualTo(taken(new Finding.Forgotten()));
  }

  @Test
  void answersForItsOwnLifeOnly() {
    Incarnation another = new Incarnation(SELF.node(), SELF.boot() + 1);
    Inquiry inquiry = new Inquiry(0, new Executor(another, 7), new Executor(OTHER, 8), orphans(1));

    assertThat(rig.superpeer.inventory(inquiry, rig.nowNanos))
        .isEqualTo(new Inventory.AnotherLife());
  }

  /** Asked twice, or by two superpeers: it says the same until something has changed. */
  @Test
  void answersAsOftenAsItIsAsked() {
    rig.lead(7);
    rig.apply(proposeTick(), start(1));
    Orphan orphan = new Orphan(attempt(1), rig.index, 0, false);

    assertThat(List.of(inventory(8, orphan), inventory(8, orphan), inventory(12, orphan)))
        .containsOnly(taken(new Finding.Running()));
  }

  /** Its own earlier term is over for certain, and it need not ask itself. */
  @Test
  void settlesWhatItHadNotSentInItsOwnEarlierTerm() {
    rig.lead(5);
    rig.superpeer.unlead(rig.nowNanos);

    lead(new Effect.Inquire(new Executor(SELF, 5), orphans(1)));

    List<Action> actions = rig.superpeer.drain(rig.nowNanos);
    assertThat(actions).noneMatch(Action.Inquire.class::isInstance);
    assertThat(actions)
        .filteredOn(Action.Propose.class::isInstance)
        .singleElement()
        .satisfies(
            p ->
                assertThat(((Action.Propose) p).entry().commands())
                    .singleElement()
                    .isInstanceOf(Command.Settle.class));
  }

  /** Leads term 7, and has asked about these calls. */
  private Inquiry asked(long... calls) {
    lead(new Effect.Inquire(EARLIER, orphans(calls)));
    return inquiries().get(0);
  }

  private void lead(Effect... outstanding) {
    rig.superpeer.lead(7, rig.nowNanos);
    rig.apply(rig.proposed().get(0));
    List<Effect> effects = new ArrayList<>(List.of(new Effect.Active(Entry.NEWEST_FORMAT)));
    effects.addAll(List.of(outstanding));
    rig.superpeer.resumed(effects, rig.nowNanos);
  }

  private List<Inquiry> inquiries() {
    rig.superpeer.tick(rig.nowNanos);
    return rig.drain(Action.Inquire.class).stream().map(Action.Inquire::inquiry).toList();
  }

  private void answer(Inquiry inquiry, Finding... findings) {
    rig.superpeer.inquiryAnswered(inquiry.number(), taken(findings), rig.nowNanos);
  }

  private Inventory inventory(long successorTerm, Orphan... orphans) {
    Executor successor = new Executor(OTHER, successorTerm);
    return rig.superpeer.inventory(new Inquiry(0, me(), successor, List.of(orphans)), rig.nowNanos);
  }

  private static Executor me() {
    return new Executor(SELF, 7);
  }

  private static Inventory taken(Finding... findings) {
    return new Inventory.Taken(List.of(findings));
  }

  private static List<Orphan> orphans(long... calls) {
    return LongStream.of(calls)
        .mapToObj(c -> new Orphan(attempt(c), 3, FENCE_MICROS, false))
        .toList();
  }

  private static Orphan fast(long call) {
    return new Orphan(attempt(call), 3, FENCE_MICROS, true);
  }

  private List<Command.Settle> proposedSettles() {
    return proposed().stream().map(Command.Settle.class::cast).toList();
  }

  private List<Command> proposed() {
    return rig.proposed().stream().flatMap(e -> e.commands().stream()).toList();
  }

  private Entry proposeTick() {
    rig.superpeer.enqueue(99, new Command.Tick(), Urgency.RESULT, rig.nowNanos);
    return rig.proposed().get(0);
  }
}
