package io.corale.scheduler;

import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.at;
import static io.corale.scheduler.TestCell.attempt;
import static io.corale.scheduler.TestCell.end;
import static io.corale.scheduler.TestCell.id;
import static io.corale.scheduler.TestCell.settle;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.starts;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.Ending;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.Refusal.Code;
import io.corale.model.ScopeLimit;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Step;
import io.corale.scheduler.wire.StateDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is taken, what is known already, what is refused, and in which order it runs. */
class SubmissionRulesTest {
  /** Rule 22: an id is accepted once, whatever comes with it later. */
  @Test
  void knowsWhatItAccepted() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));

    assertThat(cell.apply(0, submit("a")).results())
        .containsExactly(new Result.Known(TestCell.COMPOSITION, Optional.empty()));
    cell.apply(0, settle(attempt("a", 1, 1), at(0, 1, end(0))));
    assertThat(cell.apply(0, submit("a")).results())
        .containsExactly(
            new Result.Known(
                TestCell.COMPOSITION,
                Optional.of(new Ending.Completed(Payload.ofJson("\"out0\"")))));
    assertThat(cell.status("a").callsEnded()).isEqualTo(1);
  }

  /** Rule 22: every command may come twice. */
  @Test
  void repeatsChangeNothing() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    Command settled = settle(attempt("a", 1, 1), at(0, 1, end(0)));
    cell.apply(0, settled);
    Image before = cell.scheduler.image();

    Applied applied =
        cell.apply(
            0,
            settled,
            new Command.Cancel(id("a"), "late"),
            new Command.Proved(attempt("a", 1, 1)),
            new Command.Opened(CellId.home(new OwnerId("acme")), 1),
            new Command.Configure(TestCell.account(1, 99)),
            new Command.Define(TestCell.COMPOSITION, Payload.ofJson("{}")));

    assertThat(applied.results()).containsOnly(new Result.Done());
    assertThat(applied.effects()).isEmpty();
    assertThat(cell.scheduler.image().invocations()).isEqualTo(before.invocations());
    assertThat(cell.scheduler.image().accounts()).isEqualTo(before.accounts());
  }

  @Test
  void refusesByNameWhatItCannotTake() {
    TestCell cell = TestCell.open(1);

    assertThat(code(new TestCell().apply(0, submit("a")))).isEqualTo(Code.UNAVAILABLE);
    assertThat(code(cell.apply(0, with(new CompositionRef("shop", "2.0.0"), 60 * SECOND))))
        .isEqualTo(Code.NOT_FOUND);
    assertThat(code(cell.apply(0, with(TestCell.COMPOSITION, 0)))).isEqualTo(Code.EXPIRED);
    assertThat(code(cell.apply(0, with(TestCell.COMPOSITION, Long.MAX_VALUE))))
        .isEqualTo(Code.INVALID);
    assertThat(code(cell.apply(0, new Command.Cancel(id("nobody"), "")))).isEqualTo(Code.NOT_FOUND);
    assertThat(code(cell.apply(0, new Command.Define(TestCell.COMPOSITION, Payload.ofJson("[]")))))
        .isEqualTo(Code.CONFLICT);
    assertThat(code(cell.apply(0, new Command.Opened(CellId.home(new OwnerId("other")), 1))))
        .isEqualTo(Code.CONFLICT);
  }

  private static Code code(Applied applied) {
    return ((Result.Refused) applied.results().get(0)).refusal().code();
  }

  private static Command with(CompositionRef composition, long receiptMicros) {
    return new Command.Submit(
        id("x"),
        composition,
        Payload.NULL,
        "ada",
        new TreeMap<>(),
        Optional.empty(),
        ServiceClass.STANDARD,
        0,
        receiptMicros,
        0,
        steps(end(0)),
        0,
        "");
  }

  /** Rule 24: a receipt lives for its time, counted from the acceptance. */
  @Test
  void forgetsAReceiptAfterItsTime() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a", steps(end(0))));

    assertThat(cell.apply(60 * SECOND - 1, submit("a", steps(end(0)))).results())
        .first()
        .isInstanceOf(Result.Known.class);
    assertThat(cell.apply(1, submit("a", steps(end(0)))).results())
        .containsExactly(new Result.Accepted());
  }

  /** Rule 24: what still runs is never forgotten. */
  @Test
  void keepsWhatOutlivesItsReceipt() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"));
    cell.apply(100 * SECOND, new Command.Tick());
    assertThat(cell.status("a").phase()).isEqualTo(InvocationView.Phase.RUNNING);

    cell.apply(0, settle(attempt("a", 1, 1), at(0, 1, end(0))));
    assertThat(cell.status("a").phase()).isEqualTo(InvocationView.Phase.COMPLETED);
    cell.apply(0, new Command.Tick());

    assertThat(cell.scheduler.status(id("a"))).isEmpty();
  }

  /** Rule 24: a full memory refuses new work and forgets nothing early. */
  @Test
  void refusesNewWorkWhenItsMemoryIsFull() {
    assertThat(thirdOf(new Receipts.Capacity(9, 2, 1 << 20))).contains("2 receipts");
    assertThat(thirdOf(new Receipts.Capacity(9, 9, 800))).contains("bytes");

    TestCell cell =
        new TestCell(new OwnerScheduler(new Receipts.Capacity(2, 9, 1 << 20)))
            .opened(TestCell.account(1, 1));
    cell.apply(0, submit("a"), submit("b"));
    assertThat(refusal(cell.apply(0, submit("c")))).contains("2 invocations");
    assertThat(cell.apply(0, submit("a")).results()).first().isInstanceOf(Result.Known.class);
  }

  private static String thirdOf(Receipts.Capacity capacity) {
    TestCell cell = new TestCell(new OwnerScheduler(capacity)).opened(TestCell.account(1, 1));
    cell.apply(0, submit("a", steps(end(0))), submit("b", steps(end(0))));
    assertThat(cell.scheduler.status(id("a"))).isPresent();
    String refusal = refusal(cell.apply(0, submit("c", steps(end(0)))));
    assertThat(cell.apply(60 * SECOND, submit("c", steps(end(0)))).results())
        .containsExactly(new Result.Accepted());
    return refusal;
  }

  private static String refusal(Applied applied) {
    assertThat(code(applied)).isEqualTo(Code.OVERLOADED);
    return ((Result.Refused) applied.results().get(0)).refusal().message();
  }

  /** Rule 16: a full scope holds back its own calls only. */
  @Test
  void letsNoFullScopeHoldBackAnother() {
    TestCell cell = new TestCell().opened(twoLeaves());

    Applied applied =
        cell.apply(
            0,
            submit("a", in("label")),
            submit("b", in("label")),
            submit("c", in("thumb")),
            submit("d", in("thumb")));

    assertThat(starts(applied)).containsExactly(attempt("a", 1, 1), attempt("c", 1, 1));
    assertThat(starts(cell.apply(0, settle(attempt("c", 1, 1), at(0, 1, end(0))))))
        .containsExactly(attempt("d", 1, 1));
  }

  private static Account twoLeaves() {
    Account account = TestCell.account(1, 3);
    return new Account(
        account.id(),
        account.provider(),
        1,
        account.policy(),
        account.settings(),
        List.of(
            new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 3),
            new ScopeLimit("label", Optional.of(ScopeLimit.ROOT), 1),
            new ScopeLimit("thumb", Optional.of(ScopeLimit.ROOT), 1)));
  }

  private static CallSpec in(String scope) {
    CallSpec spec = spec();
    return new CallSpec(
        spec.function(),
        spec.implementation(),
        spec.account(),
        scope,
        spec.arguments(),
        spec.timeoutMicros(),
        spec.rankMicros(),
        spec.estimateMicros(),
        spec.retry(),
        spec.place());
  }

  /** Rule 17: replicas order by the integers in the commands: what is due first starts first. */
  @Test
  void startsTheUrgentBeforeWhatWaitedLonger() {
    TestCell cell = TestCell.open(1);
    Step call = new Step.Call(0, spec());
    cell.apply(0, submit("first", ServiceClass.INTERACTIVE, steps(call)));
    cell.apply(
        0,
        submit("batch", ServiceClass.BATCH, steps(call)),
        submit("standard", ServiceClass.STANDARD, steps(call)),
        submit("urgent", ServiceClass.URGENT, steps(call)));

    assertThat(order(cell, "first", 3)).containsExactly("urgent", "standard", "batch");
  }

  /** Rule 17 and the flows: who floods the queue delays itself, not another caller. */
  @Test
  void delaysTheFlowThatFloodsTheQueue() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("first"));
    for (int i = 0; i < 20; i++) {
      cell.apply(0, submit("flood" + i));
    }
    cell.apply(0, by("bob", "lone"));

    List<String> order = order(cell, "first", 8);

    assertThat(order).contains("lone");
  }

  private static Command by(String caller, String invocation) {
    Command.Submit submit = (Command.Submit) submit(invocation);
    return new Command.Submit(
        submit.invocation(),
        submit.composition(),
        submit.input(),
        caller,
        submit.labels(),
        submit.parent(),
        submit.serviceClass(),
        submit.deadlineMicros(),
        submit.receiptMicros(),
        submit.rankMicros(),
        submit.transition(),
        submit.acceptedWallMillis(),
        submit.traceParent());
  }

  /** Ends what runs and notes what starts in its place. */
  private static List<String> order(TestCell cell, String running, int count) {
    List<String> order = new ArrayList<>();
    String now = running;
    for (int i = 0; i < count; i++) {
      Applied applied = cell.apply(1_000, settle(attempt(now, 1, 1), at(0, 1, end(0))));
      now = starts(applied).get(0).call().invocation().value();
      order.add(now);
    }
    return order;
  }

  /** A limit may be lowered under load: nothing starts until enough has ended. */
  @Test
  void waitsAfterALimitWasLowered() {
    TestCell cell = TestCell.open(2);
    cell.apply(0, submit("a"), submit("b"), submit("c"));
    cell.apply(0, new Command.Configure(TestCell.account(2, 1)));

    assertThat(starts(cell.apply(0, settle(attempt("a", 1, 1), at(0, 1, end(0)))))).isEmpty();
    assertThat(starts(cell.apply(0, settle(attempt("b", 1, 1), at(0, 1, end(0))))))
        .containsExactly(attempt("c", 1, 1));
  }

  @Test
  void learnsHowLongAFunctionTakes() {
    TestCell cell = TestCell.open(1);
    assertThat(cell.scheduler.learnedMicros("shop", "resize", "cheap")).isEmpty();
    cell.apply(0, submit("a"));
    cell.apply(
        0,
        new Command.Settle(
            attempt("a", 1, 1), TestCell.success(), 9 * SECOND, 0, Optional.empty()));

    assertThat(cell.scheduler.learnedMicros("shop", "resize", "cheap")).hasValue(2 * SECOND);
  }

  @Test
  void listsInOrderOfAcceptancePageByPage() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("c"), submit("a", steps(end(0))), submit("b"));

    InvocationPage first = cell.scheduler.list(2, 0, view -> true);
    assertThat(first.invocations()).extracting(view -> view.id().value()).containsExactly("c", "a");
    assertThat(first.last()).isEqualTo(cell.scheduler.place(id("a")).orElseThrow());
    assertThat(cell.scheduler.place(id("nobody"))).isEmpty();
    assertThat(cell.scheduler.list(2, first.last(), view -> true).invocations())
        .extracting(view -> view.id().value())
        .containsExactly("b");
    assertThat(
            cell.scheduler
                .list(5, 0, view -> view.phase() == InvocationView.Phase.COMPLETED)
                .invocations())
        .hasSize(1);
  }

  @Test
  void keepsTheEndInATraceThatIsFull() {
    TestCell cell = TestCell.open(1);
    Step[] loop = {new Step.Call(0, spec())};
    cell.apply(0, submit("a", steps(loop)));
    for (int i = 1; i <= Trace.MAX_EVENTS / 3 + 10; i++) {
      cell.apply(0, settle(attempt("a", i, 1), at(0, i, loop)));
    }
    cell.apply(0, new Command.Cancel(id("a"), "enough"));

    TraceView trace = cell.scheduler.trace(id("a")).orElseThrow();

    assertThat(trace.events()).hasSize(Trace.MAX_EVENTS + 1);
    assertThat(trace.dropped()).isPositive();
    assertThat(trace.events().get(Trace.MAX_EVENTS).kind()).isEqualTo(TraceEvent.Kind.ENDED);
  }

  /** Rule 35: an image does not change while the scheduler goes on. */
  @Test
  void anImageStaysAsItWasTaken() {
    TestCell cell = TestCell.open(1);
    cell.apply(0, submit("a"), submit("b"));
    Image image = cell.scheduler.image();
    long before = StateDigest.of(image);

    cell.apply(0, settle(attempt("a", 1, 1), at(0, 1, end(0))), submit("c"));

    assertThat(StateDigest.of(image)).isEqualTo(before);
    assertThat(StateDigest.of(cell.scheduler.image())).isNotEqualTo(before);
    TestCell past = new TestCell(OwnerScheduler.restore(image));
    assertThat(past.status("a").phase()).isEqualTo(InvocationView.Phase.RUNNING);
    assertThat(starts(past.apply(0, settle(attempt("a", 1, 1), at(0, 1, end(0))))))
        .containsExactly(attempt("b", 1, 1));
  }
}
