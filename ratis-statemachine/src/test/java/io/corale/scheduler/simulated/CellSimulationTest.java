package io.corale.scheduler.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.sim.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * A cell keeps its promises through whatever its log, its network, its providers and its processes
 * do to it. Checked after every step: no acknowledged invocation is lost, each ends exactly once
 * and equally on all replicas, no provider runs more than its limits, leases included, replicas
 * agree, the order of dispatch is that of the reference model, reads after an acknowledgement see
 * it (rules 7, 9 to 11, 13, 16 to 19, 22, 23 and 26), and all ends once all is healed.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class CellSimulationTest {
  private final List<SimCell.Report> reports = new ArrayList<>();

  @Seeds(300)
  void aCellKeepsItsPromises(long seed) {
    reports.add(new SimCell(seed).run());
  }

  @Seeds(10)
  void sameSeedSameTrace(long seed) {
    assertThat(new SimCell(seed).run()).isEqualTo(new SimCell(seed).run());
  }

  @AfterAll
  void mostSeedsProveSomething() {
    long counted = reports.stream().filter(SimCell.Report::counts).count();
    System.out.printf(
        "%d of %d seeds count: %d invocations, %d executions, %d superpeers, %d replies lost, %d"
            + " doubled, %d restores, %d entries lost%n",
        counted,
        reports.size(),
        sum(SimCell.Report::invocations),
        sum(SimCell.Report::starts),
        sum(SimCell.Report::superpeers),
        sum(SimCell.Report::repliesLost),
        sum(SimCell.Report::repliesDoubled),
        sum(SimCell.Report::restores),
        sum(SimCell.Report::entriesLost));
    if (reports.size() >= 10) {
      assertThat(counted).as("seeds that count").isGreaterThan(reports.size() / 2);
    }
  }

  private long sum(ToLongFunction<SimCell.Report> part) {
    return reports.stream().mapToLong(part).sum();
  }
}
