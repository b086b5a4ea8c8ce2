package io.corale.scheduler;

import static io.corale.scheduler.SuperpeerRig.OTHER;
import static io.corale.scheduler.SuperpeerRig.settle;
import static io.corale.scheduler.SuperpeerRig.submit;
import static io.corale.scheduler.SuperpeerRig.takeOver;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Refusal;
import io.corale.model.ServiceClass;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a superpeer packs commands into entries, stamps them, and answers those who asked. */
final class GroupCommitTest {
  private final SuperpeerRig rig = new SuperpeerRig();

  /** Rule 7. */
  @Test
  void entriesCarryTheTimeSinceTheOneBeforeInTheTerm() {
    rig.superpeer.lead(7, rig.nowNanos);
    Entry takeOver = rig.proposed().get(0);
    rig.pass(300);
    rig.apply(takeOver);
    rig.superpeer.resumed(List.of(), rig.nowNanos);
    enqueueNew(1);
    Entry second = rig.proposed().get(0);
    rig.pass(40);
    enqueueNew(2);
    Entry third = rig.proposed().get(0);

    assertThat(List.of(takeOver, second, third))
        .extracting(Entry::elapsedMicros)
        .containsExactly(0L, 300L, 40L);
    assertThat(List.of(takeOver, second, third))
        .extracting(Entry::sequence)
        .containsExactly(0L, 1L, 2L);
  }

  /** Rule 7: rounding loses no time over many entries, and never gains any. */
  @Test
  void roundingLosesNoTimeOverManyEntries() {
    rig.lead(7);
    long beganNanos = rig.nowNanos;
    long sumMicros = 0;
    for (int i = 0; i < 1_000; i++) {
      rig.nowNanos += 1_999;
      enqueueNew(i);
      Entry next = rig.proposed().get(0);
      rig.apply(next);
      sumMicros += next.elapsedMicros();
    }
    assertThat(sumMicros).isEqualTo((rig.nowNanos - beganNanos) / 1_000);
  }

  /** Rule 7: a term's time does not count what passed between this node's terms. */
  @Test
  void aTermBeginsWithoutTime() {
    rig.lead(7);
    rig.superpeer.unlead(rig.nowNanos);
    rig.pass(5_000_000);
    rig.superpeer.lead(9, rig.nowNanos);

    Entry takeOver = rig.proposed().get(0);

    assertThat(takeOver.elapsedMicros()).isZero();
    assertThat(takeOver.sequence()).isZero();
  }

  /** Rule 7: or what waits for time in an idle cell would wait as long again. */
  @Test
  void timeOfARefusedEntryGoesIntoTheNext() {
    rig.lead(7);
    rig.pass(40_000_000);
    Entry refused = propose(1);
    rig.superpeer.proposalRefused(refused, rig.nowNanos);
    rig.pass(60_000);

    Entry next = rig.proposed().get(0);

    assertThat(refused.elapsedMicros()).isEqualTo(40_000_000);
    assertThat(next.elapsedMicros()).isEqualTo(40_060_000);
    assertThat(next.commands()).isEqualTo(refused.commands());
  }

  /** Rule 7. */
  @Test
  void timeOfSeveralRefusedEntriesGoesIntoTheNext() {
    rig.lead(7);
    rig.pass(300);
    Entry first = propose(1);
    rig.pass(40);
    Entry second = propose(2);
    rig.superpeer.proposalRefused(first, rig.nowNanos);
    rig.superpeer.proposalRefused(second, rig.nowNanos);
    rig.pass(60_000);

    assertThat(rig.proposed()).extracting(Entry::elapsedMicros).containsExactly(60_340L);
  }

  /** Rule 7: once, however often it is refused. */
  @Test
  void timeOfAnEntryThatIsRefusedAgainIsNotLostEither() {
    rig.lead(7);
    rig.pass(40_000_000);
    rig.superpeer.proposalRefused(propose(1), rig.nowNanos);
    rig.pass(60_000);
    rig.superpeer.proposalRefused(rig.proposed().get(0), rig.nowNanos);
    rig.pass(60_000);

    assertThat(rig.proposed()).extracting(Entry::elapsedMicros).containsExactly(40_120_000L);
  }

