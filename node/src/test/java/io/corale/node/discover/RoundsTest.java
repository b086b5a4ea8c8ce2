package io.corale.node.discover;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CellId;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.node.invoke.AttemptWatch;
import io.corale.node.invoke.Landing;
import io.corale.node.provider.Calls;
import io.corale.node.provider.ProviderCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Providers are asked in time, in turn, and not more often than that. */
class RoundsTest {
  private static final CellId ACME = CellId.home(new OwnerId("acme"));
  private static final CellId BETA = CellId.home(new OwnerId("beta"));

  /** Begins where a monotonic clock runs over. */
  private long now = Long.MAX_VALUE - 1;

  /** Chance that takes nothing off. */
  private final Rounds rounds = new Rounds(Duration.ofMinutes(5), (RandomGenerator) () -> 0L);

  @Test
  void whatIsNewIsAskedAtOnceAndThenFromTimeToTime() {
    rounds.know(ACME, List.of(account("a", "x")), now);

    assertThat(asked()).containsExactly("acme/a");
    end("acme/a", true);
    pass(Duration.ofMinutes(5).minusNanos(1));
    assertThat(asked()).isEmpty();
    pass(Duration.ofNanos(1));
    assertThat(asked()).containsExactly("acme/a");
  }

  @Test
  void whatIsUnderWayIsNotAskedASecondTime() {
    rounds.know(ACME, List.of(account("a", "x")), now);
    assertThat(asked()).hasSize(1);

    pass(Duration.ofHours(25));
    rounds.throttled(ACME, new AccountId("a"), now);
    assertThat(asked()).isEmpty();
  }

  @Test
  void whoIsThrottledIsAskedForSoonButNotAtEachRefusal() {
    rounds.know(ACME, List.of(account("a", "x")), now);
    asked();
    end("acme/a", true);

    int questions = 0;
    for (int second = 0; second < 60; second++) {
      pass(Duration.ofSeconds(1));
      rounds.throttled(ACME, new AccountId("a"), now);
      for (String each : asked()) {
        questions++;
        end(each, true);
      }
    }
    assertThat(questions).isEqualTo(6);
    rounds.throttled(BETA, new AccountId("a"), now);
    assertThat(rounds.knows(BETA, new AccountId("a"))).as("asks for nothing").isFalse();
  }

  @Test
  void whatAProviderRefusesIsSeenAndWhatThisNodeHasNoRoomForIsNot() {
    ProviderCall call = Calls.at("http", Map.of()).call();
    List<Landing> landed = new ArrayList<>();
    AttemptWatch watch = rounds.watching((cell, its, landing) -> landed.add(landing), () -> now);
    rounds.know(ACME, List.of(call.account()), now);
    asked();
    end("acme/acme", true);
    pass(Rounds.SOON);

    watch.landed(ACME, call, landing(Outcome.Throttled.byUs(Duration.ZERO)));
    watch.landed(ACME, call, landing(new Outcome.TimedOut(true)));
    assertThat(asked()).isEmpty();
    watch.landed(ACME, call, landing(Outcome.Throttled.byProvider(Duration.ZERO)));
    assertThat(asked()).containsExactly("acme/acme");
    assertThat(landed).as("others see all of it").hasSize(3);
  }

  private static Landing landing(Outcome outcome) {
    return new Landing(outcome, true, 0, 0);
  }

  @Test
  void whoIsThrottledWhileItIsAskedIsAskedSoonAgain() {
    rounds.know(ACME, List.of(account("a", "x")), now);
    asked();
    rounds.throttled(ACME, new AccountId("a"), now);
    end("acme/a", true);

    pass(Rounds.SOON.minusNanos(1));
    assertThat(asked()).isEmpty();
    pass(Duration.ofNanos(1));
    assertThat(asked()).containsExactly("acme/a");
  }

