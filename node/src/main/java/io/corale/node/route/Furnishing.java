package io.corale.node.route;

import io.corale.model.AccountId;
import io.corale.model.Refusal;
import io.corale.node.cell.Cell;
import io.corale.node.cell.Endowment;
import io.corale.node.cell.Reply;
import io.corale.scheduler.Command;
import io.corale.scheduler.Urgency;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
   * What became of it.
   *
   * @param index at which the cell held all but what it does not take
   * @param notTaken accounts that it refuses for good as they stand in the registry: the rest of
   *     the owner's work does not wait for them
   */
  record Furnished(long index, List<NotTaken> notTaken) {}

  /** An account that keeps the version in force, and why. */
  record NotTaken(AccountId account, Refusal refusal) {}

  /**
   * Completes when the superpeer's cell holds what the registry held when this was called; fails if
   * the registry was not reached, or another node leads.
   */
  CompletableFuture<Furnished> furnish(Cell cell) {
    return endowment.of(cell).thenCompose(commands -> propose(cell, commands));
  }

  /** The same for who has entered something; where it is an account, with what is in force then. */
  CompletableFuture<Door.Done> refresh(Cell cell, Door.Refresh asked) {
    return furnish(cell)
        .thenCompose(
            furnished ->
                asked.getAccount().isEmpty()
                    ? CompletableFuture.completedFuture(done(furnished, asked))
                    : cell.barrier()
                        .thenApply(Furnishing::index)
                        .thenApply(behind -> inForce(cell, asked.getAccount(), behind, furnished)));
  }

  private static Door.Done done(Furnished furnished, Door.Refresh asked) {
    if (!asked.getIsOfNoAccount() && !furnished.notTaken().isEmpty()) {
      throw new IllegalStateException("not taken: " + furnished.notTaken());
    }
    return Door.Done.newBuilder().setIndex(furnished.index()).build();
  }

  private static Door.Done inForce(Cell cell, String account, long index, Furnished furnished) {
    Door.Done.Builder done = Door.Done.newBuilder().setIndex(index);
    AccountViews.one(cell, account).ifPresent(done::setInForce);
    furnished.notTaken().stream()
        .filter(each -> each.account().value().equals(account))
        .forEach(each -> done.setNotTaken(Encode.refusal(each.refusal())));
    return done.build();
  }

  private static CompletableFuture<Furnished> propose(Cell cell, List<Command> commands) {
    List<CompletableFuture<Optional<NotTaken>>> replies = new ArrayList<>();
    for (Command command : commands) {
      if (Endowment.isNews(cell, command)) {
        replies.add(
            cell.propose(command, Urgency.RESULT).thenApply(reply -> notTaken(command, reply)));
      }
    }
    return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
        .thenApply(
            all ->
                new Furnished(
                    cell.applied(),
                    replies.stream().flatMap(reply -> reply.join().stream()).toList()));
  }

  private static Optional<NotTaken> notTaken(Command command, Reply reply) {
    if (command instanceof Command.Configure configure
        && reply instanceof Reply.Refused no
        && no.refusal().retryAfter().isZero()) {
      return Optional.of(new NotTaken(configure.account().id(), no.refusal()));
    }
    index(reply);
    return Optional.empty();
  }

  private static long index(Reply reply) {
    if (reply instanceof Reply.Applied applied) {
      return applied.index();
    }
    throw new IllegalStateException("not applied: " + reply);
  }
}
