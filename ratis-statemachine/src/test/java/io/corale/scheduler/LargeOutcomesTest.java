package io.corale.scheduler;

import static io.corale.scheduler.SuperpeerRig.OTHER;
import static io.corale.scheduler.SuperpeerRig.attempt;
import static io.corale.scheduler.SuperpeerRig.branch;
import static io.corale.scheduler.SuperpeerRig.end;
import static io.corale.scheduler.SuperpeerRig.entry;
import static io.corale.scheduler.SuperpeerRig.start;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.scheduler.Transition.Step;
import io.corale.scheduler.wire.SettleCodec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules 11 and 33: large outcomes reach the log, whoever leads, and are in no one's way. */
final class LargeOutcomesTest {
  private static final int PART = Command.Part.MAX_BYTES;

  private final SuperpeerRig rig = new SuperpeerRig();

  @Test
  void bringsALargeResultIntoTheLogBeforeItsOutcome() {
    sent(1);
    Payload large = Payload.ofJson("1".repeat(Command.Part.MAX_BYTES));
    rig.superpeer.outcome(attempt(1), new Outcome.Success(large), 1, rig.nowNanos);
    rig.superpeer.evaluated(rig.drain(Action.Evaluate.class).get(0).number(), end(1), rig.nowNanos);

    Entry first = rig.proposed().get(0);
    rig.applied(
        first.proposer().term(), first, List.of(new Result.Received(Command.Part.MAX_BYTES)));

    assertThat(first.commands()).singleElement().isInstanceOf(Command.Part.class);
    Command.Settle settle = onlySettle();
    assertThat(settle.outcome()).isEqualTo(new Outcome.Success(large));
    assertThat(settle.texts()).singleElement().matches(Payload::isReference);
  }

  @Test
  void keepsAnOutcomeThatWasAppliedWithoutItsText() {
    sent(1);
    Payload large = Payload.ofJson("1".repeat(Command.Part.MAX_BYTES));
    rig.superpeer.outcome(attempt(1), new Outcome.Success(large), 1, rig.nowNanos);
    rig.superpeer.evaluated(rig.drain(Action.Evaluate.class).get(0).number(), end(1), rig.nowNanos);
    Entry part = rig.proposed().get(0);
    rig.applied(part.proposer().term(), part, List.of(new Result.Received(Command.Part.MAX_BYTES)));
    Entry settle = rig.proposed().get(0);

    rig.applied(settle.proposer().term(), settle, List.of(new Result.Absent()));

    assertThat(rig.proposed())
        .singleElement()
        .satisfies(again -> assertThat(again.commands()).isEqualTo(part.commands()));
  }

  @Test
  void turnsAResultThatNoCellMayHoldIntoAFunctionError() {
    sent(1);
    Payload large = Payload.ofJson("1".repeat(Payload.MAX_BYTES + 1));

    rig.superpeer.outcome(attempt(1), new Outcome.Success(large), 1, rig.nowNanos);

    assertThat(onlySettle().outcome()).isInstanceOf(Outcome.FunctionError.class);
  }

