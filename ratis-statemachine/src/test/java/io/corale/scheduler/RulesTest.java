package io.corale.scheduler;

import static io.corale.scheduler.TestCell.SECOND;
import static io.corale.scheduler.TestCell.spec;
import static io.corale.scheduler.TestCell.steps;
import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Payload;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Transition.Step;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rule 17 corrects deadlines in production, and in benchmarks where it is said. */
class RulesTest {
  private static final long RANK = 2 * SECOND;

  /** Beyond what the class allows, which is five times the rank and a second. */
  private static final long FAR = 100 * SECOND;

  @ParameterizedTest
  @EnumSource(names = {"FIFO", "SRPT", "EDF", "LST"})
  void whatIsRawTakesDeadlinesAsTheyAreAsked(OtherRules rules) {
    TestCell cell = new TestCell(rules.begin()).opened(TestCell.account(1, 1));

    submit(cell, FAR);
    submit(cell, 1);

    assertThat(deadline(cell, 0)).isEqualTo(FAR);
    assertThat(deadline(cell, 1)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"LST_BL", "EDF_AS_OFFERED"})
  void whatIsOfferedCapsThemByClassAndCorrectsThemByBacklog(OtherRules rules) {
    TestCell cell = new TestCell(rules.begin()).opened(TestCell.account(1, 1));

    submit(cell, FAR);
    submit(cell, 1);

    assertThat(deadline(cell, 0)).isEqualTo(5 * RANK + SECOND);
    assertThat(deadline(cell, 1)).isEqualTo(RANK);
  }

  private static long deadline(TestCell cell, int which) {
    return cell.scheduler.image().invocations().get(which).submission().deadlineMicros();
  }

  private static void submit(TestCell cell, long deadlineMicros) {
    cell.apply(
        0,
        new Command.Submit(
            TestCell.id("i" + deadlineMicros),
            TestCell.COMPOSITION,
            Payload.NULL,
            "ada",
            new TreeMap<>(),
            Optional.empty(),
            ServiceClass.STANDARD,
            deadlineMicros,
            60 * SECOND,
            RANK,
            steps(new Step.Call(0, spec())),
            0,
            ""));
  }
}
