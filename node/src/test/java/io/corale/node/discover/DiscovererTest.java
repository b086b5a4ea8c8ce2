package io.corale.node.discover;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Allowance;
import io.corale.model.Discovered;
import io.corale.model.Limit;
import io.corale.model.OwnerId;
import io.corale.model.Policy;
import io.corale.model.Refusal;
import io.corale.model.ScopeLimit;
import io.corale.node.cell.StillCell;
import io.corale.node.provider.Told;
import io.corale.node.registry.Answer;
import io.corale.node.registry.OwnerEntry;
import io.corale.node.registry.Registration;
import io.corale.node.registry.Versioned;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What a provider allows becomes a version of the account, beside what its owner says. */
class DiscovererTest {
  private static final AccountId CHEAP = new AccountId("cheap");
  private static final Duration EVERY = Duration.ofMinutes(5);

  private final StillCell cell = new StillCell(List.of());
  private final Shelf shelf = new Shelf();
  private final List<String> asked = new ArrayList<>();
  private final List<Boolean> answered = new ArrayList<>();
  private Told word = new Told.Nothing();
  private Runnable whileAsked = () -> {};
  private Optional<Refusal> objection = Optional.empty();
  private Optional<Refusal> objectionToRates = Optional.empty();
  private int tasks;
  private int refusedTask = -1;
  private long now = -5;
  private final Rounds rounds = new Rounds(EVERY, (RandomGenerator) () -> 0L);
  private final Discoverer discoverer =
      new Discoverer(
          new Discoverer.Surroundings(
              shelf,
              () -> List.of(cell),
              (cell, account) -> ask(account),
              (cell, account) -> account.hasMoreLimits() ? objectionToRates : objection,
              owner -> this::run,
              () -> now,
              Clock.fixed(Instant.ofEpochSecond(9, 123_456_789), ZoneOffset.UTC),
              (owner, account, isAnswered) -> answered.add(isAnswered)),
          rounds);

  /** One account, replaced where it is still what was read. */
  private static final class Shelf implements Accounts {
    Registration stands = Registration.of(cheap(8, true));
    int version = 1;
    int writes;
    int looks;
    boolean isBroken;
    boolean cannotWrite;
    boolean lags;
    boolean throwsUp;

    /** Of the owner, this is said until it is to be read anew, as if read at that time. */
    Optional<Registration> remembered = Optional.empty();

    Instant readAt = Instant.EPOCH;

    void put(Account account) {
      stands = stands.putAnew(account);
      version++;
    }

    @Override
    public CompletableFuture<Optional<OwnerEntry>> owner(OwnerId owner) {
      looks++;
      if (isBroken) {
        return CompletableFuture.failedFuture(new IllegalStateException("cannot be read"));
      }
      return done(
          Optional.of(
              new OwnerEntry(
                  owner,
                  new TreeMap<>(Map.of(CHEAP, remembered.orElse(stands))),
                  new TreeSet<>(),
                  readAt)));
    }

    @Override
    public void refresh(OwnerId owner) {
      remembered = lags ? remembered : Optional.empty();
    }

    @Override
    public CompletableFuture<Optional<Versioned<Registration>>> account(
        OwnerId owner, AccountId account) {
      if (throwsUp) {
        throw new IllegalStateException("broken");
      }
      return done(Optional.of(new Versioned<>(stands, version)));
    }

    @Override
    public CompletableFuture<Answer<Optional<Registration>>> putDiscovered(
        OwnerId owner, Versioned<Registration> read, Registration next) {
      if (cannotWrite) {
        return CompletableFuture.failedFuture(new IllegalStateException("ZooKeeper is away"));
      }
      if (read.version() != version) {
        return done(new Answer.Given<>(Optional.empty()));
      }
      stands = next;
      version++;
      writes++;
      return done(new Answer.Given<>(Optional.of(stands)));
    }
  }