  @Test
  void whatWasNotAnsweredIsAskedAgainBeforeItsTime() {
    rounds.know(ACME, List.of(account("a", "x")), now);
    asked();
    end("acme/a", false);

    pass(Rounds.AFTER_FAILURE.minusNanos(1));
    assertThat(asked()).isEmpty();
    pass(Duration.ofNanos(1));
    assertThat(asked()).containsExactly("acme/a");
  }

  @Test
  void whatCannotBeTakenYetIsAskedAgainInAMomentButNotForEver() {
    Rounds.Asked asked = new Rounds.Asked(ACME, new AccountId("a"));
    rounds.know(ACME, List.of(account("a", "x")), now);
    for (int i = 0; i < Rounds.MAX_TOO_EARLY; i++) {
      assertThat(asked()).containsExactly("acme/a");
      assertThat(rounds.end(asked, Rounds.End.TOO_EARLY, now)).isTrue();
      pass(Rounds.AFTER_TOO_EARLY);
    }
    assertThat(asked()).containsExactly("acme/a");
    assertThat(rounds.end(asked, Rounds.End.TOO_EARLY, now)).isFalse();

    pass(Rounds.AFTER_FAILURE.minusNanos(1));
    assertThat(asked()).isEmpty();
    pass(Duration.ofNanos(1));
    assertThat(asked()).containsExactly("acme/a");
  }

  @Test
  void whoChangesAnAccountIsAskedForAgainAndAnotherVersionIsNoChange() {
    rounds.know(ACME, List.of(account("a", "x")), now);
    asked();
    end("acme/a", true);
    pass(Duration.ofSeconds(2));

    rounds.know(ACME, List.of(account("a", "x").withVersion(9)), now);
    assertThat(asked()).isEmpty();
    rounds.know(ACME, List.of(account("a", "y")), now);
    assertThat(asked()).containsExactly("acme/a");
  }

  @Test
  void anOwnerHasOneQuestionUnderWayAndTheOldestComesFirst() {
    List<Account> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(account("a" + i, "x"));
    }
    rounds.know(ACME, many, now);
    pass(Duration.ofSeconds(1));
    rounds.know(BETA, List.of(account("b", "x")), now);

