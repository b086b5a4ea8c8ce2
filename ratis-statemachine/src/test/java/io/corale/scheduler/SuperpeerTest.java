package io.corale.scheduler;

import static io.corale.scheduler.SuperpeerRig.OTHER;
import static io.corale.scheduler.SuperpeerRig.SELF;
import static io.corale.scheduler.SuperpeerRig.attempt;
import static io.corale.scheduler.SuperpeerRig.branch;
import static io.corale.scheduler.SuperpeerRig.end;
import static io.corale.scheduler.SuperpeerRig.entry;
import static io.corale.scheduler.SuperpeerRig.start;
import static io.corale.scheduler.SuperpeerRig.submit;
import static io.corale.scheduler.SuperpeerRig.success;
import static io.corale.scheduler.SuperpeerRig.takeOver;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a superpeer may send and when, and that no outcome is lost on its way into the log. */
final class SuperpeerTest {
  private static final long GRACE_MICROS = Fences.SEND_GRACE_MICROS;

  private final SuperpeerRig rig = new SuperpeerRig();

  /** Rule 9. */
  @Test
  void proposesNothingBeforeItsTakeOverIsAppliedAndResumed() {
    rig.superpeer.lead(7, rig.nowNanos);
    rig.superpeer.enqueue(1, submit("one", 1), Urgency.NEW, rig.nowNanos);

    List<Entry> first = rig.proposed();
    List<Entry> whileTakingOver = rig.proposed();
    rig.apply(first.get(0));
    List<Entry> whileResuming = rig.proposed();
    rig.superpeer.resumed(List.of(), rig.nowNanos);

    assertThat(first)
        .singleElement()
        .satisfies(
            e ->
                assertThat(e.commands())
                    .containsExactly(new Command.TakeOver(new Executor(SELF, 7))));
    assertThat(whileTakingOver).isEmpty();
    assertThat(whileResuming).isEmpty();
    assertThat(rig.proposed()).hasSize(1);
  }

  /** Rule 9: an executor of an earlier term sends nothing. */
  @Test
  void performsNothingForEntriesOfOthers() {
    rig.apply(takeOver(OTHER, 3));
    rig.apply(entry(OTHER, 3, 1, new Command.Tick()), start(1), new Effect.WakeAt(5));

    assertThat(rig.superpeer.drain(rig.nowNanos)).isEmpty();
  }

  /** Rule 9: the entry of a later term says that this node leads no more. */
  @Test
  void leadsNoMoreOnceALaterTermIsApplied() {
    rig.lead(7);
    rig.superpeer.enqueue(1, submit("one", 1), Urgency.NEW, rig.nowNanos);
    rig.proposed();

    rig.apply(takeOver(OTHER, 8), start(1));

    assertThat(rig.superpeer.drain(rig.nowNanos)).containsExactly(new Action.Unknown(1));
  }

  /** Rule 10: the grace counts from before the entry was proposed. */
  @Test
  void sendsWithinTheGraceCountedFromBeforeTheProposal() {
    rig.lead(7);
    Entry proposed = proposeTick();
    long stampNanos = rig.nowNanos;
    rig.pass(GRACE_MICROS);

    rig.apply(proposed, start(1));

    assertThat(rig.drain(Action.Send.class))
        .containsExactly(new Action.Send(start(1), 7, stampNanos + GRACE_MICROS * 1_000));
  }

  /** Rule 10: what is applied too late is not sent, and its slot is given back. */
  @Test
  void settlesAsNotSentWhatIsAppliedAfterTheGrace() {
    rig.lead(7);
    Entry proposed = proposeTick();
    rig.pass(GRACE_MICROS + 1);

    rig.apply(proposed, start(1));

    assertNotSentIsProposed();
  }