  /** Rule 7: it may be in the log, and would count twice. */
  @Test
  void timeOfWhatMayBeInTheLogIsNotProposedAgain() {
    rig.lead(7);
    rig.pass(40_000_000);
    rig.superpeer.proposalFailed(propose(1), rig.nowNanos);
    rig.pass(60_000);

    assertThat(rig.proposed()).extracting(Entry::elapsedMicros).containsExactly(60_000L);
  }

  /** Rule 7: the time from before an entry must not count for a fence that begins in it. */
  @Test
  void timeOfARefusedEntryIsLostBehindOneThatMayBeInTheLog() {
    rig.lead(7);
    rig.pass(300);
    Entry refused = propose(1);
    rig.pass(40);
    propose(2);
    rig.superpeer.proposalRefused(refused, rig.nowNanos);
    rig.pass(60_000);

    assertThat(rig.proposed()).extracting(Entry::elapsedMicros).containsExactly(60_000L);
  }

  @Test
  void resultsGoBeforeNewWork() {
    rig.lead(7);
    fillWindow();
    enqueueNew(1);
    rig.superpeer.enqueue(2, settle(1), Urgency.RESULT, rig.nowNanos);

    rig.apply(firstInFlight);

    assertThat(rig.proposed())
        .singleElement()
        .satisfies(
            e ->
                assertThat(e.commands())
                    .hasExactlyElementsOfTypes(Command.Settle.class, Command.Submit.class));
  }

  @Test
  void commandsGatherWhileTheWindowIsFull() {
    rig.lead(7);
    fillWindow();
    enqueueNew(1);
    enqueueNew(2);
    List<Entry> whileFull = rig.proposed();

    rig.apply(firstInFlight);

    assertThat(whileFull).isEmpty();
    assertThat(rig.proposed()).singleElement().satisfies(e -> assertThat(e.commands()).hasSize(2));
  }

  @Test
  void aFullEntryWaitsForNoneInFlight() {
    rig.lead(7);
    fillWindow();
    enqueueNew(1, Proposals.MAX_BATCH_BYTES - 1);
    List<Entry> whileNotFull = rig.proposed();

    enqueueNew(2);

    assertThat(whileNotFull).isEmpty();
    assertThat(rig.proposed()).singleElement().satisfies(e -> assertThat(e.commands()).hasSize(2));
  }

  /** Where members are far, nobody waits for a whole commit behind two small entries. */
  @Test
  void whatIsNotFullWaitsForThePaceAtMost() {
    rig.lead(7);
    fillWindow();
    rig.pass(1_000);
    rig.superpeer.barrier(8, rig.nowNanos);
    List<Action.WakeAfter> wakes = rig.drain(Action.WakeAfter.class);
    rig.pass(wakes.get(0).nanos() / 1_000 - 1);
    rig.superpeer.tick(rig.nowNanos);
    List<Entry> early = rig.proposed();
    rig.pass(1);
    rig.superpeer.tick(rig.nowNanos);

    assertThat(wakes)
        .containsExactly(new Action.WakeAfter(Window.STANDARD.paceNanos() - 1_000_000));
    assertThat(early).isEmpty();
    assertThat(rig.proposed())
        .singleElement()
        .satisfies(e -> assertThat(e.commands()).containsExactly(new Command.Barrier()));
  }

  @Test
  void wakesForNothingWhileNoMoreMayBeInFlight() {
    rig.lead(7);
    for (int i = 0; i < 2 * Window.STANDARD.most(); i++) {
      enqueueNew(i, Proposals.MAX_BATCH_BYTES);
    }

    List<Action> actions = rig.superpeer.drain(rig.nowNanos);

    assertThat(actions).hasSize(Window.STANDARD.most()).hasOnlyElementsOfType(Action.Propose.class);
  }

