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
import java.util.OptionalInt;
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
    if (standing.account().version() == account.getVersion()) {
      account.getScopesBuilderList().forEach(scope -> markDiscovered(scope, standing.account()));
    }
  }

  /** A limit that is lower than it was declared is so because its provider allows no more. */
  private static void markDiscovered(Door.ScopeInForce.Builder scope, Registration account) {
    boolean isLower =
        declared(account.declared(), scope.getScope())
            .filter(limit -> limit.concurrency() > scope.getLimit())
            .isPresent();
    boolean isAllowed =
        account.discovered().stream()
            .flatMap(discovered -> discovered.allowances().stream())
            .filter(allowance -> allowance.scope().equals(scope.getScope()))
            .anyMatch(it -> it.concurrency().equals(OptionalInt.of(scope.getLimit())));
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