  /** Rule 10: an entry whose stamp the node does not know is never sent from. */
  @Test
  void settlesAsNotSentWhatItDoesNotKnowToHaveProposed() {
    rig.lead(7);
    Entry strange = entry(SELF, 7, 99, new Command.Tick());

    rig.apply(strange, start(1));

    assertNotSentIsProposed();
  }

  /** Rule 10: an entry that was appended in a later term than it was packed in has no stamp. */
  @Test
  void sendsNothingFromAnEntryOfItsFormerTerm() {
    rig.lead(7);
    Entry late = proposeTick();
    rig.superpeer.unlead(rig.nowNanos);
    rig.lead(9);

    rig.apply(9, late, start(1));

    assertNotSentIsProposed();
  }

  /** Rule 11: only the executor could have sent it, so its word frees the slot. */
  @Test
  void testifiesThatItDidNotSendWhatWasAppliedAfterItsTerm() {
    rig.lead(7);
    Entry late = proposeTick();
    rig.superpeer.unlead(rig.nowNanos);

    rig.apply(late, start(1));

    assertThat(rig.drain(Action.Forward.class))
        .singleElement()
        .satisfies(f -> assertThat(f.settle().outcome()).isInstanceOf(Outcome.NotSent.class));
  }

  /** Rule 11: its replica died, is opened again, and tells the log once more from a snapshot on. */
  @Test
  void aReplayNeitherSendsNorTestifiesAndOutcomesComeHome() {
    rig.lead(7);
    Entry first = proposeTick();
    rig.apply(first, start(1));
    assertThat(rig.drain(Action.Send.class)).hasSize(1);
    rig.superpeer.unlead(rig.nowNanos);

    rig.apply(takeOver(SELF, 7));
    rig.apply(first, start(1));

    assertThat(rig.superpeer.drain(rig.nowNanos)).isEmpty();
    rig.superpeer.outcome(attempt(1), success(), 5, rig.nowNanos);
    assertThat(rig.drain(Action.Forward.class))
        .singleElement()
        .satisfies(f -> assertThat(f.settle().attempt()).isEqualTo(attempt(1)));
  }

  @Test
  void sendsAnAttemptOnceThoughItIsAskedForAgain() {
    rig.superpeer.lead(7, rig.nowNanos);
    Entry takeOver = rig.proposed().get(0);
    rig.apply(takeOver, start(1));

    rig.superpeer.resumed(List.of(start(1)), rig.nowNanos);

    assertThat(rig.drain(Action.Send.class)).hasSize(1);
    assertThat(rig.proposed()).isEmpty();
  }

  /** One command per step: the outcome travels with the transition that follows. */
  @Test
  void proposesAnOutcomeWithTheTransitionThatFollows() {
    sent(1);

    rig.superpeer.outcome(attempt(1), success(), 250, rig.nowNanos);
    Action.Evaluate asked = rig.drain(Action.Evaluate.class).get(0);
    rig.superpeer.evaluated(asked.number(), end(1), rig.nowNanos);

    assertThat(asked.branch()).isEqualTo(branch(1).later(250));
    assertThat(asked.signal()).isEqualTo(new Signal.Returned(Payload.ofJson("1")));
    assertThat(onlySettle().transition()).contains(end(1));
    assertThat(onlySettleSeen.durationMicros()).isEqualTo(250);
  }

  @Test
  void proposesAFailureAtOnceForTheSchedulerMayRetry() {
    sent(1);

    rig.superpeer.outcome(attempt(1), new Outcome.TimedOut(true), 250, rig.nowNanos);

    assertThat(onlySettle().transition()).isEmpty();
  }

  @Test
  void faultsWhatCannotBeEvaluated() {
    sent(1);
    Problem problem = Problem.expression("division by zero", "/do/0");
    rig.superpeer.outcome(attempt(1), success(), 1, rig.nowNanos);

    rig.superpeer.evaluationFailed(
        rig.drain(Action.Evaluate.class).get(0).number(), problem, rig.nowNanos);

    assertThat(onlySettle().transition())
        .contains(
            new Transition(List.of(new Transition.Guard(0, 1)), List.of(new Step.Fault(problem))));
  }

