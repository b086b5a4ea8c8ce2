package io.corale.node.invoke;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CellId;
import io.corale.model.Limit;
import io.corale.model.OwnerId;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.sim.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rule 15: rates are paced by the sender, too. */
class PacerTest {
  private static final CellId CELL = CellId.home(new OwnerId("acme"));
  private static final long MILLI = 1_000_000;

  /** Monotonic clocks begin anywhere. */
  private static final long BEGIN = -123_456_789_012L;

  private final Pacer pacer = new Pacer();

  @Test
  void letsTheWholeRateGoAtOnceAndNotOneMore() {
    Account account = account(root(new Limit.Rate(3, Limit.Window.SECOND)));

    for (int i = 0; i < 3; i++) {
      assertThat(waitMillis(account, ScopeLimit.ROOT, 0)).hasValue(0);
    }
    assertThat(waitMillis(account, ScopeLimit.ROOT, 0)).as("half of the send grace").isEmpty();
    assertThat(waitMillis(account, ScopeLimit.ROOT, 400)).isEmpty();
  }

  @Test
  void keepsWhatHasItsPlaceInHalfOfTheGrace() {
    Account account = account(root(new Limit.Rate(1, Limit.Window.SECOND)));

    assertThat(waitMillis(account, ScopeLimit.ROOT, 0)).hasValue(0);
    OptionalLong wait = waitMillis(account, ScopeLimit.ROOT, 700);

    assertThat(wait.orElseThrow()).isBetween(300L, 332L);
  }

  @Test
  void whatHasNoPlaceTakesNone() {
    Account account = account(root(new Limit.Rate(1, Limit.Window.SECOND)));

    assertThat(waitMillis(account, ScopeLimit.ROOT, 0)).hasValue(0);
    for (int i = 0; i < 100; i++) {
      assertThat(waitMillis(account, ScopeLimit.ROOT, 100)).isEmpty();
    }
    assertThat(waitMillis(account, ScopeLimit.ROOT, 1_040)).hasValue(0);
  }

  /** Rule 16: a call counts in every scope that encloses its leaf, and in no other. */
  @Test
  void countsInEveryScopeThatEnclosesTheLeaf() {
    Account account =
        account(
            root(new Limit.Rate(3, Limit.Window.SECOND)),
            child("images", ScopeLimit.ROOT, new Limit.Rate(2, Limit.Window.MINUTE)),
            child("label", "images"),
            child("other", ScopeLimit.ROOT));

    assertThat(waitMillis(account, "label", 0)).hasValue(0);
    assertThat(waitMillis(account, "label", 0)).hasValue(0);
    assertThat(waitMillis(account, "label", 0)).as("images is used up").isEmpty();
    assertThat(waitMillis(account, "other", 0)).hasValue(0);
    assertThat(waitMillis(account, "other", 0)).as("the account is used up").isEmpty();
  }

  @Test
  void aLeafThatMustWaitKeepsNoOtherWaiting() {
    Account account =
        account(
            root(new Limit.Rate(100, Limit.Window.SECOND)),
            child("slow", ScopeLimit.ROOT, new Limit.Rate(1, Limit.Window.SECOND)),
            child("fast", ScopeLimit.ROOT));

    assertThat(waitMillis(account, "slow", 0)).hasValue(0);
    assertThat(waitMillis(account, "slow", 600).orElseThrow()).isPositive();

    assertThat(waitMillis(account, "fast", 600)).hasValue(0);
  }

  /** What goes first must not take the room of what goes within the same window after it. */
  @Test
  void keepsTheRoomOfWhatHasItsPlaceAhead() {
    Account account =
        account(
            root(new Limit.Rate(1, Limit.Window.SECOND)),
            child("slow", ScopeLimit.ROOT, new Limit.Rate(1, Limit.Window.MINUTE)),
            child("fast", ScopeLimit.ROOT));
    assertThat(waitMillis(account, "slow", 0)).hasValue(0);
    assertThat(waitMillis(account, "slow", 60_200).orElseThrow()).isPositive();

    assertThat(waitMillis(account, "fast", 60_300)).isEmpty();
  }

  @Test
  void asksNothingOfAccountsWithoutRates() {
    Account account = account(root(new Limit.Learned(2)));

    for (int i = 0; i < 1_000; i++) {
      assertThat(waitMillis(account, ScopeLimit.ROOT, 0)).hasValue(0);
    }
    assertThat(pacer.size()).isZero();
  }

  @Test
  void noOwnerTakesWhatIsLeftToTheOthers() {
    for (int i = 0; i < Pacer.MAX_OF_OWNER + 5; i++) {
      Account account = account("a" + i, root(new Limit.Rate(1, Limit.Window.SECOND)));
      assertThat(waitMillis(account, ScopeLimit.ROOT, 0)).hasValue(0);
    }

    assertThat(pacer.size()).isEqualTo(Pacer.MAX_OF_OWNER);
  }

