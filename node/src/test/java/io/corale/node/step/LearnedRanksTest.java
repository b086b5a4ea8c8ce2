package io.corale.node.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.flow.Beginning;
import io.corale.flow.Compilation;
import io.corale.flow.Compiler;
import io.corale.flow.Composition;
import io.corale.flow.Implementation;
import io.corale.flow.Interpreter;
import io.corale.flow.Plan;
import io.corale.flow.Ranks;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.model.InvocationId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.model.ServiceClass;
import io.corale.node.cell.StillCell;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Overlap;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Signal;
import io.corale.scheduler.Timing;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Rule 17: ranks are of what a cell has learned, and where it has not, of what authors declare. */
class LearnedRanksTest {
  private static final long SECOND = 1_000_000;
  private static final long DECLARED = SECOND;
  private static final AccountId ACCOUNT = new AccountId("lab");
  private static final Composition REPORT =
      compiled(
          """
          document: {dsl: '1.0.3', namespace: test, name: report, version: 1.0.0}
          use:
            functions:
              f: {call: faas, with: {implementations: [
                  {id: only, account: lab, timeout: PT60S, expected: PT1S, path: /f}]}}
          do: [{a: {call: f}}, {b: {call: f}}]
          """);

  private final AtomicLong nanos = new AtomicLong();
  private final Compositions compositions = new Compositions(nanos::get);
  private final StillCell cell = new StillCell(List.of(REPORT));
  private int taught;

  LearnedRanksTest() {
    apply(
        new Command.Configure(
            new Account(
                ACCOUNT,
                "sim",
                1,
                Policy.LST_BL,
                new TreeMap<>(),
                List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 10)))));
  }

  @Test
  void aCompositionIsRankedAsDeclaredBeforeAnythingIsLearned() {
    assertThat(Ranks.whole(REPORT, plan())).isEqualTo(2 * DECLARED);
  }

  @Test
  void submissionsAndCallsAreRankedByWhatTheCellHasLearned() {
    teach(30 * SECOND);

    assertThat(Ranks.whole(REPORT, plan())).isBetween(59 * SECOND, 60 * SECOND);
    CallSpec call = call(begin(plan()));
    assertThat(call.rankMicros()).isBetween(59 * SECOND, 60 * SECOND);
    assertThat(call.estimateMicros()).isBetween(29 * SECOND, 30 * SECOND);
  }

  @Test
  void aCellIsAskedAgainAfterASecond() {
    assertThat(Ranks.whole(REPORT, plan())).isEqualTo(2 * DECLARED);
    teach(30 * SECOND);
    assertThat(Ranks.whole(REPORT, plan())).isEqualTo(2 * DECLARED);

    nanos.addAndGet(Duration.ofSeconds(1).toNanos());

    assertThat(Ranks.whole(REPORT, plan())).isGreaterThan(50 * SECOND);
  }

  @Test
  void nothingIsExpectedToTakeLongerThanItsTimeout() {
    teach(3_600 * SECOND);

    assertThat(Ranks.whole(REPORT, plan())).isEqualTo(2 * 60 * SECOND);
  }

  @Test
  void whatTookNoTimeIsNotUrgent() {
    teach(0);

    assertThat(implementation().saneMicros(0)).isEqualTo(1);
    assertThat(call(begin(plan())).rankMicros()).isPositive();
  }

  /** Its deadline came of the rank with which its schedule was planned, before all was learned. */
  @Test
  void anOccurrenceOfALearnedFunctionIsNotBornLate() {
    apply(
        new Command.Schedule(
            new Schedule.Plan(
                REPORT.ref(),
                new Timing.Every(600 * SECOND),
                Overlap.ALLOW,
                Ranks.whole(REPORT, plan())),
            0));
    teach(30 * SECOND);
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());

    Effect.Continue begun =
        only(Effect.Continue.class, cell.apply(600 * SECOND, List.of(new Command.Tick())));
    Transition transition =
        new FlowEvaluator(compositions).advance(cell, begun.branch(), begun.signal());

    assertThat(call(transition).rankMicros()).isEqualTo(2 * DECLARED);
    long deadline = 2 * DECLARED * ServiceClass.STANDARD.stretch() + SECOND;
    assertThat(call(transition).estimateMicros()).isGreaterThan(deadline);
  }

  /** Who was accepted before the cell knew better keeps his place before those who come later. */
  @Test
  void theCallsOfAnInvocationHaveNoLongerRankThanItsDeadlineWasMadeOf() {
    Transition first = begin(plan());
    Effect.Start started =
        only(Effect.Start.class, apply(submit(new InvocationId("early"), first)));
    teach(30 * SECOND);
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());

    Transition second =
        new FlowEvaluator(compositions)
            .advance(cell, started.branch(), new Signal.Returned(Payload.NULL));

    assertThat(call(second).rankMicros()).isEqualTo(2 * DECLARED);
    assertThat(call(second).estimateMicros()).isGreaterThan(29 * SECOND);
  }

  @Test
  void aScheduleIsPlannedByWhatWasLearnedOfEarlierVersions() {
    teach(30 * SECOND);

    assertThat(Ranks.whole(REPORT, Plans.of(cell, compositions, Set.of(ACCOUNT))))
        .isGreaterThan(59 * SECOND);
  }

  private Plan plan() {
    return Plans.of(cell, compositions);
  }

  /** Enough successes of this duration that an average is as good as there. */
  private void teach(long micros) {
    for (int i = 0; i < 60; i++) {
      InvocationId id = new InvocationId("t" + taught++);
      Transition first = begin(Plan.firstOf(account -> true, () -> 0));
      apply(submit(id, first));
      apply(
          new Command.Settle(
              new AttemptId(new CallId(id, 1), 1),
              new Outcome.Success(Payload.NULL),
              micros,
              0,
              Optional.of(
                  new Transition(
                      List.of(new Transition.Guard(0, 1)),
                      List.of(new Step.End(0, Payload.NULL))))));
    }
  }

  private static Command.Submit submit(InvocationId id, Transition first) {
    return new Command.Submit(
        id,
        REPORT.ref(),
        Payload.NULL,
        "ada",
        new TreeMap<>(),
        Optional.empty(),
        ServiceClass.STANDARD,
        0,
        60 * SECOND,
        2 * DECLARED,
        first,
        0,
        "");
  }

  private Applied apply(Command command) {
    return cell.apply(0, List.of(command));
  }

  private static Transition begin(Plan plan) {
    return Interpreter.begin(REPORT, new Beginning(new InvocationId("i"), Payload.NULL, 0), plan);
  }

  private static CallSpec call(Transition transition) {
    return transition.steps().stream()
        .filter(Step.Call.class::isInstance)
        .map(step -> ((Step.Call) step).call())
        .findFirst()
        .orElseThrow();
  }

  private static Implementation implementation() {
    return REPORT.functions().values().iterator().next().implementations().get(0);
  }

  private static <E extends Effect> E only(Class<E> kind, Applied applied) {
    return applied.effects().stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .findFirst()
        .orElseThrow();
  }

  private static Composition compiled(String source) {
    return ((Compilation.Compiled) Compiler.compile(source)).composition();
  }
}