  /** Rule 33. */
  @Test
  void faultsTheInvocationThatRemembersMoreThanAnEntryMayHold() {
    sent(1);
    rig.superpeer.outcome(attempt(1), success(), 1, rig.nowNanos);
    Payload large = Payload.ofJson("1".repeat(Transition.MAX_BYTES + 1));
    Transition tooLarge = new Transition(List.of(), List.of(new Step.End(0, large)));

    rig.superpeer.evaluated(
        rig.drain(Action.Evaluate.class).get(0).number(), tooLarge, rig.nowNanos);

    assertThat(onlySettle().transition().orElseThrow().steps())
        .singleElement()
        .isInstanceOf(Step.Fault.class);
  }

  /** Rule 19: a stale transition leads to one evaluation, whoever asks how often. */
  @Test
  void continuesABranchOnceAtATime() {
    rig.lead(7);
    Effect again = new Effect.Continue(branch(4), new Signal.Joined(List.of()));
    rig.apply(proposeTick(), again, again);
    List<Action.Evaluate> asked = rig.drain(Action.Evaluate.class);
    rig.superpeer.evaluated(asked.get(0).number(), end(4), rig.nowNanos);
    Entry advance = rig.proposed().get(0);

    rig.applied(7, advance, List.of(new Result.Stale()), again);

    assertThat(asked).hasSize(1);
    assertThat(advance.commands())
        .containsExactly(new Command.Advance(new InvocationId("one"), end(4)));
    assertThat(rig.drain(Action.Evaluate.class)).hasSize(1);
  }

  /** Rule 19: a timer that goes off while its branch is interpreted is interpreted beside it. */
  @Test
  void continuesABranchAtItsNextStepThoughTheFormerIsInterpreted() {
    rig.lead(7);
    Effect timedOut = new Effect.Continue(branch(5), new Signal.Elapsed(1));
    rig.apply(proposeTick(), new Effect.Continue(branch(4), new Signal.Joined(List.of())));
    Action.Evaluate former = rig.drain(Action.Evaluate.class).get(0);

    rig.apply(proposeTick(), timedOut);
    Action.Evaluate next = rig.drain(Action.Evaluate.class).get(0);
    rig.superpeer.evaluated(former.number(), end(4), rig.nowNanos);
    rig.applied(7, rig.proposed().get(0), List.of(new Result.Stale()), timedOut);

    assertThat(next.signal()).isEqualTo(new Signal.Elapsed(1));
    assertThat(rig.drain(Action.Evaluate.class)).isEmpty();
    rig.superpeer.evaluated(next.number(), end(5), rig.nowNanos);
    assertThat(rig.proposed().get(0).commands())
        .containsExactly(new Command.Advance(new InvocationId("one"), end(5)));
  }

  /** Rule 19: the same while what follows its call is interpreted. */
  @Test
  void continuesABranchThatTimesOutWhileItsOutcomeIsInterpreted() {
    sent(1);
    rig.superpeer.outcome(attempt(1), success(), 1, rig.nowNanos);
    Action.Evaluate former = rig.drain(Action.Evaluate.class).get(0);

    rig.apply(
        proposeTick(),
        new Effect.Stop(attempt(1)),
        new Effect.Continue(branch(2), new Signal.Elapsed(0)));

    assertThat(rig.drain(Action.Evaluate.class))
        .singleElement()
        .satisfies(e -> assertThat(e.signal()).isEqualTo(new Signal.Elapsed(0)));
    rig.superpeer.evaluated(former.number(), end(1), rig.nowNanos);
    assertThat(onlySettle().attempt()).isEqualTo(attempt(1));
  }

