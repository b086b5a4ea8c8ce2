package io.corale.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Raft's first promise, read from what the nodes wrote down. */
final class LedTermsTest {
  @Test
  void termsThatFollowEachOtherAreFine() {
    LedTerms terms = LedTerms.parse(Map.of("n1", led(1, 1) + led(1, 3), "n2", led(1, 2)));

    assertThat(terms.count()).isEqualTo(3);
    assertThat(terms.violations()).isEmpty();
  }

  @Test
  void aNodeMaySayItTwice() {
    assertThat(LedTerms.parse(Map.of("n1", led(1, 1) + led(1, 1))).violations()).isEmpty();
  }

  @Test
  void twoLeadersOfOneTermAreSeen() {
    assertThat(LedTerms.parse(Map.of("n1", led(1, 2), "n2", led(1, 2))).violations())
        .containsExactly("leaders: term 2 of cell chaos.0 epoch 1 was led by [n1, n2]");
  }

  @Test
  void twoGroupsOfOneCellAreSeen() {
    assertThat(LedTerms.parse(Map.of("n1", served(1, 2), "n2", served(2, 1))).violations())
        .containsExactly("groups: cell chaos.0 was served in the epochs [1, 2]");
  }

  /** It was given up before it acknowledged anything. */
  @Test
  void aStillbornGroupMayHaveBeenLed() {
    assertThat(LedTerms.parse(Map.of("n1", led(1, 1), "n2", served(2, 1))).violations()).isEmpty();
  }

  private static String served(long epoch, long term) {
    return led(epoch, term) + led(epoch, term).replace("led by", "served by");
  }

  private static String led(long epoch, long term) {
    return "2026-01-01 00:00:00.000 INFO  cell chaos.0 epoch "
        + epoch
        + " term "
        + term
        + " led by this node\n";
  }
}
