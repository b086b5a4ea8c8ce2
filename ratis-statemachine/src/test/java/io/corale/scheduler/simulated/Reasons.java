package io.corale.scheduler.simulated;

import io.corale.model.Account;
import io.corale.scheduler.Call;
import io.corale.scheduler.DispatchOrder;
import io.corale.scheduler.Examination;
import io.corale.scheduler.Explained;
import io.corale.scheduler.Explanation;
import io.corale.scheduler.Image;
import io.corale.scheduler.Obstacle;
import io.corale.scheduler.OwnerScheduler;
import java.util.List;
import java.util.Optional;

/**
 * Asks now and then why a call waits, and compares what is told with the model (rule 16): just the
 * limits and holds that keep it, each by its kind.
 */
final class Reasons {
  /** Asking costs as much as judging the order of an entry. */
  private static final int ASK_EVERY = 16;

  private final Judge judge;
  private final SimLimits limits;
  private final Saboteur saboteur;
  private final List<Account> accounts;

  Reasons(SimCell cell, List<Account> accounts) {
    this.judge = cell.judge();
    this.limits = cell.limits();
    this.saboteur = cell.saboteur();
    this.accounts = accounts;
  }

  void applied(long index, Image image, OwnerScheduler scheduler) {
    if (index % ASK_EVERY == 0 && judge.listensTo(Check.ORDER)) {
      accounts.forEach(
          account ->
              lastOf(account, image).ifPresent(call -> ask(call, account, image, scheduler)));
    }
  }

  private static Optional<Call> lastOf(Account account, Image image) {
    return image.calls().stream()
        .filter(call -> call.state() == Call.State.QUEUED || call.state() == Call.State.HELD)
        .filter(call -> call.spec().account().equals(account.id()))
        .reduce((first, second) -> second);
  }

  private void ask(Call call, Account account, Image image, OwnerScheduler scheduler) {
    Explained explained =
        scheduler.examine(call.id().invocation()).map(Examination::explained).orElseThrow();
    Optional<Explanation> its =
        explained.calls().stream().filter(told -> told.call().equals(call.id())).findFirst();
    if (its.isEmpty() && explained.others() > 0) {
      return; // Of many calls of its invocation some are counted only.
    }
    List<String> told = its.map(this::reasons).orElse(List.of("nothing"));
    List<String> expected =
        DispatchOrder.holding(limits.configured(account, image), image, call).stream()
            .sorted()
            .toList();
    judge.require(
        Check.ORDER,
        told.equals(expected),
        () -> call.id() + " is held by " + told + ", by the model by " + expected);
  }

  private List<String> reasons(Explanation explanation) {
    return explanation.obstacles().stream()
        .map(saboteur::explained)
        .filter(obstacle -> !(obstacle instanceof Obstacle.NoSuperpeer))
        .map(Reasons::reason)
        .sorted()
        .toList();
  }

  private static String reason(Obstacle obstacle) {
    if (obstacle instanceof Obstacle.OnHold held) {
      return held.hold().target().toString();
    }
    String scope = obstacle instanceof Obstacle.OfScope of ? of.scope() : "the call";
    String kind = scope + " " + obstacle.getClass().getSimpleName();
    return obstacle instanceof Obstacle.RateUsed used ? kind + " " + used.rate().window() : kind;
  }
}
