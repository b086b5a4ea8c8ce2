package io.corale.node.step;

import io.corale.model.Account;
import io.corale.node.cell.Cell;
import io.corale.node.invoke.Invoker;
import io.corale.node.provider.Told;
import java.util.concurrent.CompletableFuture;

/** Asks the provider of an account what it may use, and shows it whose account it is. */
public record LimitsInquiry(Disclosure disclosure, Invoker invoker) {
  /** The future completes normally. */
  public CompletableFuture<Told> ask(Cell cell, Account account) {
    Disclosure.Opened opened = disclosure.ofAsking(cell, account);
    return opened instanceof Disclosure.Opened.Ready ready
        ? invoker.discover(account, ready.authentication())
        : CompletableFuture.completedFuture(
            new Told.Failed(((Disclosure.Opened.Closed) opened).why()));
  }
}
