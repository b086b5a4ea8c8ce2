package io.corale.node.route;

import io.corale.model.Account;
import io.corale.model.CellId;
import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.node.registry.Answer;
import io.corale.node.registry.Registry;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Enters provider accounts in the registry, once nothing stands against them. Thread-safe.
 *
 * <pre>
 *   its provider's word -> the superpeer's, or that of the nodes -> the registry -> the superpeer
 *        INVALID               CONFLICT, UNSUPPORTED                                what is in force
 * </pre>
 */
final class AccountRegistrar {
  /** The setting of an account that is a secret. */
  private static final String TOKEN = "token";

  private final Registry registry;
  private final Function<Account, List<String>> faults;
  private final Fitting fitting;
  private final Announcer announcer;

  /**
   * @param faults what the account's provider has against it
   */
  AccountRegistrar(
      Registry registry,
      Function<Account, List<String>> faults,
      Fitting fitting,
      Announcer announcer) {
    this.registry = registry;
    this.faults = faults;
    this.fitting = fitting;
    this.announcer = announcer;
  }

  CompletableFuture<Door.Response.Builder> put(OwnerId owner, Door.PutAccount asked) {
    Account account = Decode.in("put_account.account", () -> Decode.account(asked.getAccount()));
    List<String> found = faults.apply(account);
    if (!found.isEmpty()) {
      return refused(
          Refusal.of(
              Refusal.Code.INVALID, "account '" + account.id() + "': " + String.join("; ", found)));
    }
    return fitting
        .objection(CellId.home(owner), account)
        .thenCompose(
            objection -> objection.isPresent() ? refused(objection.get()) : enter(owner, account));
  }

  private CompletableFuture<Door.Response.Builder> enter(OwnerId owner, Account account) {
    return registry
        .putAccount(owner, account)
        .thenCompose(
            answer ->
                answer instanceof Answer.Given<Account> given
                    ? tell(owner, account, given.value())
                    : refused(((Answer.Refused<?>) answer).refusal()));
  }

  /** Registered is not yet in force: the answer waits until the superpeer, if any, has it. */
  private CompletableFuture<Door.Response.Builder> tell(
      OwnerId owner, Account declared, Account inForce) {
    registry.refresh(owner);
    return announcer
        .announce(CellId.home(owner), inForce)
        .thenApply(told -> answer(declared, inForce, told));
  }

  /**
   * What the cell has said of this version, which the registry has taken.
   *
   * @param inForce the same as its provider allows it, if that was found out before
   */
  static Door.Response.Builder answer(Account declared, Account inForce, Announcer.Told told) {
    long version = inForce.version();
    Door.Done.Builder done = told.done().toBuilder();
    if (told.trouble().isPresent()) {
      return Registrar.unconfirmed(told.trouble().get());
    }
    boolean isTaken = !done.hasNotTaken() || done.getInForce().getVersion() >= version;
    if (isTaken && done.hasInForce()) {
      AskingViews.markDiscovered(done.getInForceBuilder(), declared, inForce);
    }
    return isTaken
        ? Door.Response.newBuilder().setDone(done.clearNotTaken())
        : Journey.refused(notTaken(version, Decode.refusal(done.getNotTaken())));
  }

  private static Refusal notTaken(long version, Refusal why) {
    return Refusal.of(
        why.code(),
        why.message()
            + "; the registry has this as version "
            + version
            + ", and until the cell can take it the version before stays in force: put again what"
            + " is to hold");
  }

  /** An account as it may be shown: whoever reads must not learn what another owner gave. */
  static Account masked(Account account) {
    if (!account.settings().containsKey(TOKEN)) {
      return account;
    }
    TreeMap<String, String> settings = new TreeMap<>(account.settings());
    settings.put(TOKEN, "***");
    return new Account(
        account.id(),
        account.provider(),
        account.version(),
        account.policy(),
        settings,
        account.scopes(),
        account.retriesFast());
  }

  private static CompletableFuture<Door.Response.Builder> refused(Refusal refusal) {
    return CompletableFuture.completedFuture(Journey.refused(refusal));
  }
}