  /** Rule 33. */
  @Test
  void aBatchIsClosedBeforeItGrowsTooLarge() {
    rig.lead(7);
    int half = Proposals.MAX_BATCH_BYTES / 2;
    enqueueNew(1, half);
    enqueueNew(2, half);
    enqueueNew(3, 1);
    enqueueNew(4, Proposals.MAX_COMMAND_BYTES);

    assertThat(rig.proposed()).extracting(e -> e.commands().size()).containsExactly(2, 1, 1);
  }

  /** Rule 33. */
  @Test
  void aCommandThatNoEntryCanHoldIsRefused() {
    rig.lead(7);
    enqueueNew(1, Proposals.MAX_COMMAND_BYTES + 1);

    assertThat(refusal()).isEqualTo(Refusal.Code.TOO_LARGE);
  }

  @Test
  void newWorkIsRefusedWhenTheQueueIsFullAndResultsAreNot() {
    rig.lead(7);
    fillWindow();
    for (int i = 0; i < Proposals.MAX_WAITING; i++) {
      enqueueNew(i);
    }
    rig.superpeer.drain(rig.nowNanos);
    rig.superpeer.enqueue(1, settle(1), Urgency.RESULT, rig.nowNanos);
    List<Action.Resolve> results = rig.drain(Action.Resolve.class);
    enqueueNew(2);

    assertThat(results).isEmpty();
    assertThat(refusal()).isEqualTo(Refusal.Code.OVERLOADED);
  }

  @Test
  void largeWorkIsRefusedBeforeItFillsTheHeap() {
    rig.lead(7);
    fillWindow();
    int large = Proposals.MAX_COMMAND_BYTES;
    int leave = Window.STANDARD.most() - Window.STANDARD.welcome();
    for (int i = 0; i < leave + Proposals.MAX_NEW_BYTES / large; i++) {
      enqueueNew(i, large);
      rig.superpeer.drain(rig.nowNanos);
    }
    enqueueNew(1, large);

    assertThat(refusal()).isEqualTo(Refusal.Code.OVERLOADED);
  }

  @Test
  void everyAskerGetsTheResultOfTheirCommand() {
    rig.lead(7);
    enqueueNew(5);
    enqueueNew(6);
    Entry entry = rig.proposed().get(0);

    rig.applied(7, entry, List.of(new Result.Accepted(), new Result.Stale()));

    assertThat(rig.drain(Action.Resolve.class))
        .containsExactly(
            new Action.Resolve(5, new Result.Accepted(), rig.index),
            new Action.Resolve(6, new Result.Stale(), rig.index));
  }

  /** Rule 22: a command that may be in the log is unknown; one that is not has not failed. */
  @Test
  void aDeposedSuperpeerSaysUnknownOfWhatMayBeInTheLog() {
    rig.lead(7);
    fillWindow();
    enqueueNew(50);

    rig.superpeer.unlead(rig.nowNanos);

    assertThat(rig.superpeer.drain(rig.nowNanos))
        .containsExactly(
            new Action.Unknown(100), new Action.Unknown(101), new Action.NotLeader(50));
  }

  /** Rule 22: it stays unknown when the failed proposal waited to be made again. */
  @Test
  void aFailedProposalIsUnknownAfterTheTermToo() {
    rig.lead(7);
    enqueueNew(5);
    rig.superpeer.proposalFailed(rig.proposed().get(0), rig.nowNanos);

    rig.superpeer.unlead(rig.nowNanos);

    assertThat(rig.superpeer.drain(rig.nowNanos)).containsExactly(new Action.Unknown(5));
  }

