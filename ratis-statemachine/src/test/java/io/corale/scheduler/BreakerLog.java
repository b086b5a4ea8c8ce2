package io.corale.scheduler;

import io.corale.model.Outcome;
import io.corale.scheduler.Transition.Retry;
import java.util.List;

/**
 * A log in which something does not answer, is left alone, tried, answers and fails again, and in
 * which an account uses up its retries. The same whenever asked for.
 */
public final class BreakerLog {
  private static final Retry OFTEN = new Retry(9, 0, 0);

  /** At once, but for a retry beyond those of its account. */
  private static final Retry STUBBORN = new Retry(Retry.MAX_ATTEMPTS, 0, 9 * TestCell.SECOND);

  private static final Outcome ERROR = new Outcome.FunctionError("bad luck", true);

  private BreakerLog() {}

  /**
   * Its entries from index 1 on, each of the term of its proposer. In the end one implementation
   * has failed once, of another one is tried, and of a third one waits for its slot.
   */
  public static List<Entry> entries() {
    TestCell cell = BreakerCell.broken(1).keepingWaits();
    cell.apply(TestCell.SECOND, BreakerCell.submit("probe", OFTEN));
    cell.apply(1, TestCell.submit("waits"));
    cell.apply(TestCell.SECOND, LimitCell.succeeded(cell, "probe"));
    for (int i = 0; i < Breaker.FAILURES; i++) {
      cell.apply(1, BreakerCell.submit("often" + i, OFTEN));
      cell.apply(1, BreakerCell.failed(cell, i == 0 ? "waits" : "often0"));
    }
    cell.apply(1, BreakerCell.submitTo("rare", "rare", Retry.NEVER));
    cell.apply(1, BreakerCell.failed(cell, "rare"));
    useUpRetries(cell);
    for (int i = 0; i < Breaker.FAILURES; i++) {
      cell.apply(1, BreakerCell.submitTo("odd", "odd" + i, Retry.NEVER));
      cell.apply(1, BreakerCell.failed(cell, "odd" + i));
    }
    cell.apply(1, BreakerCell.submitTo("odd", "odd", OFTEN));
    cell.apply(2 * TestCell.SECOND, new Command.Tick());
    cell.apply(1, BreakerCell.submitOther("other"));
    return cell.entries();
  }

  /** The last one finds none left, and waits. */
  private static void useUpRetries(TestCell cell) {
    for (int i = 0; BreakerCell.retriesLeft(cell) > 0; i++) {
      String id = "stubborn" + i;
      cell.apply(1, BreakerCell.submitTo("dear", id, STUBBORN));
      while (BreakerCell.retriesLeft(cell) > 0 && cell.status(id).callsRunning() > 0) {
        cell.apply(1, BreakerCell.came(cell, id, ERROR));
      }
      if (cell.status(id).callsRunning() > 0) {
        cell.apply(1, BreakerCell.came(cell, id, ERROR));
      }
    }
  }
}
