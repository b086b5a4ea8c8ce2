package io.corale.gossip.coordinate;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.NodeId;
import org.junit.jupiter.api.Test;

/** One round trip that was held up does not count; a change that lasts counts with its second. */
class LatencyFilterTest {
  private static final NodeId ONE = new NodeId("n1");
  private static final NodeId TWO = new NodeId("n2");
  private static final NodeId THREE = new NodeId("n3");

  @Test
  void takesTheMedianOfTheLastThreeOfEachPeer() {
    LatencyFilter filter = new LatencyFilter(10);

    assertThat(filter.median(ONE, 20)).isEqualTo(20);
    assertThat(filter.median(ONE, 900)).as("of two the smaller").isEqualTo(20);
    assertThat(filter.median(ONE, 21)).isEqualTo(21);
    assertThat(filter.median(TWO, 500)).isEqualTo(500);
    assertThat(filter.median(ONE, 80)).as("of 80, 21, 900").isEqualTo(80);
    assertThat(filter.median(ONE, 81)).as("of 81, 80, 21").isEqualTo(80);
    assertThat(filter.median(ONE, 20)).as("of 20, 81, 80").isEqualTo(80);
  }

  @Test
  void ofTooManyPeersTheOneMeasuredLongestAgoIsForgotten() {
    LatencyFilter filter = new LatencyFilter(2);
    filter.median(ONE, 10);
    filter.median(TWO, 10);
    filter.median(ONE, 10);
    filter.median(THREE, 10);

    assertThat(filter.size()).isEqualTo(2);
    assertThat(filter.median(ONE, 50)).as("known").isEqualTo(10);
    assertThat(filter.median(TWO, 50)).as("forgotten").isEqualTo(50);
  }

  @Test
  void aPeerThatIsGoneIsForgotten() {
    LatencyFilter filter = new LatencyFilter(2);
    filter.median(ONE, 10);

    filter.forget(ONE);

    assertThat(filter.size()).isZero();
    assertThat(filter.median(ONE, 50)).isEqualTo(50);
  }
}