  /** Rule 22: what may have failed is proposed again, after a pause, for it is idempotent. */
  @Test
  void proposesAgainWhatMayHaveFailed() {
    rig.lead(7);
    enqueueNew(5);
    Entry first = rig.proposed().get(0);
    rig.superpeer.proposalFailed(first, rig.nowNanos);
    List<Action> atOnce = rig.superpeer.drain(rig.nowNanos);
    rig.pass(Superpeer.RETRY_PAUSE_NANOS / 1_000);
    Entry second = rig.proposed().get(0);

    assertThat(atOnce).containsExactly(new Action.WakeAfter(Superpeer.RETRY_PAUSE_NANOS));
    assertThat(second.commands()).isEqualTo(first.commands());
    assertThat(second.sequence()).isEqualTo(2);
  }

  /** Rule 22: whichever of its proposals is applied first answers, once. */
  @Test
  void answersOnceThoughACommandIsAppliedTwice() {
    rig.lead(7);
    enqueueNew(5);
    Entry first = rig.proposed().get(0);
    rig.superpeer.proposalFailed(first, rig.nowNanos);
    rig.pass(Superpeer.RETRY_PAUSE_NANOS / 1_000);
    Entry second = rig.proposed().get(0);

    rig.apply(first);
    rig.apply(second);

    assertThat(rig.drain(Action.Resolve.class)).hasSize(1);
  }

  @Test
  void proposesAgainWhatALaterEntryOvertook() {
    rig.lead(7);
    enqueueNew(5);
    Entry lost = rig.proposed().get(0);
    enqueueNew(6);

    rig.apply(rig.proposed().get(0));

    assertThat(rig.proposed())
        .singleElement()
        .satisfies(e -> assertThat(e.commands()).isEqualTo(lost.commands()));
  }

  /** Rule 23: an apply only tells; proposing waits until the driver asks. */
  @Test
  void nothingIsProposedWithinAnApply() {
    rig.lead(7);
    fillWindow();
    enqueueNew(1);
    rig.apply(firstInFlight);
    long stampNanos = rig.nowNanos + 5_000;
    rig.pass(5);

    Entry proposed = rig.proposed().get(0);
    rig.apply(proposed, SuperpeerRig.start(1));

    assertThat(rig.drain(Action.Send.class))
        .singleElement()
        .satisfies(
            send ->
                assertThat(send.sendBeforeNanos())
                    .isEqualTo(stampNanos + Fences.SEND_GRACE_MICROS * 1_000));
  }

  /** Rule 26: a barrier is answered when an entry proposed after it was asked for is applied. */
  @Test
  void aBarrierIsAnsweredByAnEntryOfItsOwnTime() {
    rig.lead(7);
    Entry before = proposeOne();
    rig.superpeer.barrier(8, rig.nowNanos);
    rig.superpeer.barrier(9, rig.nowNanos);
    Entry after = rig.proposed().get(0);
    rig.apply(before);
    List<Action.Resolve> early = rig.drain(Action.Resolve.class);

    rig.apply(after);

    assertThat(early).extracting(Action.Resolve::ticket).containsExactly(1L);
    assertThat(after.commands()).containsExactly(new Command.Barrier());
    assertThat(rig.drain(Action.Resolve.class))
        .extracting(Action.Resolve::ticket)
        .containsExactly(8L, 9L);
  }

  /** Rule 26: a deposed superpeer must not answer reads. */
  @Test
  void aDeposedSuperpeerAnswersNoBarrier() {
    rig.lead(7);
    rig.superpeer.barrier(8, rig.nowNanos);
    Entry barrier = rig.proposed().get(0);
    rig.superpeer.barrier(9, rig.nowNanos);
    rig.apply(takeOver(OTHER, 8));
    rig.superpeer.barrier(10, rig.nowNanos);
    rig.apply(8, barrier);

    assertThat(rig.superpeer.drain(rig.nowNanos))
        .containsExactly(new Action.Unknown(8), new Action.NotLeader(9), new Action.NotLeader(10));
  }

