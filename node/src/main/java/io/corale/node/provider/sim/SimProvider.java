package io.corale.node.provider.sim;

import io.corale.model.Account;
import io.corale.model.Outcome;
import io.corale.node.provider.CallForm;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderCall;
import io.corale.node.thread.Daemons;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs nothing: after the declared latency it answers as {@link SimBehaviour} says. One timer
 * thread for all calls.
 */
final class SimProvider implements Provider {
  static final String ID = "sim";

  private final ScheduledThreadPoolExecutor timer;

  SimProvider() {
    timer = new ScheduledThreadPoolExecutor(1, new Daemons("sim-provider"));
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public List<String> faults(Account account) {
    return new SimBehaviour(account.settings()).faults();
  }

  /** The request is what it gives, as the arguments of a function are. */
  @Override
  public boolean takes(CallForm form) {
    return true;
  }

  /** Nobody looks at it. */
  @Override
  public boolean authenticates() {
    return true;
  }

  @Override
  public CompletableFuture<Outcome> call(ProviderCall call) {
    SimBehaviour behaviour = SimBehaviour.of(call.account().settings(), call.target());
    List<String> faults = behaviour.faults();
    if (!faults.isEmpty()) {
      return CompletableFuture.completedFuture(
          new Outcome.FunctionError(String.join("; ", faults), false));
    }
    if (!call.guard().permits()) {
      return CompletableFuture.completedFuture(new Outcome.NotSent("the send guard said no"));
    }
    call.sent();
    Duration latency = behaviour.latency(call.attempt(), call.arguments());
    if (latency.compareTo(call.timeout()) > 0) {
      // A provider that enforces timeouts ends the function then, and knows that it has ended.
      return after(call.timeout(), new Outcome.TimedOut(false));
    }
    return after(latency, behaviour.outcome(call.attempt(), call.arguments()));
  }

  private CompletableFuture<Outcome> after(Duration delay, Outcome outcome) {
    if (delay.isZero()) {
      return CompletableFuture.completedFuture(outcome);
    }
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    var unused =
        timer.schedule(() -> answer.complete(outcome), delay.toNanos(), TimeUnit.NANOSECONDS);
    return answer;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
