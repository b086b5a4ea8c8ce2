package io.corale.node.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class HealthTest {
  private static final Duration TICK = Duration.ofMillis(100);

  private static Health.Facts facts(
      boolean isStarted, boolean isLeaving, boolean reachedOnce, boolean reached) {
    return new Health.Facts(
        isStarted,
        isLeaving,
        Optional.empty(),
        TICK,
        List.of(),
        List.of(),
        OptionalLong.empty(),
        reachedOnce,
        reached,
        true);
  }

  private static Health.Facts progress(
      Optional<String> givenUp, Duration sinceTick, String... stuck) {
    return new Health.Facts(
        true,
        false,
        givenUp,
        sinceTick,
        List.of(stuck),
        List.of(),
        OptionalLong.empty(),
        true,
        true,
        true);
  }

  @Test
  void aNodeThatServesIsWellInEverySense() {
    Health.Facts serving = facts(true, false, true, true);

    assertThat(List.of(Health.live(serving), Health.ready(serving), Health.startup(serving)))
        .containsOnly(new Health(true, List.of()));
  }

  @Test
  void aNodeThatStartsIsAliveAndNotReady() {
    Health.Facts starting = facts(false, false, false, false);

    assertThat(Health.live(starting).isWell()).isTrue();
    assertThat(Health.startup(starting).reasons()).containsExactly("the node is starting");
    assertThat(Health.ready(starting).reasons())
        .containsExactly("the node is starting", "ZooKeeper has not been reached yet");
  }

  @Test
  void theRegistryMayGoOnceItWasReached() {
    Health ready = Health.ready(facts(true, false, true, false));

    assertThat(ready.isWell()).isTrue();
    assertThat(ready.reasons()).singleElement().asString().startsWith("ZooKeeper is away");
  }

  @Test
  void aNodeThatLeavesIsAliveAndNotReady() {
    Health.Facts leaving = facts(true, true, true, true);

    assertThat(Health.live(leaving).isWell()).isTrue();
    assertThat(Health.ready(leaving)).isEqualTo(new Health(false, List.of("the node is leaving")));
  }

  @Test
  void whoMakesNoProgressIsNotAlive() {
    assertThat(Health.live(progress(Optional.of("Ratis has given up"), TICK)).reasons())
        .containsExactly("Ratis has given up");
    assertThat(Health.live(progress(Optional.empty(), Health.STUCK.plusSeconds(1))).reasons())
        .containsExactly("the node's timer has not run for 11 s");
    assertThat(Health.live(progress(Optional.empty(), TICK, "acme.0")).reasons())
        .containsExactly("cell acme.0 makes no progress");
  }

  /** The others serve the cell, and the node its other cells: only somebody should look. */
  @Test
  void aReplicaOutOfOrderAndAFullDiskAreRemarks() {
    Health.Facts facts =
        new Health.Facts(
            true,
            false,
            Optional.empty(),
            TICK,
            List.of(),
            List.of("acme.0 cannot write its log"),
            OptionalLong.of(4_096),
            true,
            true,
            true);

    assertThat(Health.live(facts)).isEqualTo(new Health(true, List.of()));
    assertThat(Health.ready(facts))
        .isEqualTo(
            new Health(
                true,
                List.of(
                    "out of order on this node: cell acme.0 cannot write its log",
                    "the disk is nearly full: 4096 bytes are left")));
  }

  @Test
  void aReportIsJsonAndAStatusThatProbesUnderstand() {
    assertThat(Page.of(new Health(false, List.of("cell \"a\" is away", "b"))))
        .isEqualTo(
            new Page(
                503,
                "application/json",
                "{\"status\":\"unavailable\",\"reasons\":[\"cell \\\"a\\\" is away\",\"b\"]}\n"));
    assertThat(Page.of(new Health(true, List.of())).status()).isEqualTo(200);
  }
}
