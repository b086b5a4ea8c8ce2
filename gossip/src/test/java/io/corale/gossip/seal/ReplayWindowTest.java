package io.corale.gossip.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.sim.Seeds;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** A number is taken once, however it comes. */
class ReplayWindowTest {
  /** Beside a set of all that has come, which is what the ring of words stands for. */
  @Seeds(100)
  void refusesWhatASetOfAllWouldRefuse(long seed) {
    RandomGenerator chance = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    ReplayWindow window = new ReplayWindow();
    Set<Long> taken = new HashSet<>();
    long greatest = 0;
    for (int i = 0; i < 5_000; i++) {
      long number = Math.max(1, greatest + step(chance));
      Optional<Refusal> expected =
          greatest - number >= ReplayWindow.SIZE
              ? Optional.of(Refusal.TOO_OLD)
              : taken.contains(number) ? Optional.of(Refusal.REPLAYED) : Optional.empty();

      assertThat(window.refuses(number)).as("%s after %s", number, greatest).isEqualTo(expected);

      if (expected.isEmpty()) {
        window.take(number);
        taken.add(number);
        greatest = Math.max(greatest, number);
      }
    }
  }

  /** Mostly close by, at times about one turn of the ring, at times many. */
  private static long step(RandomGenerator chance) {
    return switch (chance.nextInt(20)) {
      case 0 -> chance.nextLong(-1_100, 1_100);
      case 1 -> chance.nextLong(900, 1_200);
      case 2 -> chance.nextLong(1, 100_000);
      default -> chance.nextLong(-70, 40);
    };
  }

  @Test
  void takesTheFirstAndTheLastNumberThatThereIs() {
    ReplayWindow window = new ReplayWindow();

    window.take(1);
    window.take(SentCounter.END);

    assertThat(window.refuses(SentCounter.END)).contains(Refusal.REPLAYED);
    assertThat(window.refuses(SentCounter.END - ReplayWindow.SIZE + 1)).isEmpty();
    assertThat(window.refuses(SentCounter.END - ReplayWindow.SIZE)).contains(Refusal.TOO_OLD);
    assertThat(window.refuses(1)).contains(Refusal.TOO_OLD);
  }
}
