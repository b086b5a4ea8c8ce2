package io.corale.node.discover;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.AccountId;
import io.corale.model.Allowance;
import io.corale.model.CellId;
import io.corale.model.Discovered;
import io.corale.model.Limit;
import io.corale.model.OwnerId;
import io.corale.model.ScopeLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Less is believed at once, more is not before it has been said for a while. */
class WeighingTest {
  private static final Duration EVERY = Duration.ofMinutes(5);
  private static final Rounds.Asked ASKED =
      new Rounds.Asked(CellId.home(new OwnerId("acme")), new AccountId("cheap"));

  private final Weighing weighing = new Weighing(EVERY);
  private Optional<Discovered> known = Optional.empty();
  private long now = Long.MAX_VALUE - 1;
  private int entries;

  @Test
  void whatAllowsLessHoldsAtOnce() {
    hear(root(8));
    hear(root(3));
    hear(root(3, minute(60)));
    hear(root(3, minute(6)));

    assertThat(known.orElseThrow().allowances()).containsExactly(root(3, minute(6)));
    assertThat(entries).isEqualTo(4);
  }

  @Test
  void whatAllowsMoreHoldsOnceItHasBeenTheAnswerForAWhile() {
    hear(root(3));
    pass(EVERY);
    hear(root(6));
    assertThat(known.orElseThrow().allowances()).containsExactly(root(3));
    pass(Weighing.HOLD.minusNanos(1));
    hear(root(6));
    assertThat(known.orElseThrow().allowances()).containsExactly(root(3));
    pass(Duration.ofNanos(1));
    hear(root(6));

    assertThat(known.orElseThrow().allowances()).containsExactly(root(6));
  }

  @Test
  void whatAllowsMoreDoesNotHoldSoonAfterAnEntry() {
    hear(root(3));
    hear(root(6));
    pass(EVERY.minusNanos(1));
    hear(root(6));
    assertThat(known.orElseThrow().allowances()).containsExactly(root(3));
    pass(Duration.ofNanos(1));
    hear(root(6));

    assertThat(known.orElseThrow().allowances()).containsExactly(root(6));
  }

  @Test
  void aRateThatIsSaidEverySecondTimeStays() {
    for (int i = 0; i < 100; i++) {
      hear(i % 2 == 0 ? root(8) : root(8, minute(60)));
      pass(EVERY);
    }

    assertThat(known.orElseThrow().allowances()).containsExactly(root(8, minute(60)));
    assertThat(entries).isEqualTo(2);
  }

  @Test
  void ofWhatIsLessHereAndMoreThereTheLessHolds() {
    Allowance label = new Allowance("label", OptionalInt.of(5), List.of());
    hear(root(8), label);
    hear(new Allowance(ScopeLimit.ROOT, OptionalInt.empty(), List.of(minute(60))));
    hear(root(9, minute(600), new Limit.Rate(2, Limit.Window.SECOND)));

    assertThat(known.orElseThrow().allowances())
        .containsExactly(root(8, new Limit.Rate(2, Limit.Window.SECOND), minute(60)), label);
  }

  @Test
  void whoIsNotAskedForAnyMoreIsForgotten() {
    hear(root(3));
    pass(EVERY.minusNanos(1));
    hear(root(6));
    weighing.retain(asked -> false);
    pass(Weighing.HOLD);
    hear(root(6));

    assertThat(known.orElseThrow().allowances()).containsExactly(root(3));
  }

  /** As its asker enters it. */
  private void hear(Allowance... answer) {
    List<Allowance> next = weighing.after(ASKED, known, List.of(answer), now);
    if (!known.map(Discovered::allowances).equals(Optional.of(next))) {
      known = Optional.of(new Discovered(next, Instant.EPOCH));
      weighing.entered(ASKED, now);
      entries++;
    }
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private static Limit.Rate minute(int starts) {
    return new Limit.Rate(starts, Limit.Window.MINUTE);
  }

  private static Allowance root(int concurrency, Limit.Rate... rates) {
    return new Allowance(ScopeLimit.ROOT, OptionalInt.of(concurrency), List.of(rates));
  }
}
