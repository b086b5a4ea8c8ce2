package io.corale.node.cell;

import io.corale.model.Account;
import io.corale.model.CompositionRef;
import io.corale.model.SealedSecret;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.OwnerScheduler;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What a cell must hold before it acknowledges anything: its owner's accounts, terms, secrets and
 * compositions as they stand in the registry.
 *
 * <p>The future fails if the registry cannot be read; it is then asked again. Not older than the
 * moment of asking.
 */
@FunctionalInterface
public interface Endowment {
  /**
   * {@code Configure}, {@code Agree}, {@code Entrust}, {@code Define} and {@code Schedule}
   * commands, in the order in which they are to be applied. The cell says what it has learned of
   * them.
   */
  CompletableFuture<List<Command>> of(Cell cell);

  /** Whether a cell does not hold yet what this command would bring. */
  static boolean isNews(Cell cell, Command command) {
    if (command instanceof Command.Define define) {
      return cell.read(s -> isNews(s, define));
    }
    if (command instanceof Command.Configure configure) {
      Account account = configure.account();
      return cell.read(s -> s.accounts()).stream()
          .filter(known -> known.id().equals(account.id()))
          .allMatch(account::succeeds);
    }
    if (command instanceof Command.Schedule schedule) {
      CompositionRef composition = schedule.plan().composition();
      return cell.read(s -> s.schedule(composition.name()))
          .filter(known -> known.plan().composition().compareTo(composition) >= 0)
          .isEmpty();
    }
    if (command instanceof Command.Agree agree) {
      return cell.read(s -> s.terms().version()) < agree.terms().version();
    }
    if (command instanceof Command.Entrust entrust) {
      SealedSecret secret = entrust.secret();
      return cell.secrets().stream()
          .noneMatch(s -> s.name().equals(secret.name()) && s.version() >= secret.version());
    }
    return true;
  }

  /** Of one that a cell has known since it had no words for incidents, it can be told by now. */
  private static boolean isNews(OwnerScheduler cell, Command.Define define) {
    return cell.composition(define.composition()).isEmpty()
        || (define.wantsIncidents()
            && cell.activeFormat() >= Entry.INCIDENTS_FORMAT
            && !cell.wantIncidents(define.composition()));
  }
}
