package io.corale.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SimKitTest {
  @Seeds(20)
  void sameSeedSameTrace(long seed) {
    assertThat(chatter(seed).hash()).isEqualTo(chatter(seed).hash());
  }

  @Seeds(20)
  void otherSeedOtherTrace(long seed) {
    assertThat(chatter(seed).hash()).isNotEqualTo(chatter(seed + 1).hash());
  }

  @Test
  void runsWhatIsDueAtOnceInTheOrderOfAsking() {
    VirtualTime time = new VirtualTime();
    List<String> ran = new ArrayList<>();
    time.after(Duration.ofMillis(2), () -> ran.add("late"));
    time.after(Duration.ofMillis(1), () -> ran.add("first"));
    time.after(Duration.ofMillis(1), () -> ran.add("second"));

    time.run(Duration.ofMillis(1));

    assertThat(ran).containsExactly("first", "second");
    assertThat(time.nowNanos()).isEqualTo(1_000_000);
    assertThat(time.pending()).isEqualTo(1);
  }

  @Test
  void anIsolatedPartyHearsNothingUntilHealed() {
    VirtualTime time = new VirtualTime();
    SimNetwork<String, String> network = new SimNetwork<>(time, new Chance(1).of("network"));
    List<String> heard = new ArrayList<>();
    network.attach("a", (from, message) -> heard.add(message));
    network.attach("b", (from, message) -> heard.add(message));
    network.isolate(Set.of("b"));

    network.send("a", "b", "lost");
    time.run(Duration.ofSeconds(1));
    network.heal();
    network.send("a", "b", "heard");
    time.run(Duration.ofSeconds(1));

    assertThat(heard).containsExactly("heard");
  }

  @Test
  void aConcernDrawsTheSameWhateverOthersDraw() {
    Chance chance = new Chance(7);
    chance.of("other").nextLong();

    assertThat(chance.of("network").nextLong()).isEqualTo(new Chance(7).of("network").nextLong());
    assertThat(chance.of("network").nextLong()).isNotEqualTo(chance.of("other").nextLong());
  }

  private static Trace chatter(long seed) {
    VirtualTime time = new VirtualTime();
    Trace trace = new Trace(time);
    SimNetwork<Integer, Integer> network = new SimNetwork<>(time, new Chance(seed).of("network"));
    network.weather(new SimNetwork.Weather(Duration.ofMillis(1), Duration.ofMillis(9), 100, 100));
    for (int party = 0; party < 3; party++) {
      int self = party;
      network.attach(
          self,
          (from, hops) -> {
            trace.note(from + " to " + self + ": " + hops);
            if (hops > 0) {
              network.send(self, (self + 1) % 3, hops - 1);
            }
          });
    }
    for (int i = 0; i < 10; i++) {
      network.send(0, 1, 20);
    }
    time.run(Duration.ofSeconds(1));
    return trace;
  }
}
