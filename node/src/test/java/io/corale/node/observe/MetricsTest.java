package io.corale.node.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final int TOO_MANY = Metrics.MAX_SERIES + 50;

  private final Metrics metrics = new Metrics();

  private String text() {
    return Exposition.of(metrics.all());
  }

  private long lines(String start) {
    return text().lines().filter(line -> line.startsWith(start)).count();
  }

  @Test
  void moreOwnersThanSeriesAreCountedUnderOtherAndThatIsSaid() {
    for (int i = 0; i < TOO_MANY; i++) {
      metrics.count(Measure.ACCEPTED, "owner-" + i);
    }

    assertThat(lines("corale_invocations_accepted_total{")).isEqualTo(Metrics.MAX_SERIES + 1L);
    assertThat(text())
        .contains("corale_invocations_accepted_total{owner=\"other\"} 50\n")
        .contains(
            "corale_observe_overflow_total{metric=\"corale_invocations_accepted_total\"} 50\n");
  }

  @Test
  void labelsThatAreOursStayApartInOther() {
    for (int i = 0; i < TOO_MANY; i++) {
      metrics.count(Measure.ENDED, i % 2 == 0 ? "completed" : "faulted", "owner-" + i);
    }

    assertThat(text())
        .contains("corale_invocations_ended_total{ending=\"completed\",owner=\"other\"} 25\n")
        .contains("corale_invocations_ended_total{ending=\"faulted\",owner=\"other\"} 25\n");
  }

  @Test
  void levelsThatDoNotFitAreAddedUpAndAgesAreNot() {
    Readings readings = new Readings();
    for (int i = 0; i < TOO_MANY; i++) {
      readings.add(Measure.LIVE, 1, "0", String.format("owner-%04d", i));
      readings.add(Measure.CELL_TERM, i, "0", String.format("owner-%04d", i));
    }

    metrics.replace(readings);

    assertThat(text())
        .contains("corale_cell_live_invocations{cell=\"other\",owner=\"other\"} 50\n")
        .contains("corale_cell_term{cell=\"other\",owner=\"other\"} " + (TOO_MANY - 1) + "\n");
    assertThat(lines("corale_cell_term{")).isEqualTo(Metrics.MAX_SERIES + 1L);
  }

  @Test
  void whoIsForgottenMakesRoom() {
    for (int i = 0; i < Metrics.MAX_SERIES; i++) {
      metrics.count(Measure.ACCEPTED, "owner-" + i);
    }

    metrics.keepOwners(Set.of("owner-7"));
    metrics.count(Measure.ACCEPTED, "late");

    assertThat(text())
        .contains("{owner=\"owner-7\"} 1\n")
        .contains("{owner=\"late\"} 1\n")
        .doesNotContain("owner-8")
        .doesNotContain("other");
    assertThat(metrics.registry().getCounters()).hasSize(2);
  }

  @Test
  void adoptedSeriesGoOnCounting() {
    Metrics others = new Metrics();
    others.count(Measure.RAFT_ELECTIONS);

    metrics.adopt(others);
    others.count(Measure.RAFT_ELECTIONS);

    assertThat(text()).contains("corale_raft_elections_total 2\n");
  }

  @Test
  void labelsMustBeThoseOfTheMeasure() {
    assertThatThrownBy(() -> metrics.count(Measure.ENDED, "completed"))
        .hasMessageContaining("[ending, owner]");
  }
}
