package io.corale.node.registry;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Discovered;
import java.util.Objects;
import java.util.Optional;

/**
 * An account as it stands in the registry: what its owner declared and, beside it, what its
 * provider was found to allow. Both have one version, that of the account, which rises when either
 * changes; older builds know what is in force alone.
 *
 * @param discovered only where the owner wants its provider to be asked
 * @param written what is in force where whoever wrote it, another build, takes it to be something
 *     else than this build would
 */
public record Registration(
    Account declared, Optional<Discovered> discovered, Optional<Account> written) {
  public Registration {
    if (discovered.isPresent() && !declared.asksForLimits()) {
      throw new IllegalArgumentException(
          "account '" + declared.id() + "' has discovered limits, but asks for none");
    }
  }

  /** Where this build says what is in force. */
  public Registration(Account declared, Optional<Discovered> discovered) {
    this(declared, discovered, Optional.empty());
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
    return written.orElse(declared).version();
  }

  /** As cells get it: the smaller of what was declared and of what the provider allows. */
  public Account inForce() {
    Account account = declared.withoutAsking();
    return written.orElse(discovered.map(found -> found.within(account)).orElse(account));
  }

  /** The same, where its writer took this to be in force. */
  Registration as(Account inForce) {
    return inForce.equals(inForce())
        ? this
        : new Registration(declared, discovered, Optional.of(inForce));
  }

  /**
   * What stands once the owner has put it anew, under the next version. What was found out holds on
   * while the same provider is asked at the same place with the same secret, which may say whose
   * limits these are.
   */
  public Registration putAnew(Account account) {
    boolean isAskedAlike =
        account.asksForLimits()
            && account.provider().equals(declared.provider())
            && isSame(account, Account.LIMITS)
            && isSame(account, Account.LIMITS_SECRET);
    return new Registration(
        account.withVersion(version() + 1), isAskedAlike ? discovered : Optional.empty());
  }

  private boolean isSame(Account account, String setting) {
    return Objects.equals(account.settings().get(setting), declared.settings().get(setting));
  }

  /** The same under a version above that one, too: a registry may have been set back. */
  public Registration above(long known) {
    return known < version()
        ? this
        : new Registration(declared.withVersion(known + 1), discovered, Optional.empty());
  }

  /** What stands once its provider has said something else, under the next version. */
  public Registration found(Discovered next) {
    return new Registration(declared.withVersion(version() + 1), Optional.of(next));
  }
}
