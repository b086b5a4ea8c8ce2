package io.corale.scheduler;

import static io.corale.scheduler.ControlCell.hold;
import static io.corale.scheduler.ControlCell.one;
import static io.corale.scheduler.ControlCell.owner;
import static io.corale.scheduler.ControlCell.prioritize;
import static io.corale.scheduler.ControlCell.release;
import static io.corale.scheduler.ControlCell.submission;
import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.advance;
import static io.corale.scheduler.TestCell.onlyContinue;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.steps;
import static io.corale.scheduler.TestCell.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Event;
import io.corale.model.Payload;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Command.Hold.Target;
import io.corale.scheduler.Transition.RunSpec;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Other priorities of what is held, late, or waits to hear (ADR 32). */
class PriorityEdgeRulesTest {
  private static final int EAR = 7;
  private static final long HOUR = 3_600 * SECOND;
  private static final Step LISTEN =
      new Step.Listen(
          0,
          EAR,
          List.of(new Subscription(Optional.of("paid"), Optional.empty(), Optional.empty())));
  private static final Step HEAR = new Step.Hear(0, EAR, false);

  private static Command paid() {
    Event event = new Event("1", "/test", "paid", "", Payload.NULL);
    return new Command.Announce(event, Optional.empty(), 60 * SECOND);
  }

  private static TestCell listening() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(0, submit("a", ServiceClass.BATCH, steps(LISTEN, HEAR)));
    return cell;
  }

  private static long deadline(TestCell cell, String invocation) {
    return submission(cell, invocation).deadlineMicros();
  }

  @Test
  void whatListensKeepsItsNewPriority() {
    TestCell cell = listening();
    cell.apply(SECOND, prioritize("a", 5 * SECOND));
    long given = deadline(cell, "a");

    cell.apply(HOUR, paid());

    assertThat(deadline(cell, "a")).isEqualTo(given + HOUR);
  }

  @Test
  void whatAwaitsAListenerKeepsItsNewPriority() {
    TestCell cell = TestCell.open(1).keepingWaits();
    RunSpec child = new RunSpec(TestCell.COMPOSITION, Payload.NULL, true, SECOND, 0, "/do/0");
    Applied begun = cell.apply(0, submit("a", ServiceClass.BATCH, steps(new Step.Run(0, child))));
    cell.apply(0, advance(onlyContinue(begun), LISTEN, HEAR));
    cell.apply(SECOND, prioritize("a", 5 * SECOND));
    long given = deadline(cell, "a");

    cell.apply(HOUR, paid());

    assertThat(deadline(cell, "a~1")).isEqualTo(given + HOUR);
    assertThat(deadline(cell, "a")).isEqualTo(given + HOUR);
  }

  /** What only waits to hear grows no older, however long that takes (rule 17). */
  @Test
  void whatListensLosesNothingByAskingForMore() {
    for (long micros : List.of(SECOND, HOUR)) {
      TestCell cell = listening();
      cell.apply(0, prioritize("a", 2 * SECOND));
      cell.apply(micros, prioritize("a", ServiceClass.INTERACTIVE));
      long now = cell.scheduler.cellTimeMicros();
      assertThat(deadline(cell, "a")).as("after %d", micros).isBetween(now, now + 2 * SECOND);

      cell.apply(0, paid());

      assertThat(deadline(cell, "a")).as("after %d", micros).isBetween(now, now + 2 * SECOND);
    }
  }

  /** Or all that it calls would come before everything for as long as it has listened. */
  @Test
  void whatListensIsUrgentFromNowOn() {
    TestCell cell = listening();
    cell.apply(0, prioritize("a", 5 * SECOND));

    cell.apply(HOUR, prioritize("a", ServiceClass.URGENT));

    assertThat(deadline(cell, "a")).isGreaterThan(cell.scheduler.cellTimeMicros());
  }

  /** One that waits behind another, and has been held for so long. */
  private static TestCell held(Target target, long micros) {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(SECOND, submit("first"), submit("a"));
    cell.apply(0, hold(target));
    cell.apply(micros, new Command.Tick());
    return cell;
  }

  /** Also where it would be late without the time in which it was held. */
  @Test
  void whoAsksForMoreWhileItIsHeldKeepsAllOfThatTime() {
    for (Target target : List.of(one("a"), owner())) {
      for (long micros : List.of(4 * SECOND, HOUR)) {
        TestCell cell = held(target, micros);
        long deadline = deadline(cell, "a");

        cell.apply(0, prioritize("a", ServiceClass.STANDARD));
        cell.apply(10 * SECOND, release(target));

        assertThat(deadline(cell, "a"))
            .as("%s for %d", target, micros)
            .isEqualTo(deadline + micros + 10 * SECOND);
      }
    }
  }

  /** Something of it runs still, so its deadline stays, and what is held stays held since then. */
  @Test
  void whoAsksForMoreWhileSomethingRunsIsHeldSinceBefore() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(SECOND, submit("a", steps(TestCell.fork(2))));
    cell.apply(0, hold(one("a")));
    long deadline = deadline(cell, "a");
    cell.apply(SECOND, prioritize("a", ServiceClass.STANDARD));

    cell.apply(
        SECOND, TestCell.settle(TestCell.attempt("a", 1, 1), TestCell.at(1, 1, TestCell.end(1))));
    cell.apply(SECOND, release(one("a")));

    assertThat(deadline(cell, "a")).isEqualTo(deadline + 3 * SECOND);
  }

  /** It has every dispatch until it has started. */
  @Test
  void whatIsUrgentAndLateDoesNotBeginAnew() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(SECOND, submit("first"));
    cell.apply(0, submit("a", ServiceClass.URGENT, steps(new Step.Call(0, spec()))));
    long deadline = deadline(cell, "a");

    cell.apply(100 * SECOND, prioritize("a", ServiceClass.URGENT));

    assertThat(deadline(cell, "a")).isEqualTo(deadline);
  }

  /** An awaited one may have an earlier deadline than what awaits it. */
  @Test
  void whoAsksForMoreLosesNothingOfWhatItAwaits() {
    TestCell cell = TestCell.open(1).keepingWaits();
    cell.apply(SECOND, submit("first"));
    RunSpec child = new RunSpec(TestCell.COMPOSITION, Payload.NULL, true, SECOND, 0, "/do/0");
    Applied begun =
        cell.apply(
            0,
            submit(
                "a",
                steps(
                    new Step.Open(0),
                    new Step.Open(0),
                    new Step.Run(-1, child),
                    new Step.Listen(
                        -2,
                        EAR,
                        List.of(
                            new Subscription(
                                Optional.of("paid"), Optional.empty(), Optional.empty()))),
                    new Step.Hear(-2, EAR, false))));
    cell.apply(0, advance(onlyContinue(begun), new Step.Call(0, spec())));
    cell.apply(2 * SECOND, paid()); // Only what awaits it has waited to hear.
    long deadline = deadline(cell, "a~1");
    assertThat(deadline(cell, "a")).isGreaterThan(deadline);

    cell.apply(0, prioritize("a", ServiceClass.STANDARD));

    assertThat(deadline(cell, "a~1")).isEqualTo(deadline);
  }

  @Test
  void saysWhoWantsIt() {
    TestCell cell = listening();
    cell.apply(SECOND, prioritize("a", 5 * SECOND));

    TraceView trace = cell.scheduler.trace(TestCell.id("a")).orElseThrow();
    assertThat(trace.events().get(trace.events().size() - 1).detail())
        .isEqualTo("batch, to end within 5000 ms, by me");
  }
}