  /**
   * Rule 19: a branch that is interpreted with a context that is no more is so again with the
   * present one, once the log has found that out; until then it is not asked for twice.
   */
  @Test
  void continuesABranchWithTheNewContextOnceItsTransitionWasStale() {
    rig.lead(7);
    Signal signal = new Signal.Joined(List.of());
    Effect newer = new Effect.Continue(withContext(branch(4)), signal);
    rig.apply(proposeTick(), new Effect.Continue(branch(4), signal));
    Action.Evaluate former = rig.drain(Action.Evaluate.class).get(0);
    rig.apply(proposeTick(), newer);
    assertThat(rig.drain(Action.Evaluate.class)).isEmpty();

    rig.superpeer.evaluated(former.number(), end(4), rig.nowNanos);
    rig.applied(7, rig.proposed().get(0), List.of(new Result.Stale()), newer);

    assertThat(rig.drain(Action.Evaluate.class))
        .singleElement()
        .satisfies(e -> assertThat(e.branch().context().version()).isEqualTo(1));
  }

  private static BranchView withContext(BranchView view) {
    return new BranchView(
        view.invocation(),
        view.composition(),
        view.branch(),
        view.step(),
        view.state(),
        new BranchView.Context(Payload.NULL, 1),
        view.moment());
  }

  /** Rule 11: an outcome stays in the outbox until it is seen applied, whoever leads. */
  @Test
  void forwardsAnOutcomeUntilItIsSeenApplied() {
    sent(1);
    rig.superpeer.outcome(attempt(1), new Outcome.TimedOut(true), 1, rig.nowNanos);
    rig.proposed();

    rig.superpeer.unlead(rig.nowNanos);
    int atOnce = rig.drain(Action.Forward.class).size();
    int again = rig.drain(Action.Forward.class).size();
    rig.pass(Outbox.FORWARD_EVERY_NANOS / 1_000);
    List<Action.Forward> later = rig.drain(Action.Forward.class);
    rig.apply(entry(OTHER, 8, 1, later.get(0).settle()));
    rig.pass(Outbox.FORWARD_EVERY_NANOS / 1_000);

    assertThat(List.of(atOnce, again, later.size())).containsExactly(1, 0, 1);
    assertThat(rig.drain(Action.Forward.class)).isEmpty();
  }

  @Test
  void forwardsAnOutcomeThatComesAfterItsTerm() {
    sent(1);
    rig.superpeer.unlead(rig.nowNanos);
    rig.superpeer.drain(rig.nowNanos);

    rig.superpeer.outcome(attempt(1), success(), 1, rig.nowNanos);

    assertThat(rig.superpeer.drain(rig.nowNanos))
        .hasSize(2)
        .hasOnlyElementsOfTypes(Action.Forward.class, Action.WakeAfter.class);
  }

  @Test
  void proposesWhatIsInTheOutboxWhenItLeadsAgain() {
    sent(1);
    rig.superpeer.outcome(attempt(1), new Outcome.TimedOut(true), 1, rig.nowNanos);
    rig.proposed();
    rig.superpeer.unlead(rig.nowNanos);
    rig.superpeer.lead(9, rig.nowNanos);
    rig.apply(rig.proposed().get(0));
    rig.superpeer.resumed(List.of(), rig.nowNanos);

    assertThat(onlySettle().attempt()).isEqualTo(attempt(1));
  }

  @Test
  void stopsWhatNobodyNeedsAndStillSettlesIt() {
    sent(1);
    rig.apply(proposeTick(), new Effect.Stop(attempt(1)));
    List<Action.StopAttempt> stops = rig.drain(Action.StopAttempt.class);

    rig.superpeer.outcome(attempt(1), success(), 1, rig.nowNanos);

    assertThat(stops).containsExactly(new Action.StopAttempt(attempt(1)));
    assertThat(onlySettle().transition()).isEmpty();
  }

