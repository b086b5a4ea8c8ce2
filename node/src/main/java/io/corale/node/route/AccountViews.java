package io.corale.node.route;

import io.corale.model.Limit;
import io.corale.node.cell.Cell;
import io.corale.scheduler.AccountView;
import io.corale.scheduler.InForce;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.util.Optional;

/** Says what is in force of accounts in a cell, as the door carries it. */
final class AccountViews {
  private AccountViews() {}

  /**
   * What is in force; behind a barrier, or what is told may be of an earlier superpeer (rule 26).
   *
   * @param account its name; empty: of all
   */
  static Door.AccountsInForce of(Cell cell, String account) {
    return cell.read(
        scheduler -> {
          Door.AccountsInForce.Builder all =
              Door.AccountsInForce.newBuilder().setIndex(scheduler.appliedIndex());
          for (AccountView view : scheduler.accountViews()) {
            if (account.isEmpty() || view.account().id().value().equals(account)) {
              all.addAccounts(account(view));
            }
          }
          return all.build();
        });
  }

  /** The same of one account; empty where the cell has none of that name. */
  static Optional<Door.AccountInForce> one(Cell cell, String account) {
    return of(cell, account).getAccountsList().stream().findFirst();
  }

  private static Door.AccountInForce account(AccountView view) {
    Door.AccountInForce.Builder account =
        Door.AccountInForce.newBuilder()
            .setAccount(view.account().id().value())
            .setVersion(view.account().version());
    view.scopes().forEach(scope -> account.addScopes(scope(scope)));
    return account.build();
  }

  private static Door.ScopeInForce scope(AccountView.ScopeView view) {
    InForce inForce = view.inForce();
    Door.ScopeInForce.Builder scope =
        Door.ScopeInForce.newBuilder()
            .setScope(view.scope())
            .setLimit(view.limit())
            .setConcurrency(inForce.concurrency())
            .setSource(
                switch (inForce.source()) {
                  case DECLARED -> Door.ScopeInForce.Source.DECLARED;
                  case RAMP -> Door.ScopeInForce.Source.RAMP;
                  case LEARNED -> Door.ScopeInForce.Source.LEARNED;
                })
            .setQueued(view.queued())
            .setRunning(view.running())
            .setLeased(view.leased())
            .setShutMillis(millisRoundedUp(inForce.shutMicros()))
            .setThrottled(inForce.throttled());
    inForce.rates().forEach(use -> scope.addRates(rate(use)));
    return scope.build();
  }

  private static Door.ScopeInForce.RateUse rate(InForce.RateUse use) {
    Limit.Rate rate = use.rate();
    return Door.ScopeInForce.RateUse.newBuilder()
        .setRate(Encode.limit(rate).getRate())
        .setStarts(use.starts())
        .setIsAssumed(use.isAssumed())
        .build();
  }

  /** What is shut for less than a millisecond is shut. */
  private static long millisRoundedUp(long micros) {
    return micros / 1_000 + (micros % 1_000 == 0 ? 0 : 1);
  }
}