  /** Names are looked up, and connections made, between a call's place and its leaving. */
  @Test
  void keepsItsDistanceFromWhatLeftLate() {
    Account account = account(root(new Limit.Rate(2, Limit.Window.SECOND)));
    Pacer.Place first = place(account, ScopeLimit.ROOT, 0).orElseThrow();
    Pacer.Place second = place(account, ScopeLimit.ROOT, 0).orElseThrow();
    pacer.left(first, BEGIN + 3 * MILLI);
    pacer.left(second, BEGIN + 400 * MILLI);

    assertThat(waitMillis(account, ScopeLimit.ROOT, 1_040)).as("beside the second").hasValue(0);
    assertThat(waitMillis(account, ScopeLimit.ROOT, 1_040).orElseThrow()).isBetween(375L, 405L);
  }

  @Test
  void countsOnceWhatLeavesWhenItsPlaceIsOutOfEveryWindow() {
    Account account = account(root(new Limit.Rate(1, Limit.Window.SECOND)));
    Pacer.Place late = place(account, ScopeLimit.ROOT, 0).orElseThrow();

    pacer.left(late, BEGIN + 1_500 * MILLI);

    assertThat(waitMillis(account, ScopeLimit.ROOT, 2_100).orElseThrow()).isBetween(415L, 440L);
    assertThat(waitMillis(account, ScopeLimit.ROOT, 3_700)).hasValue(0);
  }

  /** First it is permitted to leave, and then its bytes do. */
  @Test
  void countsOnceWhatIsSaidToLeaveTwice() {
    Account account = account(root(new Limit.Rate(2, Limit.Window.SECOND)));
    Pacer.Place late = place(account, ScopeLimit.ROOT, 0).orElseThrow();

    pacer.left(late, BEGIN + 100 * MILLI);
    pacer.left(late, BEGIN + 300 * MILLI);

    assertThat(waitMillis(account, ScopeLimit.ROOT, 1_050)).hasValue(0);
    assertThat(waitMillis(account, ScopeLimit.ROOT, 1_050).orElseThrow()).isBetween(270L, 285L);
  }

  /** What comes late to this node, and is followed by what does not, waits once more at most. */
  @Test
  void aBurstThatIsLateGivesBackEachCallOnceAtMost() {
    Account account = account(root(new Limit.Rate(10, Limit.Window.SECOND)));
    for (int i = 0; i < 10; i++) {
      assertThat(waitMillis(account, ScopeLimit.ROOT, 900)).hasValue(0);
    }

    assertThat(waitMillis(account, ScopeLimit.ROOT, 1_016)).isEmpty();
    assertThat(waitMillis(account, ScopeLimit.ROOT, 1_516).orElseThrow()).isBetween(380L, 440L);
  }

  @Test
  void givesNoPlaceThatCannotBeUsed() {
    Account account = account(root(new Limit.Rate(1, Limit.Window.SECOND)));
    long later = BEGIN + 700 * MILLI;
    pacer.place(CELL, account, ScopeLimit.ROOT, BEGIN, 1_000 * MILLI);

    assertThat(pacer.place(CELL, account, ScopeLimit.ROOT, later, 400 * MILLI)).isEmpty();
    assertThat(pacer.place(CELL, account, ScopeLimit.ROOT, later, -1_000 * MILLI)).isEmpty();
    assertThat(pacer.place(CELL, account, ScopeLimit.ROOT, later, 900 * MILLI)).isPresent();
  }