  /** Rule 24: by the time that it gets into the log, its receipt may have expired. */
  @Test
  void givesBackNewWorkThatWaitedTooLong() {
    rig.lead(7);
    rig.superpeer.enqueue(8, submit("late", 10), Urgency.NEW, rig.nowNanos);
    rig.pass(Proposals.PATIENCE_NANOS / 1_000 + 1);
    rig.superpeer.enqueue(9, submit("fresh", 10), Urgency.NEW, rig.nowNanos);

    List<Action> actions = rig.superpeer.drain(rig.nowNanos);

    assertThat(actions).contains(new Action.Unknown(8));
    assertThat(actions)
        .filteredOn(Action.Propose.class::isInstance)
        .extracting(action -> ((Action.Propose) action).entry().commands())
        .containsExactly(List.of(submit("fresh", 10)));
  }

  /** Rule 7: an idle cell's timers fire because its superpeer proposes a tick when one is due. */
  @Test
  void proposesATickWhenATimerIsDue() {
    rig.lead(7);
    Entry entry = proposeOne();
    rig.pass(10);
    rig.apply(entry, new Effect.WakeAt(500));
    List<Action.WakeAfter> wakes = rig.drain(Action.WakeAfter.class);
    rig.pass(489);
    rig.superpeer.tick(rig.nowNanos);
    List<Entry> early = rig.proposed();
    rig.pass(1);
    rig.superpeer.tick(rig.nowNanos);

    assertThat(wakes).containsExactly(new Action.WakeAfter(490_000));
    assertThat(early).isEmpty();
    assertThat(rig.proposed())
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.commands()).containsExactly(new Command.Tick());
              assertThat(e.elapsedMicros()).isEqualTo(500);
            });
  }

  /** Found by the simulation: a timer that was called off must not hide the one after it. */
  @Test
  void wakesForTheTimerThatTheSchedulerNamedLast() {
    rig.lead(7);
    rig.apply(proposeOne(), new Effect.WakeAt(500));
    rig.apply(proposeOne(), new Effect.WakeAt(900));
    rig.pass(899);
    List<Entry> early = rig.proposed();
    rig.pass(1);

    assertThat(early).isEmpty();
    assertThat(rig.proposed()).hasSize(1);
  }

  @Test
  void proposesNothingForATimerThatWasCalledOff() {
    rig.lead(7);
    rig.apply(proposeOne(), new Effect.WakeAt(500));
    rig.apply(proposeOne(), new Effect.WakeAt(Effect.WakeAt.NEVER));
    rig.pass(10_000);

    assertThat(rig.proposed()).isEmpty();
  }

  /** Rule 12: what waits for the superpeer's next entry alone is not kept waiting. */
  @Test
  void proposesATickWhenCallsWaitForItsNextEntry() {
    rig.lead(7);
    rig.apply(proposeOne(), new Effect.Acknowledge());

    List<Entry> asked = rig.proposed();

    assertThat(asked)
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.commands()).containsExactly(new Command.Tick());
              assertThat(e.proposerApplied()).isEqualTo(rig.index);
              assertThat(e.boundsTail()).isTrue();
            });
    rig.apply(asked.get(0));
    assertThat(rig.proposed()).isEmpty();
  }

  /** Rule 12: and costs no entry where one is on its way, or about to be. */
  @Test
  void proposesNoTickWhileAnotherEntryIsOnItsWay() {
    rig.lead(7);
    Entry first = proposeOne();
    Entry second = proposeOne();

    rig.apply(first, new Effect.Acknowledge());
    assertThat(rig.proposed()).isEmpty();

    rig.apply(second, new Effect.Acknowledge());
    enqueueNew(3);
    assertThat(rig.proposed()).hasSize(1).noneMatch(e -> e.commands().contains(TICK));
  }

  /** Rule 19: who waits for the next entry does not hide the timer that is due after it. */
  @Test
  void wakesForTheTimerThoughCallsWaitedMeanwhile() {
    rig.lead(7);
    rig.apply(proposeOne(), new Effect.WakeAt(500), new Effect.Acknowledge());
    rig.apply(rig.proposed().get(0));
    List<Entry> early = rig.proposed();
    rig.pass(500);

    assertThat(early).isEmpty();
    assertThat(rig.proposed()).hasSize(1);
  }

  /** Rules 9 and 12: a new superpeer asks for itself. */
  @Test
  void proposesNoTickForWhatAnEarlierTermAskedFor() {
    rig.lead(7);
    rig.apply(proposeOne(), new Effect.Acknowledge());
    rig.superpeer.unlead(rig.nowNanos);
    rig.lead(9);

    assertThat(rig.proposed()).isEmpty();
  }

  private static final Command TICK = new Command.Tick();
  private Entry firstInFlight = takeOver(OTHER, 1);

  /** From now on commands gather, until they fill an entry, or one is due by the pace. */
  private void fillWindow() {
    for (int i = 0; i < Window.STANDARD.welcome(); i++) {
      enqueueNew(100 + i);
      Entry entry = rig.proposed().get(0);
      firstInFlight = i == 0 ? entry : firstInFlight;
    }
  }

  private Entry proposeOne() {
    return propose(1);
  }

  private Entry propose(long ticket) {
    enqueueNew(ticket);
    return rig.proposed().get(0);
  }

  private void enqueueNew(long ticket) {
    enqueueNew(ticket, 1);
  }

  private void enqueueNew(long ticket, int sizeBytes) {
    rig.superpeer.enqueue(ticket, submit("i" + ticket, sizeBytes), Urgency.NEW, rig.nowNanos);
  }

  private Refusal.Code refusal() {
    List<Action.Resolve> answers = rig.drain(Action.Resolve.class);
    assertThat(answers).hasSize(1);
    return ((Result.Refused) answers.get(0).result()).refusal().code();
  }

  /** Rule 36: it is lost alone; those beside it, and the window, know nothing of it. */
  @Test
  void whatMayNotBeSaidWaitsForNoEntry() {
    Proposals proposals = new Proposals(SuperpeerRig.SELF, new Gate(), Window.STANDARD);
    proposals.begin(new Executor(SuperpeerRig.SELF, 1));
    proposals.add(unasked(new Command.Tick()));

    assertThatThrownBy(() -> proposals.add(unasked(new Command.Check())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("format 5");

    Entry entry = proposals.next(0, rig.nowNanos).orElseThrow();
    assertThat(entry.commands()).containsExactly(new Command.Tick());
    assertThat(entry.sequence()).isZero();
    assertThat(proposals.applied(1, entry)).hasSize(1);
    assertThat(proposals.isIdle()).isTrue();
  }

  /**
   * ADR 32: each looks through all that it concerns, and results must not wait for many of them.
   */
  @Test
  void anEntryHasOneAtMostOfThoseThatLookThroughTheCell() {
    Gate gate = new Gate();
    gate.activated(Entry.CONTROL_FORMAT);
    Proposals proposals = new Proposals(SuperpeerRig.SELF, gate, Window.STANDARD);
    proposals.begin(new Executor(SuperpeerRig.SELF, 1));
    Command pause = ControlCell.hold(ControlCell.owner());
    Command urgent = ControlCell.prioritize("a", ServiceClass.URGENT);
    proposals.add(unasked(new Command.Tick()));
    proposals.add(unasked(pause));
    proposals.add(new QueuedCommand(new QueuedCommand.Asker.Nobody(), urgent, 1, Urgency.NEW));
    proposals.add(unasked(pause));

    List<List<Command>> entries = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Entry entry = proposals.next(i, rig.nowNanos).orElseThrow();
      proposals.applied(1, entry);
      entries.add(entry.commands());
    }

    assertThat(entries)
        .containsExactly(List.of(new Command.Tick(), pause), List.of(pause), List.of(urgent));
  }

  private static QueuedCommand unasked(Command command) {
    return new QueuedCommand(new QueuedCommand.Asker.Nobody(), command, 1, Urgency.RESULT);
  }
}
