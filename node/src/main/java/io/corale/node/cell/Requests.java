package io.corale.node.cell;

import io.corale.model.InvocationId;
import io.corale.model.Refusal;
import io.corale.node.cell.Cell.Ended;
import io.corale.node.cell.Cell.Standing;
import io.corale.scheduler.InvocationView;
import io.corale.scheduler.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/**
 * What was asked of a cell and is not answered yet: each request has its ticket at the superpeer,
 * or waits until the cell has opened or been taken over. Confined to the cell's thread.
 */
final class Requests {
  /** Requests that wait for an opening or a take-over, which take a second or two. */
  static final int MAX_DEFERRED = 4_096;

  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  private final AwakeCell cell;
  private final Executor onThread;
  private final Map<Long, CompletableFuture<Reply>> tickets = new LinkedHashMap<>();
  private final List<Runnable> deferred = new ArrayList<>();
  private final Waiters waiters = new Waiters();
  private long nextTicket;

  Requests(AwakeCell cell, Executor onThread) {
    this.cell = cell;
    this.onThread = onThread;
  }

  /** Puts a question to the superpeer, under a ticket, if this node is one. */
  void ask(LongConsumer question, CompletableFuture<Reply> reply) {
    switch (cell.standing()) {
      case SUPERPEER -> admit(question, reply);
      case TAKING_OVER -> {
        if (!defer(() -> ask(question, reply))) {
          reply.complete(overloaded());
        }
      }
      case FOLLOWER -> reply.complete(new Reply.NotSuperpeer(cell.superpeerHint()));
      case QUARANTINED -> reply.complete(unavailable("is quarantined on this node"));
      case CLOSED -> reply.complete(unavailable("is closed on this node"));
    }
  }

  /** Puts a question to the superpeer past those who wait for the cell to open. */
  void admit(LongConsumer question, CompletableFuture<Reply> reply) {
    long ticket = nextTicket++;
    tickets.put(ticket, reply);
    question.accept(ticket);
  }

  /**
   * Has somebody wait for the end of an invocation. Where this node has not come as far as he has
   * seen, it says nothing of it, as if there were none: what it knows under that id may be an
   * earlier invocation, for a superpeer that was deposed does not know what came after. So with one
   * that is history, whose id may be another's by now, also where he has seen nothing.
   */
  void await(InvocationId invocation, long seenIndex, CompletableFuture<Optional<Ended>> waiter) {
    if (cell.standing() == Standing.TAKING_OVER
        && defer(() -> await(invocation, seenIndex, waiter))) {
      return;
    }
    Optional<InvocationView> view =
        cell.isSuperpeer() && cell.applied() >= seenIndex
            ? cell.read(
                scheduler ->
                    scheduler.isHistory(invocation)
                        ? Optional.empty()
                        : scheduler.status(invocation))
            : Optional.empty();
    if (view.isEmpty() || view.get().ending().isPresent()) {
      waiter.complete(view.flatMap(InvocationView::ending).map(e -> new Ended(e, cell.applied())));
      return;
    }
    OptionalLong number = waiters.add(invocation, waiter);
    if (number.isEmpty()) {
      waiter.complete(Optional.empty());
      return;
    }
    var unused =
        waiter.whenComplete(
            (ended, gone) -> {
              if (gone != null) {
                onThread.execute(() -> waiters.remove(invocation, number.getAsLong()));
              }
            });
  }

  /** Tells those who wait for it that an invocation has ended. */
  void announce(InvocationId invocation, Ended ended) {
    waiters.announce(invocation, ended);
  }

  /** The superpeer says what became of a command. */
  void resolve(long ticket, Result result, long index) {
    reply(
        ticket,
        result instanceof Result.Refused refused
            ? new Reply.Refused(refused.refusal())
            : new Reply.Applied(result, index));
  }

  /** Answers the holder of a ticket. */
  void reply(long ticket, Reply reply) {
    CompletableFuture<Reply> asker = tickets.remove(ticket);
    if (asker != null) {
      asker.complete(reply);
    }
  }

  private boolean defer(Runnable request) {
    return deferred.size() < MAX_DEFERRED && deferred.add(request);
  }

  /** The cell serves now. */
  void resume() {
    List<Runnable> all = List.copyOf(deferred);
    deferred.clear();
    all.forEach(Runnable::run);
  }

  /** The cell serves no more. */
  void dismiss() {
    waiters.dismiss();
    resume();
  }

  static Reply overloaded() {
    return new Reply.Refused(
        Refusal.later(Refusal.Code.OVERLOADED, "cell: too many requests wait at it", RETRY_AFTER));
  }

  private Reply unavailable(String why) {
    return new Reply.Refused(
        Refusal.later(Refusal.Code.UNAVAILABLE, "cell " + cell.id() + " " + why, RETRY_AFTER));
  }
}
