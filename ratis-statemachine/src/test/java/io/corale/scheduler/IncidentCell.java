package io.corale.scheduler;

import io.corale.model.AttemptId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.model.Refusal;
import io.corale.scheduler.Command.Resolve.Resolution;
import io.corale.scheduler.Transition.CallSpec;
import io.corale.scheduler.Transition.Retry;
import io.corale.scheduler.Transition.Step;
import java.util.List;
import java.util.Optional;

/** What tests of failures that wait for a person ask of a {@link TestCell}. */
final class IncidentCell {
  static final Outcome.FunctionError BROKEN = new Outcome.FunctionError("broken", false);

  private static final long WHENEVER = Long.MAX_VALUE;

  private IncidentCell() {}

  /** A cell in which failures may wait, with one account of this limit. */
  static TestCell open(int limit) {
    return active(TestCell.open(limit));
  }

  /** One in which so many may. */
  static TestCell keeping(int incidents) {
    Receipts.Capacity capacity =
        new Receipts.Capacity(100, 100, 1 << 24, 1 << 24, RetryBudget.MOST, incidents);
    return active(new TestCell(new OwnerScheduler(capacity)).opened(TestCell.account(1, 9)));
  }

  /** The same with failures that may wait. */
  static TestCell active(TestCell cell) {
    cell.apply(0, new Command.ActivateVersion(Entry.INCIDENTS_FORMAT));
    return cell;
  }

  /** An invocation whose failures are to wait. */
  static Command submit(String id, Step... steps) {
    Command.Submit plain = (Command.Submit) TestCell.submit(id, TestCell.steps(steps));
    return new Command.Submit(
        plain.invocation(),
        plain.composition(),
        plain.input(),
        plain.caller(),
        plain.labels(),
        plain.parent(),
        plain.serviceClass(),
        plain.deadlineMicros(),
        plain.receiptMicros(),
        plain.rankMicros(),
        plain.transition(),
        plain.acceptedWallMillis(),
        plain.traceParent(),
        true);
  }

  static Step call(int branch) {
    return new Step.Call(branch, TestCell.spec());
  }

  static CallSpec retried(int attempts) {
    return TestCell.spec(new Retry(attempts, 0, 0));
  }

  /** Begins an invocation of one call, which fails, and nothing catches that. */
  static Applied failing(TestCell cell, String id) {
    return fails(cell, TestCell.starts(cell.apply(1, submit(id, call(0)))).get(0));
  }

  /** An attempt fails for good, and nothing catches that. */
  static Applied fails(TestCell cell, AttemptId attempt) {
    Applied failed = cell.apply(1, TestCell.settle(attempt, BROKEN));
    return cell.apply(1, uncaught(TestCell.onlyContinue(failed)));
  }

  /** A branch ends for the failure of its call, and nothing catches that. */
  static Command.Advance uncaught(Effect.Continue next) {
    return uncaught(next, Uncaught.PLAIN);
  }

  static Command.Advance uncaught(Effect.Continue next, Uncaught what) {
    Problem problem = ((Signal.Failed) next.signal()).problem();
    int branch = next.branch().branch();
    Step last = branch == 0 ? new Step.Fault(problem) : new Step.Fail(branch, problem);
    return new Command.Advance(
        next.branch().invocation(), TestCell.at(branch, next.branch().step(), last).uncaught(what));
  }

  /** What the next superpeer goes on with, which is one branch. */
  static Effect.Continue onlyResumed(TestCell cell) {
    List<Effect.Continue> found =
        cell.scheduler.resume().stream()
            .filter(Effect.Continue.class::isInstance)
            .map(Effect.Continue.class::cast)
            .toList();
    if (found.size() != 1) {
      throw new AssertionError("not one branch continues, but " + found);
    }
    return found.get(0);
  }

  static List<IncidentView> all(TestCell cell) {
    return cell.scheduler.incidents(100, 0, Optional.empty());
  }

  static IncidentView only(TestCell cell) {
    List<IncidentView> all = all(cell);
    if (all.size() != 1) {
      throw new AssertionError("not one incident, but " + all);
    }
    return all.get(0);
  }

  static Command retry(IncidentView incident) {
    return resolve(incident, new Resolution.Retry(Optional.empty()), WHENEVER);
  }

  static Command retry(IncidentView incident, Payload arguments) {
    return resolve(incident, new Resolution.Retry(Optional.of(arguments)), WHENEVER);
  }

  static Command giveUp(IncidentView incident) {
    return resolve(incident, new Resolution.GiveUp(), WHENEVER);
  }

  static Command resolve(IncidentView incident, Resolution what, long untilMicros) {
    return new Command.Resolve(
        incident.call().invocation(), incident.number(), what, "me", untilMicros);
  }

  static Refusal.Code refusal(Applied applied) {
    return ((Result.Refused) applied.results().get(0)).refusal().code();
  }

  static AttemptId onlyStart(Applied applied) {
    List<AttemptId> starts = TestCell.starts(applied);
    if (starts.size() != 1) {
      throw new AssertionError("not one attempt starts, but " + starts);
    }
    return starts.get(0);
  }
}
