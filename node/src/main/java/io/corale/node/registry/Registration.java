package io.corale.node.registry;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Discovered;
import java.util.Optional;

/**
 * An account as it stands in the registry: what its owner declared and, beside it, what its
 * provider was found to allow. Both have one version, that of the account, which rises when either
 * changes; older builds know what is in force alone.
 *
 * @param discovered only where the owner wants its provider to be asked
 */
public record Registration(Account declared, Optional<Discovered> discovered) {
  public Registration {
    if (discovered.isPresent() && !declared.asksForLimits()) {
      throw new IllegalArgumentException(
          "account '" + declared.id() + "' has discovered limits, but asks for none");
    }
  }

  /** As its owner enters it first. */
  public static Registration of(Account declared) {
    return new Registration(declared, Optional.empty());
  }

  /** Which account. */
  public AccountId id() {
    return declared.id();
  }

  /** That of the account. */
  public long version() {
    return declared.version();
  }

  /** As cells get it: the smaller of what was declared and of what the provider allows. */
  public Account inForce() {
    Account account = declared.withoutAsking();
    return discovered.map(found -> found.within(account)).orElse(account);
  }

  /**
   * What stands once the owner has put it anew, under the next version. What was found out holds on
   * while the same provider is asked at the same place.
   */
  public Registration putAnew(Account account) {
    boolean isAskedAlike =
        account.asksForLimits()
            && account.provider().equals(declared.provider())
            && account
                .settings()
                .getOrDefault(Account.LIMITS, "")
                .equals(declared.settings().get(Account.LIMITS));
    return new Registration(
        account.withVersion(version() + 1), isAskedAlike ? discovered : Optional.empty());
  }

  /** What stands once its provider has said something else, under the next version. */
  public Registration found(Discovered next) {
    return new Registration(declared.withVersion(version() + 1), Optional.of(next));
  }
}
