package io.corale.node.discover;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Allowance;
import io.corale.model.Refusal;
import io.corale.node.cell.Cell;
import io.corale.node.registry.Registration;
import io.corale.scheduler.Entry;
import java.util.List;
import java.util.Optional;

/** What a cell has of an account, beside what is registered and what its provider allows. */
final class InCell {
  private InCell() {}

  /** Of the account in the cell; 0: it has none of that name. */
  static long version(Cell cell, AccountId account) {
    return known(cell, account).map(Account::version).orElse(0L);
  }

  /**
   * A cell takes no version twice, and none that is before its own. So where it has another account
   * under that of the registry, as after this was restored, it would never hear of it.
   */
  static boolean isSetBack(Cell cell, Registration registered) {
    return known(cell, registered.id())
        .filter(it -> it.version() >= registered.version())
        .filter(it -> !isAlike(it, registered.inForce()))
        .isPresent();
  }

  /** A young cell keeps no rates until it has heard that all its members can. */
  static boolean isTooEarly(Cell cell, Refusal objection, List<Allowance> allowed) {
    return objection.code() == Refusal.Code.UNSUPPORTED
        && cell.activeFormat() < Entry.LIMITS_FORMAT
        && Numbers.of(allowed).hasRates();
  }

  private static boolean isAlike(Account one, Account other) {
    return one.withVersion(0).retryingFast().equals(other.withVersion(0).retryingFast());
  }

  private static Optional<Account> known(Cell cell, AccountId account) {
    return cell.accounts().stream().filter(it -> it.id().equals(account)).findFirst();
  }
}