  /** An ending is true wherever it is applied, so every node tells its own waiters. */
  @Test
  void announcesEndingsOnEveryNode() {
    Ending ending = new Ending.Completed(Payload.NULL);
    InvocationId id = new InvocationId("one");

    rig.apply(takeOver(OTHER, 3), new Effect.Answer(id, ending));

    assertThat(rig.superpeer.drain(rig.nowNanos))
        .containsExactly(new Action.Announce(id, ending, 1));
  }

  /** Rule 39. */
  @Test
  void hasReplicasComparedAndTellsThemWhatTheyMeasured() {
    rig.superpeer.configured(Set.of(SELF.node(), OTHER.node()));
    rig.lead(7);
    for (int i = 1; i < Checks.FIRST_AFTER - 1; i++) {
      rig.apply(proposeTick());
    }
    assertThat(rig.proposed()).isEmpty();
    rig.apply(proposeTick());

    Entry check = rig.proposed().get(0);
    rig.apply(check);
    rig.superpeer.measured(SELF.node(), new Measured(rig.index, 5));
    assertThat(rig.proposed()).isEmpty();
    rig.superpeer.measured(OTHER.node(), new Measured(rig.index, 6));

    assertThat(check.commands()).containsExactly(new Command.Check());
    assertThat(rig.proposed())
        .singleElement()
        .satisfies(
            e ->
                assertThat(e.commands())
                    .containsExactly(
                        new Command.Verdict(
                            rig.index,
                            2,
                            false,
                            new TreeMap<>(Map.of(SELF.node(), 5L, OTHER.node(), 6L)))));
  }

  /** Rule 39: who does not answer must not keep the others from being judged. */
  @Test
  void wakesUpForTheVerdictThoughAMemberIsAway() {
    rig.superpeer.configured(Set.of(SELF.node(), OTHER.node(), new NodeId("c")));
    rig.lead(7);
    rig.superpeer.enqueue(1, new Command.Check(), Urgency.RESULT, rig.nowNanos);
    rig.apply(rig.proposed().get(0));
    rig.superpeer.measured(SELF.node(), new Measured(rig.index, 5));
    rig.superpeer.measured(OTHER.node(), new Measured(rig.index, 5));

    assertThat(rig.drain(Action.WakeAfter.class))
        .containsExactly(new Action.WakeAfter(Checks.PATIENCE.toNanos()));
    rig.pass(Checks.PATIENCE.toNanos() / 1_000);
    assertThat(rig.proposed())
        .singleElement()
        .satisfies(e -> assertThat(e.commands().get(0)).isInstanceOf(Command.Verdict.class));
  }

  private Entry proposeTick() {
    rig.superpeer.enqueue(99, new Command.Tick(), Urgency.RESULT, rig.nowNanos);
    return rig.proposed().get(0);
  }

  /** Leads term 7 and has sent the attempt of this call. */
  private void sent(long call) {
    rig.lead(7);
    rig.apply(proposeTick(), start(call));
    assertThat(rig.drain(Action.Send.class)).hasSize(1);
  }

  private Command.Settle onlySettleSeen = SuperpeerRig.settle(1);

  private Command.Settle onlySettle() {
    List<Command> commands = rig.proposed().stream().flatMap(e -> e.commands().stream()).toList();
    assertThat(commands).singleElement().isInstanceOf(Command.Settle.class);
    onlySettleSeen = (Command.Settle) commands.get(0);
    return onlySettleSeen;
  }

  private void assertNotSentIsProposed() {
    List<Action> actions = rig.superpeer.drain(rig.nowNanos);
    assertThat(actions).noneMatch(Action.Send.class::isInstance);
    assertThat(actions)
        .filteredOn(Action.Propose.class::isInstance)
        .singleElement()
        .satisfies(
            a ->
                assertThat(((Action.Propose) a).entry().commands())
                    .singleElement()
                    .satisfies(
                        c ->
                            assertThat(((Command.Settle) c).outcome())
                                .isInstanceOf(Outcome.NotSent.class)));
  }
}
