package io.corale.scheduler;

import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.CellId;
import io.corale.model.Limit;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Retry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What tests of limits ask of a {@link TestCell}. */
final class LimitCell {
  private LimitCell() {}

  /** A cell of the newest format with one account of these scopes. */
  static TestCell open(ScopeLimit... scopes) {
    TestCell cell = new TestCell();
    cell.apply(
        0,
        new Command.TakeOver(TestCell.executor(1)),
        new Command.Opened(CellId.home(new OwnerId("acme")), 1),
        new Command.ActivateVersion(Entry.LIMITS_FORMAT),
        new Command.Configure(account(1, scopes)),
        new Command.Define(TestCell.COMPOSITION, Payload.ofJson("{}")));
    return cell;
  }

  static Account account(long version, ScopeLimit... scopes) {
    return new Account(
        TestCell.ACCOUNT, "sim", version, Policy.FIFO, new TreeMap<>(), List.of(scopes));
  }

  static ScopeLimit root(int concurrency, Limit... more) {
    return new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), concurrency, List.of(more));
  }

  /** Right below the root. */
  static ScopeLimit leaf(String name, int concurrency, Limit... more) {
    return new ScopeLimit(name, Optional.of(ScopeLimit.ROOT), concurrency, List.of(more));
  }

  static Limit perSecond(int starts) {
    return new Limit.Rate(starts, Limit.Window.SECOND);
  }

  static Limit perMinute(int starts) {
    return new Limit.Rate(starts, Limit.Window.MINUTE);
  }

  /** An invocation of one call in this scope, which may be tried once. */
  static Command submit(String id, String scope) {
    return submit(id, scope, Retry.NEVER);
  }

  static Command submit(String id, String scope, Retry retry) {
    CallSpec spec = TestCell.spec(retry);
    return TestCell.submit(
        id,
        new CallSpec(
            spec.function(),
            spec.implementation(),
            spec.account(),
            scope,
            spec.arguments(),
            spec.timeoutMicros(),
            spec.rankMicros(),
            spec.estimateMicros(),
            spec.retry(),
            spec.place()));
  }

  static Command[] submits(int count, String scope) {
    Command[] commands = new Command[count];
    Arrays.setAll(commands, i -> submit("i" + i, scope));
    return commands;
  }

  /** The attempt of an invocation's call that was started last. */
  static AttemptId attempt(TestCell cell, String id) {
    return cell.scheduler.image().slots().stream()
        .map(Slot::attempt)
        .filter(attempt -> attempt.call().invocation().value().equals(id))
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  /** Its provider has no room for this long. */
  static Command throttled(TestCell cell, String id, Duration retryAfter) {
    return throttled(cell, id, Outcome.Throttled.byProvider(retryAfter));
  }

  static Command throttled(TestCell cell, String id, Outcome.Throttled throttled) {
    return TestCell.settle(attempt(cell, id), throttled);
  }

  static Command succeeded(TestCell cell, String id) {
    return TestCell.settle(attempt(cell, id), TestCell.at(0, 1, TestCell.end(0)));
  }

  /** The invocations of what an entry has started. */
  static List<String> started(Applied applied) {
    return TestCell.starts(applied).stream()
        .map(attempt -> attempt.call().invocation().value())
        .toList();
  }

  static InForce inForce(TestCell cell, String scope) {
    return cell.scheduler.accountViews().get(0).scopes().stream()
        .filter(view -> view.scope().equals(scope))
        .findFirst()
        .orElseThrow()
        .inForce();
  }
}
