package io.corale.node.provider.local;

import io.corale.model.Outcome;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderCall;
import io.corale.node.thread.Daemons;
import java.time.Duration;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Calls Java functions on a bounded pool of threads. A function that outlives its time is
 * interrupted, but keeps its thread until it returns: {@code mayHaveRun} says so.
 */
final class LocalProvider implements Provider {
  static final String ID = "local";

  /** They share the node's processors and heap with its cells. */
  private static final int MAX_RUNNING = 32;

  /** By then one of so many functions has probably ended. */
  private static final Duration FULL_RETRY_AFTER = Duration.ofSeconds(1);

  private final SortedMap<String, LocalFunction> functions;
  private final ThreadPoolExecutor running;
  private final ScheduledThreadPoolExecutor timer;

  LocalProvider(SortedMap<String, LocalFunction> functions) {
    this.functions = functions;
    this.running =
        new ThreadPoolExecutor(
            0,
            MAX_RUNNING,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            new Daemons("local-run"));
    this.timer = new ScheduledThreadPoolExecutor(1, new Daemons("local-timeout"));
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public CompletableFuture<Outcome> call(ProviderCall call) {
    LocalFunction function = functions.get(call.target().getOrDefault("function", ""));
    if (function == null || call.target().size() != 1) {
      return CompletableFuture.completedFuture(
          new Outcome.FunctionError(
              "provider local needs the one setting 'function', one of "
                  + functions.keySet()
                  + " which this node's operator listed; found "
                  + call.target(),
              false));
    }
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    try {
      Future<?> task = running.submit(() -> run(function, call, answer));
      Future<?> limit =
          timer.schedule(
              () -> {
                if (answer.complete(new Outcome.TimedOut(true))) {
                  task.cancel(true);
                }
              },
              call.timeout().toMillis(),
              TimeUnit.MILLISECONDS);
      answer.whenComplete((outcome, failure) -> limit.cancel(false));
    } catch (RejectedExecutionException e) {
      answer.complete(Outcome.Throttled.byUs(FULL_RETRY_AFTER));
    }
    return answer;
  }

  private static void run(
      LocalFunction function, ProviderCall call, CompletableFuture<Outcome> answer) {
    if (answer.isDone() || !call.guard().permits()) {
      answer.complete(new Outcome.NotSent("the send guard said no"));
      return;
    }
    call.sent();
    try {
      answer.complete(new Outcome.Success(function.apply(call.arguments())));
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      answer.complete(new Outcome.FunctionError(function.name() + " threw " + e, true));
    } finally {
      // An error that stops the node, such as running out of memory: the attempt is over as well.
      answer.complete(new Outcome.Unavailable(function.name() + " broke", false));
    }
  }

  @Override
  public void close() {
    running.shutdownNow();
    timer.shutdownNow();
  }
}
