package io.corale.node.step;

import io.corale.flow.Plan;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.node.cell.Cell;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** What a cell knows that an evaluation needs. */
public final class Plans {
  private Plans() {}

  /**
   * A plan on the accounts and compositions that the cell has at this moment, for one evaluation
   * that begins on this thread now.
   */
  public static Plan of(Cell cell, Compositions compositions) {
    Set<AccountId> configured = new LinkedHashSet<>();
    for (Account account : cell.accounts()) {
      configured.add(account.id());
    }
    return Plan.firstOf(
        configured::contains,
        () -> ThreadLocalRandom.current().nextInt(Plan.MAX_JITTER + 1),
        (name, version) -> compositions.named(cell, name, version),
        TimeBudget.ofThisThread());
  }
}
