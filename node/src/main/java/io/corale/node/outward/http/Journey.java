package io.corale.node.outward.http;

import io.corale.model.Outcome;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.SendGuard;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One attempt on its way, over as many messages as its replies ask for. It is handed from thread to
 * thread, and never on two at once; only its answer may be ended from elsewhere.
 */
public final class Journey {
  private final Optional<ProviderCall> call;
  private final SendGuard guard;
  private final Duration timeout;
  private final Answers answers;
  private final CompletableFuture<Outcome> answer = new CompletableFuture<>();
  private int messages;
  private boolean hasBeenDone;
  private long endNanos;

  /** That of an attempt. */
  public Journey(ProviderCall call, Answers answers) {
    this(Optional.of(call), call.guard(), call.timeout(), answers);
  }

  private Journey(Optional<ProviderCall> call, SendGuard guard, Duration timeout, Answers answers) {
    this.call = call;
    this.guard = guard;
    this.timeout = timeout;
    this.answers = answers;
  }

  /** That of a message which no attempt is made of, such as one that asks for a token. */
  public static Journey ofNoAttempt(Duration timeout, Answers answers) {
    return new Journey(Optional.empty(), () -> true, timeout, answers);
  }

  /** The attempt that it is; empty where it is none. */
  Optional<ProviderCall> call() {
    return call;
  }

  /** Whether its messages need not leave at once. */
  boolean isLarge() {
    return call.isPresent() && !call.get().arguments().fitsInline();
  }

  CompletableFuture<Outcome> answer() {
    return answer;
  }

  /** Why a message may not leave now; empty where it may, and is counted. */
  Optional<Outcome> held(long nowNanos) {
    boolean isFirst = messages == 0;
    if (answer.isDone() || !(isFirst ? guard.permits() : guard.permitsMore())) {
      return Optional.of(new Outcome.NotSent("the send guard said no"));
    }
    if (isFirst) {
      endNanos = nowNanos + timeout.toNanos();
    } else if (leftNanos(nowNanos) == 0) {
      return Optional.of(new Outcome.TimedOut(false)); // What was sent has been answered.
    }
    messages++;
    return Optional.empty();
  }

  /** What is left of the time that the call may take, once its first message has left. */
  long leftNanos(long nowNanos) {
    return Math.max(0, endNanos - nowNanos);
  }

  Answers.Next read(Reply reply, Message sent) {
    Answers.Next next = answers.read(reply, sent, messages);
    if (next instanceof Answers.Next.Ended ended) {
      return new Answers.Next.Ended(told(ended.outcome(), reply.status()));
    }
    hasBeenDone |= reply.pointsElsewhere();
    return next;
  }

  void end(Outcome outcome) {
    answer.complete(told(outcome, Outcome.NO_STATUS));
  }

  /**
   * What comes after a reply that pointed elsewhere: what was asked for has been done by then, so
   * that no outcome may say that nothing was, and have it done again without the author's word.
   */
  private Outcome told(Outcome outcome, int status) {
    if (!hasBeenDone) {
      return outcome;
    }
    if (outcome instanceof Outcome.NotSent kept) {
      return elsewhere(kept.reason(), status);
    }
    if (outcome instanceof Outcome.Unavailable gone && !gone.mayHaveRun()) {
      return elsewhere(gone.detail(), status);
    }
    return outcome instanceof Outcome.Throttled
        ? elsewhere("it is refused for now", status)
        : outcome;
  }

  private static Outcome elsewhere(String why, int status) {
    return new Outcome.FunctionError("where the answer pointed to: " + why, true, status);
  }
}
