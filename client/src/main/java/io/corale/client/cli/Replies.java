package io.corale.client.cli;

import io.corale.client.Reply;
import java.util.concurrent.CompletableFuture;

/** Waits for an answer: a command is one question, so its thread may wait. */
final class Replies {
  private Replies() {}

  static <T> T value(CompletableFuture<Reply<T>> reply) {
    Reply<T> heard = reply.join();
    if (heard instanceof Reply.Given<T> given) {
      return given.value();
    }
    if (heard instanceof Reply.Refused<T> refused) {
      throw CliFailure.refused(refused.refusal());
    }
    if (heard instanceof Reply.Unknown<T> unknown) {
      throw CliFailure.unknown(unknown.message());
    }
    throw new IllegalStateException("a new kind of reply: " + heard);
  }
}