  @Test
  void countsOnWhereTheClockRunsOver() {
    Account account = account(root(new Limit.Rate(1, Limit.Window.SECOND)));
    long begin = Long.MAX_VALUE - 100 * MILLI;
    long later = begin + 200 * MILLI;

    assertThat(pacer.place(CELL, account, ScopeLimit.ROOT, begin, Long.MAX_VALUE)).isPresent();
    assertThat(pacer.place(CELL, account, ScopeLimit.ROOT, later, Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void countsInBoundedManyScopes() {
    for (int i = 0; i < Pacer.MAX_PACES + 5; i++) {
      Account account = account("a" + i, root(new Limit.Rate(1, Limit.Window.SECOND)));
      CellId cell = CellId.home(new OwnerId("o" + i / Pacer.MAX_OF_OWNER));
      assertThat(pacer.place(cell, account, ScopeLimit.ROOT, BEGIN, Long.MAX_VALUE)).isPresent();
    }
    assertThat(pacer.size()).isEqualTo(Pacer.MAX_PACES);

    Account late = account("late", root(new Limit.Rate(1, Limit.Window.SECOND)));
    assertThat(waitMillis(late, ScopeLimit.ROOT, 2_000)).hasValue(0);
    assertThat(pacer.size()).as("those that are over have gone").isOne();
  }

  /**
   * A log that starts as much as the rate allows, in whatever bursts, and entries that are applied
   * up to 100 ms late: nothing is given back, and no window at the wire has more than the rate.
   */
  @Seeds(50)
  void givesNothingBackUnderFullLoad(long seed) {
    Random chance = new Random(seed);
    Limit.Window window = chance.nextBoolean() ? Limit.Window.SECOND : Limit.Window.MINUTE;
    int most = 1 + chance.nextInt(300);
    Account account = account(root(new Limit.Rate(most, window)));
    List<Long> sent = new ArrayList<>();

    for (long asked : lateBy(100 * MILLI, log(most, window, chance), chance)) {
      Optional<Pacer.Place> place =
          pacer.place(CELL, account, ScopeLimit.ROOT, asked, Long.MAX_VALUE);
      assertThat(place).as("asked at %d", asked).isPresent();
      assertThat(place.get().waitNanos()).isBetween(0L, Pacer.MOST_WAIT_NANOS);
      sent.add(asked + place.get().waitNanos());
    }

    Collections.sort(sent);
    long length = window.length().toNanos();
    for (int i = 0; i + most < sent.size(); i++) {
      assertThat(sent.get(i + most) - sent.get(i)).as("%d sends", most + 1).isGreaterThan(length);
    }
  }

  /**
   * A provider counts what arrives. Whatever leaves late, if this node can see it, and however
   * bursts and single calls arrive, if some take less than the guard longer than others: none is
   * refused, and the rate is used. Where work waits, the log starts it as soon as it may.
   */
  @Seeds(50)
  void noWindowAtTheProviderHasMoreThanTheRateAndTheRateIsUsed(long seed) {
    Random chance = new Random(seed);
    Limit.Window window = chance.nextInt(4) > 0 ? Limit.Window.SECOND : Limit.Window.MINUTE;
    int most = 1 + chance.nextInt(300);
    ProviderFar far = new ProviderFar(pacer, account(root(new Limit.Rate(most, window))), chance);

    List<Long> arrived = far.serve(busyLog(60 * most, most, window, chance));

    Collections.sort(arrived);
    long length = window.length().toNanos();
    for (int i = 0; i + most < arrived.size(); i++) {
      assertThat(arrived.get(i + most) - arrived.get(i))
          .as("%d arrivals", most + 1)
          .isGreaterThanOrEqualTo(length);
    }
    long took = arrived.get(arrived.size() - 1) - arrived.get(0);
    double windows = (arrived.size() - most) / (double) most;
    assertThat(windows * length / took).as("used").isGreaterThan(0.95);
  }

  /** Starts while there is always more to start: as many as may, as soon as they may. */
  private static List<Long> busyLog(int starts, int most, Limit.Window window, Random chance) {
    long slice = window.length().toNanos() / 64;
    boolean inBursts = chance.nextBoolean();
    List<Long> log = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      long first = inBursts ? 0 : i * window.length().toNanos() / most;
      log.add(i < most ? first : (Math.floorDiv(log.get(i - most), slice) + 66) * slice);
    }
    return log;
  }

  /** Starts as the log decides them: at most as many in 66 slices as the rate says. */
  private static List<Long> log(int most, Limit.Window window, Random chance) {
    long slice = window.length().toNanos() / 64;
    List<Long> starts = new ArrayList<>();
    long now = BEGIN;
    while (starts.size() < 8 * most) {
      int burst = chance.nextInt(3) == 0 ? most : 1 + chance.nextInt(1 + most / 20);
      for (int i = 0; i < burst; i++) {
        if (starts.size() >= most) {
          long before = Math.floorDiv(starts.get(starts.size() - most), slice);
          now = Math.max(now, (before + 66) * slice);
        }
        starts.add(now);
      }
      now += chance.nextLong(window.length().toNanos() / 10);
    }
    return starts;
  }

  /** The same in the order in which they are asked to be sent, each somewhat late. */
  private static List<Long> lateBy(long mostNanos, List<Long> starts, Random chance) {
    long clock = chance.nextLong(1_000 * MILLI); // Which began at another moment.
    PriorityQueue<Long> asked = new PriorityQueue<>();
    starts.forEach(start -> asked.add(clock + start + chance.nextLong(mostNanos)));
    List<Long> inOrder = new ArrayList<>();
    while (!asked.isEmpty()) {
      inOrder.add(asked.remove());
    }
    return inOrder;
  }

  private OptionalLong waitMillis(Account account, String scope, long atMillis) {
    return place(account, scope, atMillis)
        .map(place -> OptionalLong.of(place.waitNanos() / MILLI))
        .orElse(OptionalLong.empty());
  }

  private Optional<Pacer.Place> place(Account account, String scope, long atMillis) {
    return pacer.place(CELL, account, scope, BEGIN + atMillis * MILLI, Long.MAX_VALUE);
  }

  private static ScopeLimit root(Limit... more) {
    return new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 1_000, List.of(more));
  }

  private static ScopeLimit child(String scope, String parent, Limit... more) {
    return new ScopeLimit(scope, Optional.of(parent), 1_000, List.of(more));
  }

  private static Account account(ScopeLimit... scopes) {
    return account("sim", scopes);
  }

  private static Account account(String id, ScopeLimit... scopes) {
    return new Account(
        new AccountId(id), "sim", 1, Policy.LST_BL, new TreeMap<>(), List.of(scopes));
  }
}
