package io.corale.scheduler.simulated;

import io.corale.model.Account;
import io.corale.model.Limit;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.Image;
import io.corale.sim.Chance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * What limits the accounts of a run beside slots: in some seeds their owner says so once all builds
 * can read it, and in some the provider holds less than it was said to.
 */
final class SimLimits {
  /** In one seed of so many there are such limits. */
  private static final int LIMITED_IN = 3;

  private static final Duration SHORTEST_RAMP = Duration.ofMillis(300);

  /** Of a minute; more than all starts of some seeds, and few enough to hold others up. */
  private static final int FEW = 20;

  private final RandomGenerator chance;
  private final boolean isThere;
  private final List<Account> before;
  private final List<Account> after = new ArrayList<>();

  /** How many the provider really runs at once in a scope, where that is less than declared. */
  private final Map<String, Integer> held = new LinkedHashMap<>();

  SimLimits(Chance chances, List<Account> accounts, boolean isHostile) {
    this.chance = chances.of("limits");
    this.isThere = chance.nextInt(LIMITED_IN) == 0 && isHostile;
    this.before = accounts;
    for (Account account : accounts) {
      List<ScopeLimit> scopes = new ArrayList<>(account.scopes());
      if (isThere) {
        scopes.replaceAll(scope -> limited(account, scope));
      }
      after.add(
          new Account(
              account.id(),
              account.provider(),
              2,
              account.policy(),
              account.settings(),
              scopes,
              account.retriesFast()));
    }
  }

  private ScopeLimit limited(Account account, ScopeLimit scope) {
    List<Limit> more = new ArrayList<>();
    if (chance.nextInt(3) == 0) {
      more.add(new Limit.Rate(2 + chance.nextInt(4), Limit.Window.SECOND));
    }
    if (chance.nextInt(3) == 0) {
      more.add(new Limit.Rate(FEW + chance.nextInt(2 * FEW), Limit.Window.MINUTE));
    }
    if (chance.nextBoolean()) {
      more.add(new Limit.Ramp(1, 1, SHORTEST_RAMP.plus(Duration.ofMillis(chance.nextInt(1_000)))));
    }
    if (chance.nextInt(3) == 0) {
      more.add(new Limit.Learned(1 + chance.nextInt(scope.concurrency())));
    }
    if (scope.concurrency() > 1 && chance.nextBoolean()) {
      held.put(account.id() + "/" + scope.scope(), 1 + chance.nextInt(scope.concurrency() - 1));
    }
    return new ScopeLimit(scope.scope(), scope.parent(), scope.concurrency(), more);
  }

  boolean areThere() {
    return isThere;
  }

  /** The accounts as they are said to be once that can be said; in a version of their own. */
  List<Account> said() {
    return isThere ? after : List.of();
  }

  /** An account as its owner has configured it by now. */
  Account configured(Account account, Image image) {
    boolean isLater =
        image.accounts().stream()
            .map(Image.Configured::account)
            .anyMatch(its -> its.id().equals(account.id()) && its.version() > account.version());
    return (isLater ? after : before)
        .stream().filter(each -> each.id().equals(account.id())).findFirst().orElseThrow();
  }

  /** How many run at once in this scope before its provider refuses more, if that is a secret. */
  OptionalInt held(String scope) {
    Integer most = held.get(scope);
    return most == null ? OptionalInt.empty() : OptionalInt.of(most);
  }
}
