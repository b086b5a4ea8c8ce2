package io.corale.node.route;

import static io.corale.node.route.Journey.refused;
import static io.corale.node.route.Journey.unknown;

import io.corale.model.CellId;
import io.corale.model.InvocationId;
import io.corale.model.Refusal;
import io.corale.node.cell.Cell;
import io.corale.node.cell.Reply;
import io.corale.node.thread.Aside;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Where a cell is asked why calls wait. That is dear, and its cell applies nothing while it is
 * copied what it takes: so one request of a cell is answered at a time, on the threads that read
 * for its owner. Thread-safe.
 */
final class ExplainDesk {
  private static final Duration MOMENT = Duration.ofMillis(100);

  private final Aside aside;
  private final Set<CellId> busy = ConcurrentHashMap.newKeySet();

  /**
   * @param aside where it is found out
   */
  ExplainDesk(Aside aside) {
    this.aside = aside;
  }

  /** What is in force may be said by who leads at this moment only (rule 26). */
  Runnable serve(Cell cell, Door.Explain asked, Consumer<Door.Response> responses) {
    InvocationId id = Desk.id("explain.invocation", asked.getInvocation());
    if (!busy.add(cell.id())) {
      responses.accept(
          refused(
                  Refusal.later(
                      Refusal.Code.OVERLOADED,
                      "cell " + cell.id() + " is explaining something else, one at a time",
                      MOMENT))
              .build());
      return () -> {};
    }
    cell.barrier()
        .whenComplete(
            (reply, failure) ->
                aside
                    .readers(cell.id().owner())
                    .execute(
                        () -> {
                          Door.Response.Builder answer =
                              failure == null
                                  ? answer(cell, id, reply)
                                  : unknown("explain: " + failure.getMessage());
                          busy.remove(cell.id());
                          responses.accept(answer.build());
                        }));
    return () -> {};
  }

  private static Door.Response.Builder answer(Cell cell, InvocationId id, Reply reply) {
    try {
      return Desk.answer(
          reply,
          applied ->
              ExplainViews.of(cell, id).orElseGet(() -> refused(Desk.notThere(cell, id.value()))));
    } catch (RuntimeException e) {
      return unknown("explain: " + e);
    }
  }
}
