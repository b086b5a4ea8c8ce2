package io.corale.node.discover;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.OwnerId;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.node.cell.Cell;
import io.corale.node.cell.StillCell;
import io.corale.node.registry.Answer;
import io.corale.node.registry.OwnerEntry;
import io.corale.node.registry.Registration;
import io.corale.node.registry.Versioned;
import io.corale.scheduler.Command;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Which accounts ask for limits is found out of owners, one by one. */
class LooksTest {
  private static final Account CHEAP =
      new Account(
          new AccountId("cheap"),
          "http",
          1,
          Policy.LST_BL,
          new TreeMap<>(Map.of(Account.LIMITS, "https://far/limits")),
          List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 8)));

  private final Shelf shelf = new Shelf();
  private final Rounds rounds = new Rounds(Duration.ofMinutes(5), (RandomGenerator) () -> 0L);
  private long now = -5;
  private final Looks looks =
      new Looks(shelf, rounds, () -> now, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

  /** Each owner has that account, or none is there. */
  private static final class Shelf implements Accounts {
    boolean isThere = true;
    int reads;

    @Override
    public CompletableFuture<Optional<OwnerEntry>> owner(OwnerId owner) {
      reads++;
      TreeMap<AccountId, Registration> all =
          new TreeMap<>(Map.of(CHEAP.id(), Registration.of(CHEAP)));
      return CompletableFuture.completedFuture(
          isThere
              ? Optional.of(new OwnerEntry(owner, all, new TreeSet<>(), Instant.EPOCH))
              : Optional.empty());
    }

    @Override
    public void refresh(OwnerId owner) {}

    @Override
    public CompletableFuture<Optional<Versioned<Registration>>> account(
        OwnerId owner, AccountId account) {
      throw new AssertionError("is not looked at");
    }

    @Override
    public CompletableFuture<Answer<Optional<Registration>>> putDiscovered(
        OwnerId owner, Versioned<Registration> read, Registration next) {
      throw new AssertionError("nothing is allowed here");
    }
  }

  /** A server of the registry that lags does not know an owner who is some seconds old. */
  @Test
  void anOwnerWhoIsNotThereThoughItsCellHasAccountsIsLookedAtAgain() {
    Cell cell = cell("acme");
    shelf.isThere = false;
    looks.begin(List.of(cell), now);
    assertThat(rounds.knows(cell.id(), CHEAP.id())).isFalse();

    shelf.isThere = true;
    pass(Looks.AFTER_LOOKING.minusNanos(1));
    looks.begin(List.of(cell), now);
    assertThat(shelf.reads).as("not at each turn").isEqualTo(1);
    pass(Duration.ofNanos(1));
    looks.begin(List.of(cell), now);
    assertThat(rounds.knows(cell.id(), CHEAP.id())).isTrue();
  }

  @Test
  void anOwnerWhoIsNotThereAndWhoseCellHasNoAccountIsLookedAtOnce() {
    shelf.isThere = false;
    Cell empty = new StillCell(new OwnerId("acme"), List.of());
    looks.begin(List.of(empty), now);
    pass(Looks.AFTER_LOOKING);
    looks.begin(List.of(empty), now);

    assertThat(shelf.reads).isEqualTo(1);
  }

  @Test
  void aCellThatHasNotChangedIsNotLookedAtAgainThoughItSaysItsAccountsAnew() {
    Cell cell = cell("acme");
    assertThat(cell.accounts()).isNotSameAs(cell.accounts());
    looks.begin(List.of(cell), now);
    pass(Looks.AFTER_OLDER);
    looks.begin(List.of(cell), now);

    assertThat(shelf.reads).isEqualTo(1);
  }

  @Test
  void aCellThatCannotBeReadHidesNoOther() {
    Cell good = cell("beta");
    looks.begin(List.of(unreadable(cell("acme")), good), now);

    assertThat(rounds.knows(good.id(), CHEAP.id())).isTrue();
  }

  private static Cell unreadable(Cell cell) {
    return (Cell)
        Proxy.newProxyInstance(
            Cell.class.getClassLoader(),
            new Class<?>[] {Cell.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("accounts")) {
                throw new IllegalStateException("closing");
              }
              return method.invoke(cell, arguments);
            });
  }

  private static Cell cell(String owner) {
    StillCell cell = new StillCell(new OwnerId(owner), List.of());
    var unused = cell.apply(0, List.of(new Command.Configure(Registration.of(CHEAP).inForce())));
    return cell;
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }
}
