package io.corale.node.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExpositionTest {
  private final Metrics metrics = new Metrics();

  private String text() {
    return Exposition.of(metrics.all());
  }

  @Test
  void aCounterHasHelpTypeAndOneLineForEachLabelValueInOrder() {
    metrics.count(Measure.GOSSIP, "sent");
    metrics.add(Measure.GOSSIP, 2, "lost");
    metrics.count(Measure.GOSSIP, "sent");

    assertThat(text())
        .isEqualTo(
            """
            # HELP corale_gossip_messages_total Gossip over streams: messages sent, received, and sent without an answer (lost).
            # TYPE corale_gossip_messages_total counter
            corale_gossip_messages_total{direction="lost"} 2
            corale_gossip_messages_total{direction="sent"} 2
            """);
  }

  @Test
  void aDurationIsASummaryInSeconds() {
    for (int millis = 1; millis <= 100; millis++) {
      metrics.record(Measure.ATTEMPT_SECONDS, millis * 1_000_000L, "sim");
    }

    assertThat(text())
        .contains("# TYPE corale_attempt_seconds summary\n")
        .contains("corale_attempt_seconds{provider=\"sim\",quantile=\"0.5\"} 0.0505\n")
        .contains("corale_attempt_seconds{provider=\"sim\",quantile=\"0.99\"} 0.09999\n")
        .contains("corale_attempt_seconds_sum{provider=\"sim\"} 5.05\n")
        .contains("corale_attempt_seconds_count{provider=\"sim\"} 100\n");
  }

  @Test
  void aSummaryOfNothingHasNoQuantiles() {
    metrics.prepare(List.of(Measure.RAFT_FLUSH));

    assertThat(text())
        .contains("corale_raft_log_flush_seconds{quantile=\"0.5\"} NaN\n")
        .contains("corale_raft_log_flush_seconds_count 0\n");
  }

  @Test
  void whatWouldEndALabelIsEscaped() {
    metrics.count(Measure.ACCEPTED, "a\"b\\c\nd");

    assertThat(text()).contains("{owner=\"a\\\"b\\\\c\\nd\"} 1\n");
  }

  @Test
  void levelsAreReplacedByWhatIsReadNext() {
    Readings first = new Readings();
    first.add(Measure.MEMBERS, 2, "alive");
    first.add(Measure.MEMBERS, 0.5, "suspect");
    metrics.replace(first);
    Readings second = new Readings();
    second.add(Measure.MEMBERS, 3, "alive");

    metrics.replace(second);

    assertThat(text()).contains("corale_members{state=\"alive\"} 3\n").doesNotContain("suspect");
  }
}