  @Test
  void theSmallerOfWhatIsAllowedAndDeclaredComesIntoTheCell() {
    furnish();
    word = allowed(3);
    pass(Duration.ofSeconds(1));

    assertThat(inForce()).isEqualTo(3);
    assertThat(shelf.stands.declared().concurrency()).isEqualTo(8);
    assertThat(shelf.stands.discovered().orElseThrow().since())
        .isEqualTo(Instant.ofEpochMilli(9_123));
    word = allowed(6);
    pass(EVERY);
    assertThat(inForce()).as("said once").isEqualTo(3);
    pass(Weighing.HOLD);
    assertThat(inForce()).isEqualTo(6);
    word = allowed(60);
    pass(EVERY);
    pass(Weighing.HOLD);
    assertThat(inForce()).isEqualTo(8);
    assertThat(answered).containsExactly(true, true, true, true, true);
  }

  @Test
  void aProviderThatSaysSomethingElseEachTimeIsNotWrittenDownEachTime() {
    furnish();
    for (int second = 0; second < 3_600; second++) {
      int turn = asked.size() % 4;
      word = turn % 2 == 0 ? allowed(3 + turn) : allowed(2 + turn, 60);
      rounds.throttled(cell.id(), CHEAP, now);
      pass(Duration.ofSeconds(1));
    }

    assertThat(asked).hasSizeGreaterThan(300);
    assertThat(shelf.writes).isLessThanOrEqualTo(4);
    assertThat(inForce()).as("the least that it says").isEqualTo(3);
  }

  /** However little the former one has said lately, and however lately it was entered. */
  @Test
  void whatAnotherPlaceSaysFirstHoldsAtOnce() {
    furnish();
    word = allowed(6);
    pass(Duration.ofSeconds(1));
    pass(EVERY);
    word = allowed(3);
    rounds.throttled(cell.id(), CHEAP, now);
    pass(Rounds.SOON);
    assertThat(inForce()).isEqualTo(3);
    shelf.put(asking(8, "https://elsewhere/limits"));
    furnish();
    word = allowed(7);
    pass(Rounds.AFTER_CHANGE);

    assertThat(asked).last().isEqualTo("https://elsewhere/limits");
    assertThat(inForce()).isEqualTo(7);
  }

  @Test
  void whatIsKnownIsNotEnteredAgain() {
    furnish();
    word = allowed(3);
    pass(Duration.ofSeconds(1));
    for (int i = 0; i < 3; i++) {
      pass(EVERY);
    }

    assertThat(asked).hasSize(4);
    assertThat(shelf.writes).isEqualTo(1);
  }

  @Test
  void aCellThatWasNotToldIsToldTheNextTime() {
    furnish();
    word = allowed(3);
    shelf.stands = shelf.stands.found(discovered(word));
    assertThat(inForce()).isEqualTo(8);
    pass(Duration.ofSeconds(1));

    assertThat(inForce()).isEqualTo(3);
    assertThat(shelf.writes).isZero();
  }

  @Test
  void anOwnerWhoPutsTheAccountMeanwhileWinsAndItsProviderIsAskedAgain() {
    furnish();
    word = allowed(3);
    whileAsked =
        () -> {
          whileAsked = () -> {};
          shelf.put(cheap(2, true));
        };
    pass(Duration.ofSeconds(1));

    assertThat(asked).hasSize(2);
    assertThat(shelf.stands.declared().concurrency()).isEqualTo(2);
    assertThat(inForce()).isEqualTo(2);
  }

  @Test
  void whoChangesAnAccountAgainAndAgainIsLeftAloneForAWhile() {
    furnish();
    word = allowed(3);
    int[] puts = {0};
    whileAsked = () -> shelf.put(cheap(10 + puts[0]++, true));
    pass(Duration.ofSeconds(1));

    assertThat(asked).hasSize(4);
    assertThat(trouble()).contains("the account is being changed by others");
    assertThat(shelf.writes).isZero();
  }

