package io.corale.deploy.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BehaviourTest {
  @Test
  void drawsTheSameFateForTheSameAttempt() {
    Behaviour behaviour = read("failures=30&lost=20&hang=10&latency=PT0.1S&jitter=PT0.05S");

    for (int attempt = 1; attempt < 50; attempt++) {
      assertThat(behaviour.fate("a/1", attempt)).isEqualTo(behaviour.fate("a/1", attempt));
      assertThat(behaviour.duration("a/1", attempt)).isEqualTo(behaviour.duration("a/1", attempt));
    }
  }

  @Test
  void failsAboutAsOftenAsDeclared() {
    Behaviour behaviour = read("failures=25");

    long failed =
        IntStream.range(0, 2_000)
            .filter(i -> behaviour.fate("inv-" + i + "/1", 1) == Behaviour.Fate.FAILS)
            .count();

    assertThat(failed).isBetween(400L, 600L);
  }

  @Test
  void endsWhatWorksLongerThanItsTimeout() {
    Behaviour behaviour = read("latency=PT2S&timeout=PT1S");

    assertThat(behaviour.fate("a/1", 1)).isEqualTo(Behaviour.Fate.TIMES_OUT);
    assertThat(behaviour.duration("a/1", 1)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void namesWhatItDoesNotUnderstand() {
    assertThatThrownBy(() -> read("latancy=PT1S")).hasMessageContaining("'latancy' is not known");
    assertThatThrownBy(() -> read("latency=1s")).hasMessageContaining("'latency'");
    assertThatThrownBy(() -> read("failures=101")).hasMessageContaining("'failures'");
    assertThatThrownBy(() -> read("failures=60&lost=60")).hasMessageContaining("100 per cent");
  }

  @Test
  void readsWhatAnAccountMayHave() {
    assertThat(read("account=shop&accountLimit=7&perSecond=5&perMinute=100").quota())
        .isEqualTo(new Quota("shop", 7, 5, 100));
    assertThat(read("limit=3").quota()).isEqualTo(Quota.NONE);
    assertThatThrownBy(() -> read("account=a/b")).hasMessageContaining("'account'");
    assertThatThrownBy(() -> read("perMinute=1000001")).hasMessageContaining("'perMinute'");
  }

  private static Behaviour read(String query) {
    return Behaviour.of(new QueryStringDecoder("/label?" + query));
  }
}
