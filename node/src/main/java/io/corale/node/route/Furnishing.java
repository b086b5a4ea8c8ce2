package io.corale.node.route;

import io.corale.model.Account;
import io.corale.model.CompositionRef;
import io.corale.model.SealedSecret;
import io.corale.node.cell.Cell;
import io.corale.node.cell.Endowment;
import io.corale.node.cell.Reply;
import io.corale.node.registry.Registry;
import io.corale.scheduler.Command;
import io.corale.scheduler.Urgency;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Brings what stands in the registry into a cell that is awake: accounts and secrets that changed,
 * compositions that are new, and their schedules. Thread-safe; doing it twice is harmless.
 */
final class Furnishing {
  private final Registry registry;
  private final Endowment endowment;

  Furnishing(Registry registry, Endowment endowment) {
    this.registry = registry;
    this.endowment = endowment;
  }

  /**
   * Completes when the superpeer's cell holds what the registry held when this was called.
   *
   * @return the index at which it does; fails if the registry was not reached, or another node
   *     leads
   */
  CompletableFuture<Long> furnish(Cell cell) {
    registry.refresh(cell.id().owner());
    return endowment.of(cell.id().owner()).thenCompose(commands -> propose(cell, commands));
  }

  private static CompletableFuture<Long> propose(Cell cell, List<Command> commands) {
    List<CompletableFuture<Long>> applied = new ArrayList<>();
    for (Command command : commands) {
      if (isNews(cell, command)) {
        applied.add(cell.propose(command, Urgency.RESULT).thenCompose(Furnishing::index));
      }
    }
    return CompletableFuture.allOf(applied.toArray(CompletableFuture[]::new))
        .thenApply(all -> cell.applied());
  }

  private static boolean isNews(Cell cell, Command command) {
    if (command instanceof Command.Define define) {
      return cell.read(s -> s.composition(define.composition())).isEmpty();
    }
    if (command instanceof Command.Configure configure) {
      Account account = configure.account();
      return cell.read(s -> s.accounts()).stream()
          .noneMatch(a -> a.id().equals(account.id()) && a.version() >= account.version());
    }
    if (command instanceof Command.Schedule schedule) {
      CompositionRef composition = schedule.plan().composition();
      return cell.read(s -> s.schedule(composition.name()))
          .filter(known -> known.plan().composition().compareTo(composition) >= 0)
          .isEmpty();
    }
    if (command instanceof Command.Entrust entrust) {
      SealedSecret secret = entrust.secret();
      return cell.secrets().stream()
          .noneMatch(s -> s.name().equals(secret.name()) && s.version() >= secret.version());
    }
    return true;
  }

  private static CompletableFuture<Long> index(Reply reply) {
    return reply instanceof Reply.Applied applied
        ? CompletableFuture.completedFuture(applied.index())
        : CompletableFuture.failedFuture(new IllegalStateException("not applied: " + reply));
  }
}