  @Test
  void whatCannotBeLearnedChangesNothingAndIsSaid() {
    furnish();
    word = allowed(3);
    pass(Duration.ofSeconds(1));
    word = new Told.Failed("it answered HTTP 500: expected 200");
    pass(EVERY);

    assertThat(inForce()).isEqualTo(3);
    assertThat(trouble()).contains("it answered HTTP 500: expected 200");
    assertThat(answered).containsExactly(true, false);
    word = allowed(3);
    pass(Rounds.AFTER_FAILURE);
    assertThat(trouble()).isEmpty();
  }

  @Test
  void whatTheCellObjectsToIsNotEntered() {
    furnish();
    word = allowed(3);
    objection = Optional.of(Refusal.of(Refusal.Code.UNSUPPORTED, "rates take format 8"));
    pass(Duration.ofSeconds(1));

    assertThat(shelf.writes).isZero();
    assertThat(trouble()).contains("rates take format 8");
  }

  @Test
  void howManyMayRunIsTakenAtOnceAndARateOnceTheCellCanKeepIt() {
    furnish();
    word = allowed(3, 60);
    objectionToRates = Optional.of(Refusal.of(Refusal.Code.UNSUPPORTED, "rates take format 8"));
    pass(Duration.ofSeconds(1));
    pass(Rounds.AFTER_TOO_EARLY);
    assertThat(inForce()).isEqualTo(3);
    assertThat(trouble()).as("shown as asked").isEmpty();
    assertThat(shelf.writes).isEqualTo(1);
    assertThat(answered).as("no trouble: it only comes a moment later").isEmpty();
    objectionToRates = Optional.empty();
    pass(Rounds.AFTER_TOO_EARLY);

    assertThat(shelf.stands.inForce().hasMoreLimits()).isTrue();
    assertThat(shelf.writes).isEqualTo(2);
    assertThat(trouble()).isEmpty();
  }

  @Test
  void whatACellObjectsToForAnotherReasonThanItsYouthIsNotTakenInPart() {
    furnish();
    word = allowed(3, 60);
    objectionToRates = Optional.of(Refusal.of(Refusal.Code.CONFLICT, "in use"));
    pass(Duration.ofSeconds(1));
    assertThat(inForce()).isEqualTo(8);
    assertThat(trouble()).contains("in use");

    DiscovererTest grown = new DiscovererTest();
    grown.furnish();
    var unused = grown.cell.apply(0, List.of(new Command.ActivateVersion(Entry.LIMITS_FORMAT)));
    assertThat(grown.cell.activeFormat()).isEqualTo(Entry.LIMITS_FORMAT);
    grown.word = allowed(3, 60);
    grown.objectionToRates = Optional.of(Refusal.of(Refusal.Code.UNSUPPORTED, "not here"));
    grown.pass(Duration.ofSeconds(1));
    assertThat(grown.inForce()).isEqualTo(8);
    assertThat(grown.trouble()).contains("not here");
  }

  @Test
  void thatACellCannotKeepRatesForLongIsSaid() {
    furnish();
    word = allowed(3, 60);
    objectionToRates = Optional.of(Refusal.of(Refusal.Code.UNSUPPORTED, "rates take format 8"));
    for (int second = 0; second <= Rounds.MAX_TOO_EARLY; second++) {
      pass(Rounds.AFTER_TOO_EARLY);
    }

    assertThat(trouble()).contains("rates take format 8");
    assertThat(answered).containsExactly(false);
    assertThat(inForce()).isEqualTo(3);
  }

