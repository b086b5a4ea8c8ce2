package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.Limit;
import io.corale.model.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A log in which an account has limits of every kind, and a provider that has no room at times. The
 * same whenever it is asked for.
 */
public final class LimitLog {
  private static final Limit RAMP = new Limit.Ramp(1, 2, Duration.ofSeconds(1));

  private LimitLog() {}

  /** Its entries from index 1 on, each of the term of its proposer. */
  public static List<Entry> entries() {
    TestCell cell = TestCell.open(2);
    cell.apply(1, TestCell.submit("early"));
    cell.apply(
        1,
        TestCell.settle(
            TestCell.attempt("early", 1, 1), Outcome.Throttled.byProvider(Duration.ofMillis(10))));
    cell.apply(TestCell.SECOND, new Command.ActivateVersion(Entry.LIMITS_FORMAT));
    cell.apply(1, new Command.Configure(account(2, 4)));
    cell.apply(62 * TestCell.SECOND, LimitCell.submits(6, "fast"));
    cell.apply(1, LimitCell.submit("slow", "slow"), LimitCell.submit("next", "slow"));
    cell.apply(2 * TestCell.SECOND, LimitCell.throttled(cell, "i0", Duration.ofSeconds(1)));
    cell.apply(1, LimitCell.throttled(cell, "i1", Duration.ofSeconds(1)));
    cell.apply(
        1,
        LimitCell.throttled(
            cell,
            "slow",
            new Outcome.Throttled(Optional.of("account"), Duration.ofSeconds(3), false)));
    cell.apply(4 * TestCell.SECOND, new Command.Tick());
    cell.takeOver();
    cell.apply(1, new Command.Configure(account(3, 3)));
    cell.apply(4 * TestCell.SECOND, LimitCell.submit("last", "slow"));
    cell.apply(1, LimitCell.throttled(cell, "i2", Duration.ofSeconds(5)));
    return cell.entries();
  }

  private static Account account(long version, int starts) {
    return LimitCell.account(
        version,
        LimitCell.root(8, LimitCell.perMinute(100)),
        LimitCell.leaf("label", 2),
        LimitCell.leaf("fast", 6, LimitCell.perSecond(starts), new Limit.Learned(3)),
        LimitCell.leaf("slow", 6, RAMP));
  }
}
