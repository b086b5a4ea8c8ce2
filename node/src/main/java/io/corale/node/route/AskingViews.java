package io.corale.node.route;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CellId;
import io.corale.model.Discovered;
import io.corale.model.ScopeLimit;
import io.corale.node.discover.Discoverer;
import io.corale.node.discover.Standing;
import io.corale.node.registry.Registration;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Says what became of asking providers for limits, as the door carries it. */
final class AskingViews {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Discoverer discoverer;
  private final LongSupplier nanos;

  AskingViews(Discoverer discoverer, LongSupplier nanos) {
    this.discoverer = discoverer;
    this.nanos = nanos;
  }

  /** What is in force in a cell that is led here, and what of it was discovered. */
  Door.AccountsInForce with(CellId cell, Door.AccountsInForce told) {
    Door.AccountsInForce.Builder all = told.toBuilder();
    for (Door.AccountInForce.Builder account : all.getAccountsBuilderList()) {
      discoverer
          .standing(cell, new AccountId(account.getAccount()))
          .ifPresent(standing -> add(account, standing));
    }
    return all.build();
  }

  private void add(Door.AccountInForce.Builder account, Standing standing) {
    Door.Asking.Builder asking =
        Door.Asking.newBuilder()
            .setIsAnswered(standing.trouble().isEmpty())
            .setTrouble(standing.trouble().orElse(""))
            .setAskedMillis((nanos.getAsLong() - standing.askedNanos()) / NANOS_PER_MILLI);
    of(standing.account()).ifPresent(asking::setDiscovered);
    account.setAsking(asking);
    markDiscovered(account, standing.account().declared(), standing.account().inForce());
  }

  /**
   * A limit that is lower than it was declared is so because its provider allows no more.
   *
   * @param inForce of its version as it was declared
   */
  static void markDiscovered(Door.AccountInForce.Builder told, Account declared, Account inForce) {
    if (told.getVersion() == inForce.version()) {
      told.getScopesBuilderList().forEach(scope -> markDiscovered(scope, declared, inForce));
    }
  }

  private static void markDiscovered(
      Door.ScopeInForce.Builder scope, Account declared, Account inForce) {
    boolean isLower =
        declared(declared, scope.getScope())
            .filter(limit -> limit.concurrency() > scope.getLimit())
            .isPresent();
    boolean isAllowed =
        declared(inForce, scope.getScope())
            .filter(limit -> limit.concurrency() == scope.getLimit())
            .isPresent();
    if (isAllowed && isLower && scope.getSource() == Door.ScopeInForce.Source.DECLARED) {
      scope.setSource(Door.ScopeInForce.Source.DISCOVERED);
    }
  }

  private static Optional<ScopeLimit> declared(Account account, String scope) {
    return account.scopes().stream().filter(each -> each.scope().equals(scope)).findFirst();
  }

  /** What was discovered of an account, beside what was declared; empty where that is nothing. */
  static Optional<Door.Discovered> of(Registration account) {
    return account.discovered().map(discovered -> of(account.declared(), discovered));
  }

  private static Door.Discovered of(Account declared, Discovered discovered) {
    Door.Discovered.Builder told =
        Door.Discovered.newBuilder()
            .setAccount(declared.id().value())
            .setSinceWallMillis(discovered.since().toEpochMilli());
    discovered
        .allowances()
        .forEach(
            allowance -> {
              told.addAllowances(Encode.allowance(allowance));
              declared(declared, allowance.scope())
                  .ifPresent(limit -> told.addDeclared(Encode.scope(limit)));
            });
    return told.build();
  }
}
