package io.corale.node.route;

import io.corale.node.cell.Cell;
import io.corale.node.cell.Endowment;
import io.corale.node.cell.Reply;
import io.corale.scheduler.Command;
import io.corale.scheduler.Urgency;
import io.corale.wire.Door;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Brings what stands in the registry into a cell that is awake: accounts and secrets that changed,
 * compositions that are new, and their schedules. Thread-safe; doing it twice is harmless.
 */
final class Furnishing {
  private final Endowment endowment;

  Furnishing(Endowment endowment) {
    this.endowment = endowment;
  }

  /**
   * Completes when the superpeer's cell holds what the registry held when this was called.
   *
   * @return the index at which it does; fails if the registry was not reached, or another node
   *     leads
   */
  CompletableFuture<Long> furnish(Cell cell) {
    return endowment.of(cell).thenCompose(commands -> propose(cell, commands));
  }

  /**
   * The same for who has entered an account, and wants to know what is in force of it then.
   *
   * @param account its name; empty: none was entered
   */
  CompletableFuture<Door.Done> refresh(Cell cell, String account) {
    return furnish(cell)
        .thenCompose(
            index ->
                account.isEmpty()
                    ? CompletableFuture.completedFuture(
                        Door.Done.newBuilder().setIndex(index).build())
                    : cell.barrier()
                        .thenCompose(Furnishing::index)
                        .thenApply(behind -> inForce(cell, account, behind)));
  }

  private static Door.Done inForce(Cell cell, String account, long index) {
    Door.Done.Builder done = Door.Done.newBuilder().setIndex(index);
    AccountViews.one(cell, account).ifPresent(done::setInForce);
    return done.build();
  }

  private static CompletableFuture<Long> propose(Cell cell, List<Command> commands) {
    List<CompletableFuture<Long>> applied = new ArrayList<>();
    for (Command command : commands) {
      if (Endowment.isNews(cell, command)) {
        applied.add(cell.propose(command, Urgency.RESULT).thenCompose(Furnishing::index));
      }
    }
    return CompletableFuture.allOf(applied.toArray(CompletableFuture[]::new))
        .thenApply(all -> cell.applied());
  }

  private static CompletableFuture<Long> index(Reply reply) {
    return reply instanceof Reply.Applied applied
        ? CompletableFuture.completedFuture(applied.index())
        : CompletableFuture.failedFuture(new IllegalStateException("not applied: " + reply));
  }
}