  /** As after its cell was lost: rates that go and come shut the account for a minute. */
  @Test
  void aRateThatStandsDoesNotGoAndComeThoughItsCellIsYoungAgain() {
    shelf.stands = shelf.stands.found(discovered(allowed(3, 60)));
    objectionToRates = Optional.of(Refusal.of(Refusal.Code.UNSUPPORTED, "rates take format 8"));
    word = allowed(2, 60);
    pass(Duration.ofSeconds(1));
    pass(Rounds.AFTER_TOO_EARLY);
    assertThat(asked).hasSize(2);
    assertThat(shelf.writes).isZero();
    assertThat(trouble()).as("shown as asked").isEmpty();
    objectionToRates = Optional.empty();
    pass(Rounds.AFTER_TOO_EARLY);

    assertThat(inForce()).isEqualTo(2);
    assertThat(cell.accounts().get(0).hasMoreLimits()).isTrue();
    assertThat(shelf.writes).isEqualTo(1);
  }

  @Test
  void aCellThatIsYoungAgainIsToldWhatStandsAsSoonAsItCanKeepIt() {
    shelf.stands = shelf.stands.found(discovered(allowed(3, 60)));
    objectionToRates = Optional.of(Refusal.of(Refusal.Code.UNSUPPORTED, "rates take format 8"));
    word = allowed(3, 60);
    pass(Duration.ofSeconds(1));
    assertThat(cell.accounts()).isEmpty();
    objectionToRates = Optional.empty();
    pass(Rounds.AFTER_TOO_EARLY);

    assertThat(inForce()).isEqualTo(3);
    assertThat(shelf.writes).isZero();
    assertThat(answered).as("no trouble: it only comes a moment later").containsExactly(true);
  }

  @Test
  void whoDoesNotWantItIsNotAskedFor() {
    shelf.put(cheap(8, false));
    furnish();
    word = allowed(3);
    pass(Duration.ofHours(1));

    assertThat(asked).isEmpty();
  }

  @Test
  void whatWasDeclaredIsInForceAgainOnceItsProviderIsNotAskedAnyMore() {
    furnish();
    word = allowed(3);
    pass(Duration.ofSeconds(1));
    shelf.put(cheap(8, false));
    furnish();
    pass(Duration.ofSeconds(1));
    pass(Duration.ofHours(1));

    assertThat(inForce()).isEqualTo(8);
    assertThat(asked).hasSize(1);
    assertThat(discoverer.standing(cell.id(), CHEAP)).isEmpty();
  }

  @Test
  void anOwnerWhoseAccountsCannotBeReadIsLookedAtAgainAfterAWhile() {
    furnish();
    shelf.isBroken = true;
    word = allowed(3);
    for (int second = 0; second < 10; second++) {
      pass(Duration.ofSeconds(1));
    }
    assertThat(shelf.looks).isEqualTo(1);
    shelf.isBroken = false;
    pass(Duration.ofSeconds(1));

    assertThat(inForce()).isEqualTo(3);
  }

  @Test
  void whatIsRememberedFromBeforeAChangeIsNotTakenForIt() {
    shelf.put(cheap(8, false));
    shelf.remembered = Optional.of(shelf.stands);
    shelf.put(cheap(8, true));
    furnish();
    word = allowed(3);
    pass(Duration.ofSeconds(1));
    assertThat(asked).isEmpty();
    pass(Looks.AFTER_LOOKING);

    assertThat(inForce()).isEqualTo(3);
    assertThat(shelf.looks).as("before, after, and for what was found").isEqualTo(3);
  }

  @Test
  void aRegistryThatWasSetBackIsBelievedOnceItWasReadAnew() {
    shelf.put(cheap(8, true));
    furnish();
    shelf.stands = Registration.of(cheap(8, true));
    word = allowed(3);
    pass(Duration.ofSeconds(1));
    assertThat(asked).isEmpty();
    shelf.readAt = Instant.ofEpochSecond(9, 123_456_789);
    pass(Looks.AFTER_LOOKING);

    assertThat(asked).hasSize(1);
    assertThat(inForce()).isEqualTo(3);
    assertThat(shelf.stands.version()).as("above that of the cell").isEqualTo(3);
  }