    assertThat(asked()).containsExactly("acme/a0", "beta/b");
    assertThat(asked()).isEmpty();
    end("acme/a0", true);
    assertThat(asked()).containsExactly("acme/a1");
  }

  @Test
  void noMoreThanSomeAreUnderWayAtOnce() {
    Set<String> all = new TreeSet<>();
    for (int i = 0; i < 200; i++) {
      rounds.know(CellId.home(new OwnerId("o" + i)), List.of(account("a", "x")), now + i);
    }
    pass(Duration.ofSeconds(1));

    List<String> first = asked();
    assertThat(first).hasSize(Rounds.AT_ONCE);
    List<String> next = first;
    while (!next.isEmpty()) {
      all.addAll(next);
      next.forEach(each -> end(each, true));
      next = asked();
    }
    assertThat(all).as("all have their turn").hasSize(200);
  }

  @Test
  void aNodeAsksForAllAccountsOfThousandsOfOwnersInSeconds() {
    for (int i = 0; i < 10_000; i++) {
      rounds.know(CellId.home(new OwnerId("o" + i)), List.of(account("a", "x")), now);
    }

    int asked = 0;
    List<Rounds.Asked> underWay = rounds.begin(now);
    for (int tenth = 1; tenth <= 200; tenth++) {
      asked += underWay.size();
      pass(Duration.ofMillis(100)); // The time of a question.
      underWay.forEach(each -> rounds.end(each, Rounds.End.ANSWERED, now));
      underWay = tenth % 10 == 0 ? rounds.begin(now) : rounds.more(now);
    }
    assertThat(asked).isEqualTo(10_000);
  }

  @Test
  void providersThatAreSilentKeepNobodyWaiting() {
    manyKnown();
    rounds.know(BETA, List.of(account("b", "x")), now);
    failAfterTenSeconds(Duration.ofMinutes(3));
    pass(Rounds.AFTER_FAILURE);
    assertThat(asked()).as("silent ones, still under way").hasSize(Rounds.DOUBTFUL_AT_ONCE);

    rounds.throttled(BETA, new AccountId("b"), now);
    assertThat(asked()).contains("beta/b");
  }

  @Test
  void whoIsThrottledComesBeforeThoseThatAreNew() {
    rounds.know(BETA, List.of(account("b", "x")), now);
    asked();
    end("beta/b", true);
    pass(Rounds.SOON);
    manyKnown();
    pass(Duration.ofSeconds(1));
    rounds.throttled(BETA, new AccountId("b"), now);

    assertThat(asked()).hasSize(Rounds.AT_ONCE).startsWith("beta/b");
  }

  @Test
  void whatAllowsMoreIsAskedAgainAfterThatTimeAndWasNoFailure() {
    Rounds.Asked asked = new Rounds.Asked(ACME, new AccountId("a"));
    rounds.know(ACME, List.of(account("a", "x")), now);
    asked();
    rounds.hold(asked, Duration.ofSeconds(10), now);
    rounds.hold(asked, Duration.ofSeconds(1), now); // It has come to its end.

    pass(Duration.ofSeconds(10).minusNanos(1));
    assertThat(asked()).isEmpty();
    pass(Duration.ofNanos(1));
    assertThat(asked()).containsExactly("acme/a");
  }

  @Test
  void whoWasNotAskedAsItsCellWentIsAskedInAMomentOnceItIsBack() {
    Rounds.Asked asked = new Rounds.Asked(ACME, new AccountId("a"));
    rounds.know(ACME, List.of(account("a", "x")), now);
    asked();
    rounds.retain(Set.of());
    rounds.know(ACME, List.of(account("a", "x")), now);
    rounds.end(asked, Rounds.End.UNASKED, now);

    pass(Duration.ofSeconds(1));
    assertThat(asked()).containsExactly("acme/a");
  }

  @Test
  void ofOneOwnerTheAccountWhoseProviderAnswersComesBeforeThoseThatAreSilent() {
    List<Account> many = new ArrayList<>();
    for (int i = 0; i < 99; i++) {
      many.add(account("a" + i, "x"));
    }
    many.add(account("b", "x"));
    rounds.know(ACME, many, now);
    failAfterTenSeconds(Duration.ofMinutes(20));
    rounds.throttled(ACME, new AccountId("b"), now);

    assertThat(asked()).containsExactly("acme/b");
  }

  @Test
  void whoHasMendedItsAccountDoesNotWaitBehindThoseThatAreSilent() {
    manyKnown();
    rounds.know(ACME, List.of(account("a", "wrong")), now);
    rounds.know(BETA, List.of(account("a", "wrong")), now);
    failAfterTenSeconds(Duration.ofMinutes(3));
    pass(Rounds.AFTER_FAILURE);
    assertThat(asked()).hasSize(Rounds.DOUBTFUL_AT_ONCE).doesNotContain("acme/a", "beta/a");

    rounds.know(ACME, List.of(account("a", "right")), now);
    assertThat(asked()).containsExactly("acme/a");
  }

  @Test
  void whoMendsItsAccountWhileItIsAskedIsCountedAsItWasUntilThen() {
    manyThatAreSilent();
    pass(Rounds.AFTER_FAILURE);
    List<String> silent = asked();
    String first = silent.get(0);
    CellId cell = CellId.home(new OwnerId(first.split("/", 2)[0]));
    rounds.know(cell, List.of(account("a", "right")), now);
    end(first, false);

    pass(Rounds.AFTER_CHANGE);
    assertThat(asked()).as("it, and one of the silent instead").hasSize(2).startsWith(first);
    end(first, true);
    assertThat(asked()).as("half of the places are the bound").isEmpty();
  }

  @Test
  void whatTheRegistryCouldNotDoSaysNothingOfAProvider() {
    manyKnown();
    for (int half = 0; half < 2; half++) {
      rounds.begin(now).forEach(each -> rounds.end(each, Rounds.End.BROKEN, now));
    }
    pass(Rounds.AFTER_FAILURE.minusNanos(1));
    assertThat(asked()).isEmpty();
    pass(Duration.ofNanos(1));
    assertThat(asked()).hasSize(Rounds.AT_ONCE);
  }

  @Test
  void aProviderThatIsSilentStaysSoWhereTheRegistryCouldNotDoIt() {
    manyThatAreSilent();
    for (int half = 0; half < 4; half++) {
      pass(Rounds.AFTER_FAILURE);
      rounds.begin(now).forEach(each -> rounds.end(each, Rounds.End.BROKEN, now));
    }
    pass(Rounds.AFTER_FAILURE);
    assertThat(asked()).hasSize(Rounds.DOUBTFUL_AT_ONCE);
  }

  private void manyKnown() {
    for (int i = 0; i < 100; i++) {
      rounds.know(CellId.home(new OwnerId("o" + i)), List.of(account("a", "x")), now);
    }
  }

  private void manyThatAreSilent() {
    manyKnown();
    failAfterTenSeconds(Duration.ofMinutes(3));
  }

  /** Only accounts b are answered. */
  private void failAfterTenSeconds(Duration time) {
    long until = now + time.toNanos();
    while (now - until < 0) {
      List<Rounds.Asked> underWay = rounds.begin(now);
      pass(Duration.ofSeconds(10));
      underWay.forEach(
          each ->
              rounds.end(
                  each,
                  each.account().value().equals("b") ? Rounds.End.ANSWERED : Rounds.End.FAILED,
                  now));
    }
  }

  @Test
  void whatIsGoneIsNotAskedAnyMore() {
    rounds.know(ACME, List.of(account("a", "x"), account("b", "x")), now);
    rounds.know(BETA, List.of(account("b", "x")), now);
    assertThat(asked()).containsExactly("acme/a", "beta/b");

    rounds.know(ACME, List.of(account("a", "x")), now);
    rounds.retain(Set.of(ACME));
    assertThat(rounds.knows(BETA, new AccountId("b"))).isFalse();
    end("acme/a", true);
    end("beta/b", true);
    assertThat(asked()).isEmpty();
    pass(Duration.ofHours(1));
    assertThat(asked()).containsExactly("acme/a");
  }

  @Test
  void nodesThatBeganTogetherDoNotGoOnTogether() {
    Rounds other = new Rounds(Duration.ofMinutes(5), (RandomGenerator) () -> -1L);
    other.know(ACME, List.of(account("a", "x")), now);
    other.begin(now).forEach(each -> other.end(each, Rounds.End.ANSWERED, now));

    assertThat(other.begin(now + Duration.ofSeconds(239).toNanos())).isEmpty();
    assertThat(other.begin(now + Duration.ofSeconds(241).toNanos())).hasSize(1);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private List<String> asked() {
    return rounds.begin(now).stream()
        .map(each -> each.cell().owner() + "/" + each.account())
        .toList();
  }

  private void end(String asked, boolean isAnswered) {
    String[] parts = asked.split("/", 2);
    CellId cell = CellId.home(new OwnerId(parts[0]));
    Rounds.End how = isAnswered ? Rounds.End.ANSWERED : Rounds.End.FAILED;
    assertThat(rounds.end(new Rounds.Asked(cell, new AccountId(parts[1])), how, now)).isFalse();
  }

  private static Account account(String id, String where) {
    return new Account(
        new AccountId(id),
        "http",
        1,
        Policy.LST_BL,
        new TreeMap<>(Map.of(Account.LIMITS, where)),
        List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 8)));
  }
}
