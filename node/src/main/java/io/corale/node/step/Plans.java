package io.corale.node.step;

import io.corale.flow.Plan;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Payload;
import io.corale.node.cell.Cell;
import io.corale.scheduler.BranchView;
import io.corale.scheduler.Entry;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** What a cell knows that an evaluation needs. */
public final class Plans {
  private static final long UNBOUNDED = Long.MAX_VALUE;

  private Plans() {}

  /**
   * A plan on the accounts, compositions and expectations that the cell has at this moment, for one
   * evaluation that begins on this thread now.
   */
  public static Plan of(Cell cell, Compositions compositions) {
    return of(cell, compositions, UNBOUNDED);
  }

  /**
   * The same, to go on with a branch. The deadline of its invocation was made once, of the rank
   * that was expected then; if more has been learned since, calls with a longer one would be late
   * when they are born, and come last for nothing.
   */
  static Plan of(Cell cell, Compositions compositions, BranchView branch) {
    return of(cell, compositions, branch.deadlineRankMicros());
  }

  private static Plan of(Cell cell, Compositions compositions, long mostRankMicros) {
    boolean keepsTexts = cell.activeFormat() >= Entry.TEXTS_FORMAT;
    return new CellPlan(
        plain(cell, compositions),
        cell,
        compositions.expectations(),
        mostRankMicros,
        keepsTexts ? Payload.MAX_BYTES : Payload.MAX_INLINE_BYTES);
  }

  /** To plan what runs by itself on accounts that the cell is about to have. */
  static Plan of(Cell cell, Compositions compositions, Set<AccountId> configured) {
    Plan plain = Plan.firstOf(configured::contains, () -> 0);
    return new CellPlan(
        plain, cell, compositions.expectations(), UNBOUNDED, Payload.MAX_INLINE_BYTES);
  }

  private static Plan plain(Cell cell, Compositions compositions) {
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