  /** All that while the cell would take no version, though each of the registry is a new one. */
  @Test
  void whatARegistryThatWasSetBackHasIsInForceUnderAVersionThatTheCellTakes() {
    word = allowed(3);
    for (int i = 0; i < 8; i++) {
      shelf.put(cheap(9 + i, true));
    }
    furnish();
    shelf.stands = Registration.of(cheap(8, true)).found(discovered(word));
    shelf.readAt = Instant.ofEpochSecond(9, 123_456_789);
    pass(Duration.ofSeconds(1));
    pass(Looks.AFTER_LOOKING);

    assertThat(inForce()).isEqualTo(3);
    assertThat(cell.accounts().get(0).version()).isEqualTo(10);
    pass(EVERY);
    assertThat(shelf.writes).isEqualTo(1);
  }

  /** A reading that was under way, or of a server that lags, may end after the change. */
  @Test
  void whatIsFromBeforeAChangeIsNotTakenForItThoughItWasReadJustNow() {
    shelf.put(cheap(8, false));
    shelf.remembered = Optional.of(shelf.stands);
    shelf.readAt = Instant.ofEpochSecond(9, 123_456_789);
    shelf.put(cheap(8, true));
    furnish();
    word = allowed(3);
    pass(Duration.ofSeconds(1));
    pass(Looks.AFTER_LOOKING);

    assertThat(inForce()).isEqualTo(3);
  }

  @Test
  void aRegistryThatLagsForLongerIsReadAgainInAWhile() {
    shelf.put(cheap(8, false));
    shelf.remembered = Optional.of(shelf.stands);
    shelf.lags = true;
    shelf.readAt = Instant.ofEpochSecond(9, 123_456_789);
    shelf.put(cheap(8, true));
    furnish();
    word = allowed(3);
    pass(Duration.ofSeconds(1));
    pass(Looks.AFTER_LOOKING);
    assertThat(asked).isEmpty();
    shelf.lags = false;
    pass(Looks.AFTER_OLDER);

    assertThat(inForce()).isEqualTo(3);
  }

  @Test
  void whatTheRegistryDoesNotTakeIsShownAndCounted() {
    furnish();
    word = allowed(3);
    shelf.cannotWrite = true;
    pass(Duration.ofSeconds(1));

    assertThat(trouble()).contains("the registry or this node could not do it: ZooKeeper is away");
    assertThat(answered).containsExactly(false);
    shelf.cannotWrite = false;
    pass(Rounds.AFTER_FAILURE);
    assertThat(trouble()).isEmpty();
    assertThat(inForce()).isEqualTo(3);
  }

  /** It is when an owner floods its cell that its provider throttles, and limits are asked for. */
  @Test
  void whoseThreadsAreFullIsAskedAgainWhichTaskOfItsQuestionEverIsRefused() {
    for (int task = 0; task < 4; task++) {
      DiscovererTest one = new DiscovererTest();
      one.refusedTask = task;
      one.furnish();
      one.word = allowed(3);
      one.pass(Duration.ofSeconds(1));
      one.pass(Rounds.AFTER_FAILURE);
      one.pass(EVERY);

      assertThat(one.tasks).as("task %s", task).isGreaterThan(task);
      assertThat(one.asked).as("task %s", task).hasSizeGreaterThan(1);
      assertThat(one.inForce()).as("task %s", task).isEqualTo(3);
      assertThat(one.trouble()).isEmpty();
    }
  }

  @Test
  void aFailureBeforeAnythingIsAskedEndsItsTurn() {
    furnish();
    word = allowed(3);
    shelf.throwsUp = true;
    pass(Duration.ofSeconds(1));
    assertThat(trouble()).contains("the registry or this node could not do it: broken");
    shelf.throwsUp = false;
    pass(Rounds.AFTER_FAILURE);

    assertThat(inForce()).isEqualTo(3);
  }

