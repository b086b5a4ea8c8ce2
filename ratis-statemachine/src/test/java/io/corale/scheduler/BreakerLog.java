package io.corale.scheduler;

import io.corale.scheduler.Transition.Retry;
import java.util.List;

/**
 * A log in which something does not answer, is let alone, tried, answers and fails again. The same
 * whenever asked for.
 */
public final class BreakerLog {
  private BreakerLog() {}

  /** Its entries from index 1 on, each of the term of its proposer. */
  public static List<Entry> entries() {
    TestCell cell = BreakerCell.broken(1).keepingWaits();
    cell.apply(TestCell.SECOND, BreakerCell.submit("probe", new Retry(9, 0, 0)));
    cell.apply(1, TestCell.submit("waits"));
    cell.apply(TestCell.SECOND, LimitCell.succeeded(cell, "probe"));
    for (int i = 0; i < Breaker.FAILURES; i++) {
      cell.apply(1, BreakerCell.submit("often" + i, new Retry(9, 0, 0)));
      cell.apply(1, BreakerCell.failed(cell, i == 0 ? "waits" : "often0"));
    }
    cell.apply(1, BreakerCell.submitOther("other"));
    cell.apply(2 * TestCell.SECOND, new Command.Tick());
    cell.apply(1, BreakerCell.submitOther("more"));
    return cell.entries();
  }
}
