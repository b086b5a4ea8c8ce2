package io.corale.node.observe.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.node.observe.Observatory;
import org.apache.ratis.metrics.LongCounter;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.junit.jupiter.api.Test;

class AggregatingRegistriesTest {
  private final AggregatingRegistries registries = new AggregatingRegistries();

  private RatisMetricRegistry of(String group, String component) {
    return registries.create(new MetricRegistryInfo(group, "ratis", component, "test"));
  }

  private String text() {
    return new Observatory(new Incarnation(new NodeId("n1"), 1), "test", registries.metrics())
        .scrape()
        .get();
  }

  @Test
  void allGroupsCountIntoOneSeriesAndEachKnowsItsOwn() {
    LongCounter one = of("n1@a", "leader_election").counter("electionCount");
    LongCounter other = of("n1@b", "leader_election").counter("electionCount");

    one.inc();
    other.inc(2);

    assertThat(text()).contains("\ncorale_raft_elections_total 3\n");
    assertThat(one.getCount()).isEqualTo(1);
  }

  @Test
  void timersOfAllFollowersAreOneButThoseOfHeartbeats() {
    RatisMetricRegistry appender = of("n1@a", "log_appender");

    appender.timer("n2_latency").time().stop();
    appender.timer("n3_latency").time().stop();
    appender.timer("n3_latency_heartbeat").time().stop();

    assertThat(text()).contains("\ncorale_raft_append_rpc_seconds_count 2\n");
  }

  @Test
  void whatIsNotKeptCountsNowhere() {
    RatisMetricRegistry server = of("n1@a", "server");

    server.timer("clientWriteRequest").time().stop();
    server.counter("numWatchALLRequestTimeout").inc();

    assertThat(text()).doesNotContain("clientWrite", "Watch");
  }

  @Test
  void noRegistryIsRemembered() {
    RatisMetricRegistry registry = of("n1@a", "server");
    registry.gauge("retryCacheEntryCount", () -> () -> 1);

    assertThat(registries.getMetricRegistries()).isEmpty();
    assertThat(registries.get(registry.getMetricRegistryInfo())).isEmpty();
  }

  @Test
  void ratisFindsIt() {
    assertThat(MetricRegistries.global()).isInstanceOf(AggregatingRegistries.class);
  }
}
