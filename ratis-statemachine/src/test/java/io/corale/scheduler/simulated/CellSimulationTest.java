package io.corale.scheduler.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.sim.Seeds;
import java.util.EnumSet;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A cell keeps its promises through whatever its log, its network, its clocks, its providers and
 * its processes do to it; {@link Check} says what is watched after every step, and {@link
 * PlantedBugsTest} that it sees what it should (rules 7 to 14, 16 to 20, 22 to 24, 26, 35 and 38).
 */
@TestInstance(Lifecycle.PER_CLASS)
final class CellSimulationTest {
  /** Beyond the promised 2,000, for the few of which too little happens to count. */
  private static final int SEEDS = 2_150;

  private static final int COUNTING = 2_000;

  /** What fewer seeds have put to the test is not believed. */
  private static final long LEAST_EXERCISED = 200;

  private final Queue<SimCell.Report> reports = new ConcurrentLinkedQueue<>();

  @Seeds(SEEDS)
  @Execution(ExecutionMode.CONCURRENT)
  void aCellKeepsItsPromises(long seed) {
    try {
      reports.add(new SimCell(seed, World.hostile()).run());
    } catch (AssertionError e) {
      System.out.println("seed " + seed + ": " + Shrinker.shrink(seed, World.hostile()));
      throw e;
    }
  }

  @Seeds(5)
  void sameSeedSameTrace(long seed) {
    assertThat(new SimCell(seed, World.hostile()).run())
        .isEqualTo(new SimCell(seed, World.hostile()).run());
  }

  /** Rule 8: a wall clock that is years wrong changes nothing but what it is asked for. */
  @Seeds(5)
  void wallClocksMeasureNothing(long seed) {
    World world = World.hostile();
    long years = 3L * 365 * 24 * 3_600_000;

    assertThat(new SimCell(seed, world.withWallError(years)).run())
        .isEqualTo(new SimCell(seed, world.withWallError(1)).run());
  }

  /**
   * Rule 20: a chain of k calls costs k + 1 commands; each join, item of a list, wait and yield one
   * more, and each invocation that another runs two. And nothing is late here.
   */
  @Seeds(10)
  void aChainCostsOneCommandPerCallAndOne(long seed) {
    SimCell cell = new SimCell(seed, World.calm());

    SimCell.Report report = cell.run();

    assertThat(report.commands()).isEqualTo(report.cost());
  }

  @AfterAll
  void mostSeedsProveSomething() {
    long counted = reports.stream().filter(SimCell.Report::counts).count();
    System.out.printf(
        "%d of %d seeds count: %d invocations, %d executions, %d superpeers, %d replies lost, %d"
            + " doubled, %d restores, %d entries lost, %d ids asked for again, %d transitions"
            + " stale, %d ids that came again, %d crowded out, %d run by others, %d turns of"
            + " schedules, %d events heard, %d attempts beside the limits, %d throttled, %d"
            + " replicas judged sound; branches: %s%n",
        counted,
        reports.size(),
        sum(SimCell.Report::invocations),
        sum(SimCell.Report::starts),
        sum(SimCell.Report::superpeers),
        sum(SimCell.Report::repliesLost),
        sum(SimCell.Report::repliesDoubled),
        sum(SimCell.Report::restores),
        sum(SimCell.Report::entriesLost),
        sum(SimCell.Report::known),
        sum(SimCell.Report::stale),
        sum(SimCell.Report::again),
        sum(SimCell.Report::crowdedOut),
        sum(SimCell.Report::runs),
        sum(SimCell.Report::turns),
        sum(SimCell.Report::heard),
        sum(SimCell.Report::beside),
        sum(SimCell.Report::throttled),
        sum(SimCell.Report::agreed),
        reports.stream().map(SimCell.Report::moves).reduce(Moves.Tally.NONE, Moves.Tally::plus));
    String exercised =
        EnumSet.allOf(Check.class).stream()
            .map(check -> check + " " + exercised(check))
            .collect(Collectors.joining(", "));
    System.out.println("seeds that exercise: " + exercised);
    if (reports.size() >= SEEDS) {
      assertThat(counted).as("seeds that count").isGreaterThanOrEqualTo(COUNTING);
      assertThat(sum(SimCell.Report::again)).isGreaterThan(LEAST_EXERCISED);
      assertThat(sum(SimCell.Report::crowdedOut)).isGreaterThan(LEAST_EXERCISED);
      assertThat(EnumSet.allOf(Check.class))
          .allSatisfy(
              check ->
                  assertThat(exercised(check))
                      .as("seeds that exercise %s", check)
                      .isGreaterThanOrEqualTo(LEAST_EXERCISED));
    }
  }

  private long exercised(Check check) {
    return reports.stream().filter(report -> report.exercised().contains(check)).count();
  }

  private long sum(ToLongFunction<SimCell.Report> part) {
    return reports.stream().mapToLong(part).sum();
  }
}