  @Test
  void nobodyIsAskedForACellThatAnotherNodeLeads() {
    furnish();
    word = allowed(3);
    pass(Duration.ofSeconds(1));
    cell.follow();
    pass(EVERY);

    assertThat(asked).hasSize(1);
    assertThat(discoverer.standing(cell.id(), CHEAP)).isEmpty();
  }

  @Test
  void whatIsHeardOnceAnotherNodeLeadsOrThisOneLeavesIsNotEntered() {
    furnish();
    word = allowed(3);
    whileAsked = cell::follow;
    pass(Duration.ofSeconds(1));
    assertThat(asked).hasSize(1);
    assertThat(shelf.writes).isZero();

    DiscovererTest leaving = new DiscovererTest();
    leaving.furnish();
    leaving.word = allowed(3);
    leaving.whileAsked = leaving.discoverer::close;
    leaving.pass(Duration.ofSeconds(1));
    assertThat(leaving.asked).hasSize(1);
    assertThat(leaving.shelf.writes).isZero();
  }

  @Test
  void nothingIsSaidOfWhoWantsNoLimitsAnyMore() {
    furnish();
    word = allowed(3);
    pass(Duration.ofSeconds(1));
    assertThat(discoverer.standing(cell.id(), CHEAP)).isPresent();
    shelf.stands = Registration.of(cheap(8, false));
    pass(EVERY);

    assertThat(discoverer.standing(cell.id(), CHEAP)).isEmpty();
  }

  @Test
  void nobodyIsAskedOnceTheNodeLeaves() {
    furnish();
    discoverer.close();
    pass(Duration.ofSeconds(1));

    assertThat(asked).isEmpty();
  }

  @Test
  void aFailureEndsItsTurn() {
    furnish();
    whileAsked =
        () -> {
          throw new IllegalStateException("broken");
        };
    pass(Duration.ofSeconds(1));
    whileAsked = () -> {};
    word = allowed(3);
    pass(Rounds.AFTER_FAILURE);

    assertThat(inForce()).isEqualTo(3);
  }

  /** A thread of the owner, which refuses one task. */
  private void run(Runnable task) {
    if (tasks++ == refusedTask) {
      throw new RejectedExecutionException("too many tasks wait");
    }
    task.run();
  }

  private CompletableFuture<Told> ask(Account account) {
    asked.add(account.settings().getOrDefault(Account.LIMITS, ""));
    whileAsked.run();
    return done(word);
  }

  /** As its superpeer does it when an owner has put an account. */
  private void furnish() {
    var unused = cell.apply(0, List.of(new Command.Configure(shelf.stands.inForce())));
  }

  private void pass(Duration time) {
    now += time.toNanos();
    discoverer.tick();
    discoverer.tick();
  }

  private int inForce() {
    return cell.accounts().get(0).concurrency();
  }

  private Optional<String> trouble() {
    return discoverer.standing(cell.id(), CHEAP).orElseThrow().trouble();
  }

  private static Discovered discovered(Told told) {
    return new Discovered(((Told.Allowed) told).allowances(), Instant.EPOCH);
  }

  private static Told allowed(int concurrency) {
    return new Told.Allowed(
        List.of(new Allowance(ScopeLimit.ROOT, OptionalInt.of(concurrency), List.of())));
  }

  private static Told allowed(int concurrency, int inAMinute) {
    return new Told.Allowed(
        List.of(
            new Allowance(
                ScopeLimit.ROOT,
                OptionalInt.of(concurrency),
                List.of(new Limit.Rate(inAMinute, Limit.Window.MINUTE)))));
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }

  private static Account cheap(int limit, boolean asks) {
    return asks ? asking(limit, "https://far/limits") : with(limit, Map.of());
  }

  private static Account asking(int limit, String place) {
    return with(limit, Map.of(Account.LIMITS, place));
  }

  private static Account with(int limit, Map<String, String> settings) {
    return new Account(
        CHEAP,
        "http",
        1,
        Policy.LST_BL,
        new TreeMap<>(settings),
        List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), limit)));
  }
}
