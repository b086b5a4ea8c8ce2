package io.corale.node.provider.http;

import io.corale.model.Outcome;
import io.corale.node.provider.ProviderCall;
import java.util.concurrent.CompletableFuture;

/**
 * One attempt on its way, over as many messages as its replies ask for. It is handed from thread to
 * thread, and never on two at once; only its answer may be ended from elsewhere.
 */
final class Journey {
  private final ProviderCall call;
  private final Answers answers;
  private final CompletableFuture<Outcome> answer = new CompletableFuture<>();
  private int messages;
  private long endNanos;

  Journey(ProviderCall call, Answers answers) {
    this.call = call;
    this.answers = answers;
  }

  ProviderCall call() {
    return call;
  }

  CompletableFuture<Outcome> answer() {
    return answer;
  }

  /** Asks the guard, and counts a message that may leave now; the first one begins the time. */
  boolean leaves(long nowNanos) {
    boolean isFirst = messages == 0;
    if (answer.isDone() || !(isFirst ? call.guard().permits() : call.guard().permitsMore())) {
      return false;
    }
    messages++;
    if (isFirst) {
      endNanos = nowNanos + call.timeout().toNanos();
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
