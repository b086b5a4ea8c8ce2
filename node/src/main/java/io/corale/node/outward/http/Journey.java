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

  CompletableFuture<Outcome> answer() {
    return answer;
  }

  /** Asks the guard, and counts a message that may leave now; the first one begins the time. */
  boolean leaves(long nowNanos) {
    boolean isFirst = messages == 0;
    if (answer.isDone() || !(isFirst ? guard.permits() : guard.permitsMore())) {
      return false;
    }
    messages++;
    if (isFirst) {
      endNanos = nowNanos + timeout.toNanos();
    }
    return true;
  }

  /** What is left of the time that the call may take, once its first message has left. */
  long leftNanos(long nowNanos) {
    return Math.max(0, endNanos - nowNanos);
  }

  Answers.Next read(Reply reply, Message sent) {
    return answers.read(reply, sent, messages);
  }

  void end(Outcome outcome) {
    answer.complete(outcome);
  }
}
