package io.corale.node.cell;

import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.node.thread.Aside;
import io.corale.scheduler.Action;
import io.corale.scheduler.Command;
import io.corale.scheduler.Command.Compared;
import io.corale.scheduler.Command.Compared.Verdict;
import io.corale.scheduler.Mail;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Superpeer;
import io.corale.scheduler.Transition;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a cell's branches, and the events of its schedules, interpreted on the node's evaluation
 * pool, and tells its superpeer.
 */
final class Interpretation {
  private static final Logger log = LoggerFactory.getLogger(Interpretation.class);

  /** Until the pool may have room again. */
  private static final long RETRY_MILLIS = 50;

  private final AwakeCell cell;
  private final CellContext context;
  private final Superpeer superpeer;
  private final Executor onThread;

  Interpretation(AwakeCell cell, CellContext context, Superpeer superpeer, Executor onThread) {
    this.cell = cell;
    this.context = context;
    this.superpeer = superpeer;
    this.onThread = onThread;
  }

  /** Exactly one answer follows, on the cell's thread. */
  void begin(Action.Evaluate what) {
    if (what.sizeBytes() > Aside.LARGE_BYTES) {
      evaluateLarge(() -> interpret(what));
    } else {
      evaluate(() -> interpret(what));
    }
  }

  private void evaluateLarge(Runnable what) {
    try {
      OwnerId owner = cell.id().owner();
      context.narrows().pass(owner, context.evaluations().of(owner), what);
    } catch (RejectedExecutionException e) {
      CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, onThread)
          .execute(() -> evaluateLarge(what));
    }
  }

  /** The same, of what a schedule has heard. */
  void begin(Action.Compare what) {
    evaluate(() -> compare(what));
  }

  private void evaluate(Runnable what) {
    try {
      context.evaluations().of(cell.id().owner()).execute(what);
    } catch (RejectedExecutionException e) {
      CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, onThread)
          .execute(() -> evaluate(what));
    }
  }

  private void interpret(Action.Evaluate what) {
    try {
      Transition next = context.evaluator().advance(cell, what.branch(), what.signal());
      // Here, and not where the cell waits for it.
      new Command.Advance(what.branch().invocation(), next).texts().forEach(Payload::reference);
      onThread.execute(() -> superpeer.evaluated(what.number(), next, System.nanoTime()));
    } catch (Throwable e) {
      // Whatever it is: without an answer the invocation would hang until a take-over.
      log.warn("cell {} {} cannot be interpreted", cell.id(), what.branch().invocation(), e);
      Problem problem = Problem.expression("the interpreter failed: " + e, "");
      onThread.execute(() -> superpeer.evaluationFailed(what.number(), problem, System.nanoTime()));
    }
  }

  private void compare(Action.Compare what) {
    Schedule schedule = what.schedule();
    Mail mail = schedule.compares().orElseThrow();
    Verdict verdict = verdict(what);
    Compared compared = new Compared(schedule.plan().composition(), mail.sequence(), verdict);
    onThread.execute(() -> superpeer.compared(compared));
  }

  private Verdict verdict(Action.Compare what) {
    try {
      return context.evaluator().compare(cell, what.schedule(), what.wallMillis());
    } catch (Throwable e) {
      log.warn("cell {} {} cannot be compared", cell.id(), what.schedule().name(), e);
      return new Verdict.Failed();
    }
  }
}
