package io.corale.node.discover;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Allowance;
import io.corale.model.CellId;
import io.corale.model.Discovered;
import io.corale.model.Limit;
import io.corale.model.OwnerId;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.node.registry.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Less is believed at once, more is not before it has been said for a while. */
class WeighingTest {
  private static final Duration EVERY = Duration.ofMinutes(5);
  private static final Rounds.Asked ASKED =
      new Rounds.Asked(CellId.home(new OwnerId("acme")), new AccountId("cheap"));

  private final Weighing weighing = new Weighing(EVERY);
  private Optional<Discovered> known = Optional.empty();
  private long now = Long.MAX_VALUE - 1;
  private Optional<Duration> again = Optional.empty();
  private Allowance declared = root(1_000);
  private int entries;
  private int raises;
  private int ratesAdded;

  @Test
  void whatAllowsLessHoldsAtOnce() {
    hear(root(8));
    hear(root(3));
    hear(root(3, minute(60)));
    hear(root(3, minute(6)));

    assertThat(known()).containsExactly(root(3, minute(6)));
    assertThat(entries).isEqualTo(4);
  }

  @Test
  void whatAllowsMoreHoldsOnceItHasBeenTheAnswerForAWhile() {
    hear(root(3));
    pass(EVERY);
    hear(root(6));
    assertThat(known()).containsExactly(root(3));
    pass(Weighing.HOLD.minusNanos(1));
    hear(root(6));
    assertThat(known()).containsExactly(root(3));
    pass(Duration.ofNanos(1));
    hear(root(6));

    assertThat(known()).containsExactly(root(6));
  }

  @Test
  void whatAllowsMoreDoesNotHoldSoonAfterAnEntry() {
    hear(root(3));
    hear(root(6));
    pass(EVERY.minusNanos(1));
    hear(root(6));
    assertThat(known()).containsExactly(root(3));
    pass(Duration.ofNanos(1));
    hear(root(6));

    assertThat(known()).containsExactly(root(6));
  }

  /** Each answer with another number, as of a provider that scales, or says what is left. */
  @Test
  void whatAllowsMoreEachTimeHoldsAsFarAsAllOfItDoes() {
    hear(root(1));
    pass(EVERY);
    hear(root(50));
    pass(Duration.ofMinutes(1));
    hear(root(52));
    assertThat(known()).containsExactly(root(50));
    pass(Duration.ofMinutes(1));
    hear(root(47));
    assertThat(known()).as("less is at once").containsExactly(root(47));
    pass(EVERY);
    hear(root(60));
    pass(Weighing.HOLD);
    hear(root(70));

    assertThat(known()).containsExactly(root(60));
    assertThat(entries).isEqualTo(4);
  }

  @Test
  void aProviderThatNeverSaysTheSameTwiceIsBelievedAllTheSame() {
    Random chance = new Random(7);
    hear(root(1));
    for (int minute = 0; minute < 60; minute++) {
      pass(Duration.ofMinutes(1));
      hear(root(40 + chance.nextInt(1_000)));
    }

    assertThat(known().get(0).concurrency().orElseThrow()).isGreaterThanOrEqualTo(40);
    assertThat(raises).as("one for each pause").isLessThanOrEqualTo(60 / 5);
  }

  @Test
  void whatWasSaidBeforeTheLastMinuteKeepsNothingBack() {
    hear(root(1));
    hear(root(2));
    pass(EVERY.minus(Weighing.HOLD));
    hear(root(60));
    pass(Weighing.HOLD);
    hear(root(60));

    assertThat(known()).containsExactly(root(60));
  }

  @Test
  void whatIsAboveWhatWasDeclaredIsNoChange() {
    declared = root(8);
    hear(root(1));
    for (int answer : List.of(50, 52, 47, 60, 60, 60)) {
      pass(EVERY);
      hear(root(answer));
    }
    assertThat(within()).isEqualTo(8);
    assertThat(entries).isEqualTo(2);
    assertThat(again).as("nothing more could come of it").isEmpty();
    declared = root(100);
    hear(root(60));
    pass(Weighing.HOLD);
    hear(root(60));

    assertThat(known()).containsExactly(root(60));
  }

  @Test
  void whatOfTwoGatewaysOneSaysByChanceStays() {
    Random chance = new Random(11);
    long end = now + Duration.ofDays(1).toNanos();
    int without = 0;
    while (now - end < 0) {
      boolean isFirst = chance.nextBoolean();
      hear(isFirst ? root(8) : root(3, minute(60)));
      without += known().get(0).rates().isEmpty() ? 1 : 0;
      pass(again.orElse(EVERY));
    }

    assertThat(without).as("until it is said first").isLessThan(10);
    assertThat(entries).as("of a day").isLessThanOrEqualTo(40);
    assertThat(ratesAdded).isEqualTo(1);
  }

  @Test
  void whatIsSaidNoMoreIsGoneOnceNoAnswerOfAWholePauseHasIt() {
    hear(root(8, minute(60)));
    pass(EVERY);
    hear(root(8));
    pass(EVERY.minusNanos(1));
    hear(root(8));
    assertThat(known()).containsExactly(root(8, minute(60)));
    pass(Duration.ofNanos(1));
    hear(root(8));

    assertThat(known()).containsExactly(root(8));
  }

