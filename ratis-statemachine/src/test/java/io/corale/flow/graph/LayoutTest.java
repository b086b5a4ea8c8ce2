package io.corale.flow.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.flow.graph.Laid.Point;
import io.corale.flow.graph.Laid.Route;
import io.corale.flow.graph.Laid.Spot;
import io.corale.sim.Seeds;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing lies on anything else, whatever is drawn. */
class LayoutTest {
  private static final int STEPS = 24;
  private static final double CLOSE = 0.5;

  @ParameterizedTest
  @MethodSource("io.corale.flow.graph.Outlines#examples")
  void examplesAreClear(String name) throws IOException {
    requireClear(Layout.of(Outlines.example(name).root()));
  }

  @Seeds(300)
  void anythingIsClear(long seed) {
    requireClear(Layout.of(Outlines.random(new SplittableRandom(seed), 2)));
  }

  private static void requireClear(Laid laid) {
    for (int i = 0; i < laid.spots().size(); i++) {
      Spot spot = laid.spots().get(i);
      assertThat(spot.x() >= 0 && spot.x() + spot.width() <= laid.width()).isTrue();
      assertThat(spot.y() >= 0 && spot.y() + spot.height() <= laid.height()).isTrue();
      for (Spot other : laid.spots().subList(i + 1, laid.spots().size())) {
        assertThat(overlap(spot, other)).as("%s on %s", spot.node(), other.node()).isFalse();
      }
      spot.inside().ifPresent(LayoutTest::requireClear);
    }
    for (Route route : laid.routes()) {
      for (int i = 1; i < route.points().size(); i++) {
        requireClear(laid, route, route.points().get(i - 1), route.points().get(i));
      }
    }
  }

  private static boolean overlap(Spot one, Spot other) {
    return one.x() < other.x() + other.width()
        && other.x() < one.x() + one.width()
        && one.y() < other.y() + other.height()
        && other.y() < one.y() + one.height();
  }

  /** No point of an arrow lies inside of a node, and none outside of the box. */
  private static void requireClear(Laid laid, Route route, Point from, Point to) {
    List<Spot> spots = laid.spots();
    for (int step = 0; step <= STEPS; step++) {
      double part = (double) step / STEPS;
      double along = route.isCurved() ? part * part * (3 - 2 * part) : part;
      double x = from.x() + (to.x() - from.x()) * along;
      double y = from.y() + (to.y() - from.y()) * part;
      assertThat(x >= 0 && x <= laid.width() && y >= 0 && y <= laid.height())
          .as("%s stays in its box", route.arrow())
          .isTrue();
      for (Spot spot : spots) {
        boolean isInside =
            x > spot.x() + CLOSE
                && x < spot.x() + spot.width() - CLOSE
                && y > spot.y() + CLOSE
                && y < spot.y() + spot.height() - CLOSE;
        assertThat(isInside).as("%s runs through %s", route.arrow(), spot.node()).isFalse();
      }
    }
  }
}
