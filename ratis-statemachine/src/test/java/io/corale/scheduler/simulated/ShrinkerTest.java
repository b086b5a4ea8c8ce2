package io.corale.scheduler.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.scheduler.simulated.Shrinker.Shrunk;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A seed that fails tells which of its troubles it takes. */
final class ShrinkerTest {
  @Test
  void leavesOutTheTroublesThatDoNotMatter() {
    World world = World.with(Planted.RESUME_FORGETS_TIMERS);

    Shrunk shrunk =
        LongStream.rangeClosed(1, 120)
            .mapToObj(seed -> Shrinker.shrink(seed, world))
            .flatMap(Optional::stream)
            .findFirst()
            .orElseThrow();

    System.out.println(shrunk);
    assertThat(shrunk.troubles()).hasSizeLessThan(shrunk.of());
    assertThat(shrunk.failure()).startsWith("LIVENESS");
  }

  @Test
  void aSeedThatDoesNotFailHasNothingToTell() {
    assertThat(Shrinker.shrink(1, World.hostile())).isEmpty();
  }
}