  /** One that hands on what it got: it stands in its outcome and in what follows. */
  @Test
  void whatADeposedSuperpeerForwardsFitsIntoAMessage() {
    sent(1);
    Payload large = text('1', Payload.MAX_BYTES);
    rig.superpeer.outcome(attempt(1), new Outcome.Success(large), 1, rig.nowNanos);
    Transition handsOn = new Transition(List.of(), List.of(new Step.Complete(large)));
    rig.superpeer.evaluated(
        rig.drain(Action.Evaluate.class).get(0).number(), handsOn, rig.nowNanos);

    rig.superpeer.unlead(rig.nowNanos);
    List<Action.Forward> forwards = rig.drain(Action.Forward.class);

    assertThat(forwards)
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.settle().outcome()).isEqualTo(new Outcome.Success(large));
              assertThat(SettleCodec.encode(f.settle()).size())
                  .isLessThan(Payload.MAX_BYTES + PART);
            });
  }

  @Test
  void aSmallOutcomeIsForwardedWithWhatFollows() {
    sent(1);
    rig.superpeer.outcome(attempt(1), SuperpeerRig.success(), 1, rig.nowNanos);
    rig.superpeer.evaluated(rig.drain(Action.Evaluate.class).get(0).number(), end(1), rig.nowNanos);

    rig.superpeer.unlead(rig.nowNanos);

    assertThat(rig.drain(Action.Forward.class))
        .singleElement()
        .satisfies(f -> assertThat(f.settle().transition()).contains(end(1)));
  }

  @Test
  void largeOnesAreForwardedOneByOne() {
    sentAll(2);
    rig.superpeer.unlead(rig.nowNanos);
    rig.superpeer.drain(rig.nowNanos);
    for (int call = 1; call <= 2; call++) {
      rig.superpeer.outcome(
          attempt(call), new Outcome.Success(text('1', Payload.MAX_BYTES)), 1, rig.nowNanos);
    }
    int first = rig.drain(Action.Forward.class).size();
    rig.pass(Outbox.FORWARD_EVERY_NANOS / 1_000);
    int later = rig.drain(Action.Forward.class).size();

    rig.superpeer.forwarded(attempt(1));

    assertThat(List.of(first, later)).containsExactly(1, 0);
    assertThat(rig.drain(Action.Forward.class))
        .singleElement()
        .satisfies(f -> assertThat(f.settle().attempt()).isEqualTo(attempt(2)));
  }

  @Test
  void anAnswerToASmallOneBringsNoFurtherPage() {
    int many = Outbox.FORWARDS_AT_ONCE + 10;
    sentAll(many);
    for (int call = 1; call <= many; call++) {
      rig.superpeer.outcome(attempt(call), new Outcome.TimedOut(true), 1, rig.nowNanos);
    }
    rig.superpeer.unlead(rig.nowNanos);
    int page = rig.drain(Action.Forward.class).size();

    rig.superpeer.forwarded(attempt(1));

    assertThat(page).isEqualTo(Outbox.FORWARDS_AT_ONCE);
    assertThat(rig.drain(Action.Forward.class)).isEmpty();
  }

  /** Else a node whose calls return after it was deposed would turn good results away. */
  @Test
  void whoFollowsHearsThatLargeResultsAreTaken() {
    rig.superpeer.lead(7, rig.nowNanos);
    rig.apply(rig.proposed().get(0));
    rig.superpeer.resumed(List.of(), rig.nowNanos);
    rig.superpeer.unlead(rig.nowNanos);
    rig.apply(8, entry(OTHER, 8, 1), new Effect.Active(Entry.TEXTS_FORMAT));
    Outcome large = new Outcome.Success(text('1', PART));

    rig.superpeer.outcome(attempt(1), large, 1, rig.nowNanos);

    assertThat(rig.drain(Action.Forward.class))
        .singleElement()
        .satisfies(f -> assertThat(f.settle().outcome()).isEqualTo(large));
  }

  /** What they make would wait beside the cell's own memory until the log has it. */
  @Test
  void evaluatesNoMoreLargeValuesThanItCanHoldTheProductsOf() {
    sentAll(4);
    for (int call = 1; call <= 4; call++) {
      rig.superpeer.outcome(
          attempt(call), new Outcome.Success(text('1', Payload.MAX_BYTES)), 1, rig.nowNanos);
    }

    List<Action.Evaluate> first = rig.drain(Action.Evaluate.class);
    rig.superpeer.evaluated(first.get(0).number(), end(1), rig.nowNanos);
    List<Action.Evaluate> next = rig.drain(Action.Evaluate.class);

    assertThat(first).hasSize(2);
    assertThat(next).hasSize(1);
  }

  @Test
  void smallOnesAreEvaluatedBesideAnyLargeOnes() {
    sentAll(4);
    for (int call = 1; call <= 3; call++) {
      rig.superpeer.outcome(
          attempt(call), new Outcome.Success(text('1', Payload.MAX_BYTES)), 1, rig.nowNanos);
    }
    rig.drain(Action.Evaluate.class);

    rig.superpeer.outcome(attempt(4), SuperpeerRig.success(), 1, rig.nowNanos);

    assertThat(rig.drain(Action.Evaluate.class)).hasSize(1);
  }

  /** The next superpeer interprets them. */
  @Test
  void whatWasKeptBackIsForwardedWhenItsTermEnds() {
    sentAll(3);
    for (int call = 1; call <= 3; call++) {
      rig.superpeer.outcome(
          attempt(call), new Outcome.Success(text('1', Payload.MAX_BYTES)), 1, rig.nowNanos);
    }
    rig.drain(Action.Evaluate.class);

    rig.superpeer.unlead(rig.nowNanos);

    assertThat(rig.drain(Action.Forward.class))
        .singleElement()
        .satisfies(f -> assertThat(f.settle().attempt()).isEqualTo(attempt(3)));
  }

  /** Below format 7 nothing is a text, but what is read together may be more than one may have. */
  @Test
  void evaluatesWhatIsLargeOnlyTogetherWhereTextsAreNotKept() {
    rig.superpeer.lead(7, rig.nowNanos);
    rig.apply(rig.proposed().get(0));
    rig.superpeer.resumed(List.of(), rig.nowNanos);
    Payload half = text('1', Payload.MAX_INLINE_BYTES / 2 + 1);
    BranchView plain = branch(1);
    BranchView view =
        new BranchView(
            plain.invocation(),
            plain.composition(),
            0,
            1,
            half,
            new BranchView.Context(half, 1),
            plain.moment());
    rig.superpeer.enqueue(1, new Command.Tick(), Urgency.RESULT, rig.nowNanos);

    rig.apply(rig.proposed().get(0), new Effect.Continue(view, new Signal.Elapsed(0)));

    assertThat(rig.drain(Action.Evaluate.class)).hasSize(1);
  }

  @Test
  void faultsWhatIsLargeWhereTextsAreNotKept() {
    rig.superpeer.lead(7, rig.nowNanos);
    rig.apply(rig.proposed().get(0));
    rig.superpeer.resumed(List.of(new Effect.Active(Entry.TEXTS_FORMAT - 1)), rig.nowNanos);
    rig.superpeer.drain(rig.nowNanos);
    rig.apply(tick(), new Effect.Continue(branch(1), new Signal.Elapsed(0)));
    Payload large = text('1', Payload.MAX_INLINE_BYTES + 1);

    rig.superpeer.evaluated(
        rig.drain(Action.Evaluate.class).get(0).number(),
        new Transition(List.of(), List.of(new Step.Complete(large))),
        rig.nowNanos);

    assertThat(rig.proposed())
        .singleElement()
        .satisfies(
            entry ->
                assertThat(entry.commands())
                    .singleElement()
                    .satisfies(
                        c ->
                            assertThat(((Command.Advance) c).transition().steps())
                                .hasOnlyElementsOfType(Step.Fault.class)));
  }

  private void sent(int call) {
    rig.lead(7);
    rig.apply(tick(), start(call));
    assertThat(rig.drain(Action.Send.class)).hasSize(1);
  }

  private void sentAll(int calls) {
    rig.lead(7);
    List<Effect> starts = new ArrayList<>();
    for (int call = 1; call <= calls; call++) {
      starts.add(start(call));
    }
    rig.apply(tick(), starts.toArray(Effect[]::new));
    assertThat(rig.drain(Action.Send.class)).hasSize(calls);
  }

  private Entry tick() {
    rig.superpeer.enqueue(99, new Command.Tick(), Urgency.RESULT, rig.nowNanos);
    return rig.proposed().get(0);
  }

  private Command.Settle onlySettle() {
    List<Command> commands = rig.proposed().stream().flatMap(e -> e.commands().stream()).toList();
    assertThat(commands).singleElement().isInstanceOf(Command.Settle.class);
    return (Command.Settle) commands.get(0);
  }

  private static Payload text(char of, int bytes) {
    return Payload.ofJson(String.valueOf(of).repeat(bytes));
  }
}
