package io.corale.node.step;

import io.corale.flow.CallSecrets;
import io.corale.flow.Composition;
import io.corale.flow.FunctionSpec;
import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.Outcome;
import io.corale.node.cell.Cell;
import io.corale.node.cell.Sender;
import io.corale.node.invoke.Invoker;
import io.corale.node.provider.CallForm;
import io.corale.node.provider.Hold;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.SendGuard;
import io.corale.scheduler.Command;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Fences;
import io.corale.scheduler.Inquiry;
import io.corale.scheduler.Transition.CallSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;

/**
 * Completes what the log says of an attempt with what it need not say, the provider's own settings,
 * and gives it to the invoker. Thread-safe; never blocks.
 */
public final class Dispatch implements Sender {
  private final Compositions compositions;
  private final Disclosure disclosure;
  private final Invoker invoker;
  private final Errands errands;
  private final Holds holds;
  private final Clock wall;

  /**
   * @param disclosure opens what a call shows
   * @param holds where large answers find room
   */
  public Dispatch(
      Compositions compositions,
      Disclosure disclosure,
      Invoker invoker,
      Errands errands,
      Holds holds,
      Clock wall) {
    this.compositions = compositions;
    this.disclosure = disclosure;
    this.invoker = invoker;
    this.errands = errands;
    this.holds = holds;
    this.wall = wall;
  }

  @Override
  public void send(Cell cell, Effect.Start start, SendGuard guard) {
    CallSpec call = start.call();
    Optional<Account> account =
        cell.accounts().stream().filter(a -> a.id().equals(call.account())).findFirst();
    Optional<Target> target =
        compositions.of(cell, start.branch().composition()).flatMap(c -> target(c, call));
    if (account.isEmpty() || target.isEmpty()) {
      // The log names what this cell defined; nothing was sent, and nothing ever will be.
      cell.outcome(
          start.attempt(),
          new Outcome.FunctionError(
              "function '"
                  + call.function()
                  + "' has no implementation '"
                  + call.implementation()
                  + "' in its cell",
              false),
          0);
      return;
    }
    Disclosure.Result shown = disclosure.of(cell, target.get().secrets(), call.arguments());
    if (shown instanceof Disclosure.Result.Unready unready) {
      cell.outcome(start.attempt(), unready.outcome(), 0);
      return;
    }
    Hold hold = holds.begin(cell.id().owner(), target.get().form());
    invoker.perform(
        cell.id(),
        new ProviderCall(
            cell.id().owner(),
            target.get().form(),
            start.attempt(),
            account.get(),
            call.function(),
            target.get().settings(),
            call.arguments(),
            Duration.of(call.timeoutMicros(), ChronoUnit.MICROS),
            notAfter(wall.instant(), guard.leftNanos(), call.arguments().fitsInline()),
            "",
            ((Disclosure.Result.Ready) shown).authentication(),
            guard,
            hold),
        call.scope(),
        (outcome, micros) -> {
          holds.ended(cell.id(), start.attempt(), hold, outcome);
          cell.outcome(start.attempt(), outcome, micros);
        });
  }

  /**
   * When a function may begin at the latest: what is left of the send grace, then the delivery
   * bound, and before that the time in which large arguments leave. No more, for the fence of the
   * attempt counts from where the grace began (rule 13).
   */
  static Instant notAfter(Instant now, long leftNanos, boolean isSmall) {
    long graceNanos = TimeUnit.MICROSECONDS.toNanos(Fences.SEND_GRACE_MICROS);
    return now.plusNanos(Math.max(0, Math.min(leftNanos, graceNanos)))
        .plus(isSmall ? 0 : Fences.DEPARTURE_MICROS, ChronoUnit.MICROS)
        .plus(Fences.DELIVERY_BOUND_MICROS, ChronoUnit.MICROS);
  }

  /** What the log need not say. */
  private record Target(CallForm form, SortedMap<String, String> settings, CallSecrets secrets) {}

  private static Optional<Target> target(Composition composition, CallSpec call) {
    FunctionSpec function = composition.functions().get(call.function());
    if (function == null) {
      return Optional.empty();
    }
    CallForm form =
        function.isRpc()
            ? CallForm.RPC
            : function.isRequest() ? CallForm.REQUEST : CallForm.FUNCTION;
    return function.implementations().stream()
        .filter(i -> i.id().equals(call.implementation()))
        .map(i -> new Target(form, i.settings(), function.secrets(i.id())))
        .findFirst();
  }

  @Override
  public void forward(Cell cell, Command.Settle settle) {
    errands.forward(cell, settle);
  }

  @Override
  public void inquire(Cell cell, Inquiry inquiry) {
    errands.inquire(cell, inquiry);
  }

  @Override
  public void settled(Cell cell, AttemptId attempt) {
    holds.settled(cell.id(), attempt);
  }

  @Override
  public void closed(Cell cell) {
    holds.closed(cell.id());
  }

  @Override
  public void stop(Cell cell, AttemptId attempt) {
    invoker.stop(cell.id(), attempt);
  }
}
