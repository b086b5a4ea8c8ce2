package io.corale.scheduler;

import io.corale.model.CellId;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Retry;
import java.util.List;

/** What tests of implementations that do not answer ask of a {@link TestCell}. */
final class BreakerCell {
  static final Outcome.Unavailable GONE = new Outcome.Unavailable("no route", false);

  private BreakerCell() {}

  /** A cell of this format with one account, which runs so many at once. */
  static TestCell open(int limit, int format) {
    return open(new OwnerScheduler(), limit, format);
  }

  /** One whose account has so many retries. */
  static TestCell withRetries(int retries, int format) {
    return open(new OwnerScheduler(capacity(retries)), 3, format);
  }

  static Receipts.Capacity capacity(int retries) {
    return new Receipts.Capacity(100, 100, 1 << 24, 1 << 24, retries);
  }

  private static TestCell open(OwnerScheduler scheduler, int limit, int format) {
    TestCell cell = new TestCell(scheduler);
    cell.apply(
        0,
        new Command.TakeOver(TestCell.executor(1)),
        new Command.Opened(CellId.home(new OwnerId("acme")), 1),
        new Command.ActivateVersion(format),
        new Command.Configure(TestCell.account(1, limit)),
        new Command.Define(TestCell.COMPOSITION, Payload.ofJson("{}")));
    return cell;
  }

  static TestCell open(int limit) {
    return open(limit, Entry.TERMS_FORMAT);
  }

  /** One whose function has failed once too often, for as many callers. */
  static TestCell broken(int limit) {
    TestCell cell = open(limit);
    for (int i = 0; i < Breaker.FAILURES; i++) {
      cell.apply(0, TestCell.submit("lost" + i));
      cell.apply(0, failed(cell, "lost" + i));
    }
    return cell;
  }

  /** An invocation of one call of another implementation of the same function. */
  static Command submitOther(String id) {
    return submitTo("dear", id, Retry.NEVER);
  }

  /** An invocation of one call of this implementation of the function. */
  static Command submitTo(String implementation, String id, Retry retry) {
    CallSpec spec = TestCell.spec(retry);
    return TestCell.submit(
        id,
        new CallSpec(
            spec.function(),
            implementation,
            spec.account(),
            spec.scope(),
            spec.arguments(),
            spec.timeoutMicros(),
            spec.rankMicros(),
            spec.estimateMicros(),
            spec.retry(),
            spec.place()));
  }

  static Command submit(String id, Retry retry) {
    return TestCell.submit(id, TestCell.spec(retry));
  }

  /** Its provider could not be reached for its last attempt. */
  static Command failed(TestCell cell, String id) {
    return TestCell.settle(LimitCell.attempt(cell, id), GONE);
  }

  static Command came(TestCell cell, String id, Outcome outcome) {
    return TestCell.settle(LimitCell.attempt(cell, id), outcome);
  }

  static List<CircuitView> circuits(TestCell cell) {
    return cell.scheduler.accountViews().get(0).circuits();
  }

  /** The only one that is open. */
  static CircuitView circuit(TestCell cell) {
    List<CircuitView> all = circuits(cell);
    if (all.size() != 1) {
      throw new AssertionError("not one circuit is open, but " + all);
    }
    return all.get(0);
  }

  static int retriesLeft(TestCell cell) {
    return cell.scheduler.accountViews().get(0).retriesLeft();
  }
}
