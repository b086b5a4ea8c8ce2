package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule 34: election timeouts by the number of awake cells. */
final class CrowdTest {
  @ParameterizedTest
  @CsvSource({
    "1, PT0.5S, PT1S",
    "30, PT0.5S, PT1S",
    "31, PT1S, PT2S",
    "100, PT1S, PT2S",
    "101, PT2S, PT4S",
    "1000, PT2S, PT4S"
  })
  void moreCellsGiveTheirLeadersMoreTime(int awake, Duration min, Duration max) {
    assertThat(ElectionTimeouts.fitFor(awake)).isEqualTo(new ElectionTimeouts(min, max));
    assertThat(ElectionTimeouts.fitFor(awake).areFitFor(awake)).isTrue();
  }

  @Test
  void whoWaitsLongerServesMore() {
    ElectionTimeouts patient = new ElectionTimeouts(Duration.ofSeconds(3), Duration.ofSeconds(6));
    assertThat(patient.areFitFor(1)).isTrue();
    assertThat(patient.areFitFor(1_000)).isTrue();
    ElectionTimeouts hasty = new ElectionTimeouts(Duration.ofMillis(200), Duration.ofMillis(400));
    assertThat(hasty.areFitFor(30)).as("who has few cells may be hasty").isTrue();
    assertThat(hasty.areFitFor(31)).isFalse();
    ElectionTimeouts narrow = new ElectionTimeouts(Duration.ofSeconds(2), Duration.ofMillis(2_010));
    assertThat(narrow.areFitFor(101)).as("elections would be split").isFalse();
    assertThat(ElectionTimeouts.fitFor(30).areFitFor(31)).isFalse();
    assertThat(ElectionTimeouts.fitFor(100).areFitFor(101)).isFalse();
  }

  @Test
  void timeoutsThatCannotWorkAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ElectionTimeouts(Duration.ZERO, Duration.ofSeconds(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ElectionTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(1)));
  }

  @Test
  void anOperatorIsToldOnceEachTimeThatItIsTooMany() {
    Crowd crowd = new Crowd(ElectionTimeouts.fitFor(1));

    assertThat(crowd.count(30)).isEmpty();
    assertThat(crowd.count(31))
        .hasValueSatisfying(
            said ->
                assertThat(said)
                    .contains("31 cells", "PT0.5S to PT1S", "raft.electionMin", "PT1S to PT2S"));
    assertThat(crowd.count(32)).isEmpty();
    assertThat(crowd.count(30)).isEmpty();
    assertThat(crowd.count(31)).as("to and fro at the limit").isEmpty();
    assertThat(crowd.count(27)).isEmpty();
    assertThat(crowd.count(31)).isPresent();
  }
}