  @Test
  void whileMoreIsHeldItIsAskedForSoonAndWithinAPauseOnlyTowardsItsEnd() {
    hear(root(3));
    assertThat(again).isEmpty();
    hear(root(6));
    assertThat(again).contains(EVERY.minus(Weighing.HOLD));
    pass(EVERY.minus(Weighing.HOLD));
    hear(root(6));
    assertThat(again).contains(Weighing.AGAIN);
    pass(Weighing.HOLD);
    hear(root(6));
    assertThat(again).isEmpty();
    Weighing daily = new Weighing(Duration.ofDays(1));
    daily.after(ASKED, stands(), List.of(root(6)), now);
    daily.entered(ASKED, now);
    assertThat(daily.after(ASKED, stands(), List.of(root(7)), now).again())
        .as("not each minute of a day")
        .contains(Duration.ofDays(1).minus(Weighing.HOLD));
  }

  @Test
  void inWhichOrderScopesAreSaidIsNoChange() {
    Allowance label = new Allowance("label", OptionalInt.of(5), List.of());
    hear(label, root(8));
    List<Allowance> before = known();
    hear(root(8), label);

    assertThat(known()).isEqualTo(before);
    assertThat(entries).isEqualTo(1);
  }

  @Test
  void ofWhatIsLessHereAndMoreThereTheLessHolds() {
    Allowance label = new Allowance("label", OptionalInt.of(5), List.of());
    hear(root(8), label);
    hear(new Allowance(ScopeLimit.ROOT, OptionalInt.empty(), List.of(minute(60))));
    hear(root(9, minute(600), new Limit.Rate(2, Limit.Window.SECOND)));

    assertThat(known())
        .containsExactlyInAnyOrder(
            root(8, new Limit.Rate(2, Limit.Window.SECOND), minute(60)), label);
  }

  @Test
  void ofWhatChangesEachSecondTheLeastOfTheLastMinuteHolds() {
    hear(root(1));
    for (int second = 0; second < 290; second++) {
      pass(Duration.ofSeconds(1));
      hear(root(second % 2 == 0 ? 20 + second : 10));
    }
    assertThat(known()).as("not long enough after it was entered").containsExactly(root(1));
    pass(Duration.ofSeconds(10));
    hear(root(15));

    assertThat(known()).containsExactly(root(10));
  }

  /** Who takes a cell over has heard nothing yet. */
  @Test
  void whatIsSaidNoMoreIsNotGoneAfterAMinuteThoughNothingElseWasHeard() {
    hear(root(8, minute(60)));
    weighing.retain(asked -> false);
    hear(root(8));
    pass(Weighing.HOLD);
    hear(root(8));

    assertThat(known()).containsExactly(root(8, minute(60)));
  }

  @Test
  void whoIsNotAskedForAnyMoreIsForgotten() {
    hear(root(3));
    hear(root(6));
    pass(EVERY.minusNanos(1));
    hear(root(6));
    weighing.retain(asked -> false);
    pass(Duration.ofNanos(1));
    hear(root(6));
    assertThat(known()).as("what was said before does not count").containsExactly(root(3));
    pass(Weighing.HOLD);
    hear(root(6));
    assertThat(known()).containsExactly(root(6));
    weighing.retain(asked -> false);
    hear(root(7));
    pass(Weighing.HOLD);
    hear(root(7));

    assertThat(known()).as("nor when it was entered").containsExactly(root(7));
  }

  /** As its asker enters it. */
  private void hear(Allowance... answer) {
    Weighing.Weighed weighed = weighing.after(ASKED, stands(), List.of(answer), now);
    List<Allowance> next = weighed.allowed();
    again = weighed.again();
    if (!known.map(Discovered::allowances).equals(Optional.of(next))) {
      boolean isFirst = known.isEmpty();
      raises += !isFirst && most(next) > most(known()) ? 1 : 0;
      boolean hadRate = !isFirst && !known().get(0).rates().isEmpty();
      ratesAdded += !hadRate && !next.get(0).rates().isEmpty() ? 1 : 0;
      known = Optional.of(new Discovered(next, Instant.EPOCH));
      weighing.entered(ASKED, now);
      entries++;
    }
  }

  private static int most(List<Allowance> allowed) {
    return allowed.get(0).concurrency().orElse(Integer.MAX_VALUE);
  }

  private List<Allowance> known() {
    return known.orElseThrow().allowances();
  }

  private int within() {
    return stands().inForce().concurrency();
  }

  private Registration stands() {
    int most = declared.concurrency().orElseThrow();
    ScopeLimit root = new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), most);
    ScopeLimit label = new ScopeLimit("label", Optional.of(ScopeLimit.ROOT), 10);
    Account account =
        new Account(
            ASKED.account(),
            "http",
            1,
            Policy.LST_BL,
            new TreeMap<>(Map.of(Account.LIMITS, "https://far/limits")),
            List.of(root, label));
    return new Registration(account, known);
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
