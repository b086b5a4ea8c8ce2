package io.corale.node.discover;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CellId;
import io.corale.model.OwnerId;
import io.corale.node.cell.Cell;
import io.corale.node.registry.OwnerEntry;
import io.corale.node.registry.Registration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which accounts of the cells that are led here ask for limits. A cell in which an
 * account has another version than when its owner was read has it from the registry, so its owner
 * is read again. Thread-safe; never blocks.
 */
final class Looks {
  private static final Logger log = LoggerFactory.getLogger(Looks.class);

  /** Of cells whose accounts are looked at in one turn; the others come in the next. */
  private static final int MAX_LOOKS = 32;

  /** What cannot be read now can hardly be read in a second. */
  static final Duration AFTER_LOOKING = Duration.ofSeconds(10);

  /** What was read anew is believed, but a registry that lags says more in a while. */
  static final Duration AFTER_OLDER = Duration.ofMinutes(1);

  private final Accounts accounts;
  private final Rounds rounds;
  private final LongSupplier nanos;
  private final Clock wall;
  private final Map<CellId, List<Account>> looked = new ConcurrentHashMap<>();
  private final Map<CellId, Tried> tried = new ConcurrentHashMap<>();
  private final Set<CellId> unread = ConcurrentHashMap.newKeySet();

  /** A look after which the cell is not done with, and when the next may be. */
  private record Tried(long nanos, Duration pause) {}

  Looks(Accounts accounts, Rounds rounds, LongSupplier nanos, Clock wall) {
    this.accounts = accounts;
    this.rounds = rounds;
    this.nanos = nanos;
    this.wall = wall;
  }

  void retain(Set<CellId> led) {
    looked.keySet().retainAll(led);
    tried.keySet().retainAll(led);
    unread.retainAll(led);
  }

  /** Begins to look at those that have changed. A cell that cannot be read hides no other. */
  void begin(Collection<Cell> led, long now) {
    led.stream()
        .filter(cell -> mayLook(cell, now) && hasChanged(cell))
        .sorted(Comparator.comparingLong((Cell cell) -> sinceTried(cell, now)).reversed())
        .limit(MAX_LOOKS)
        .forEach(cell -> tryToLook(cell, now));
  }

  private boolean hasChanged(Cell cell) {
    try {
      return isOther(cell);
    } catch (RuntimeException e) {
      fail(cell, e);
      return false;
    }
  }

  private void tryToLook(Cell cell, long now) {
    try {
      look(cell, now);
    } catch (RuntimeException e) {
      fail(cell, e);
    }
  }

  private boolean isOther(Cell cell) {
    List<Account> before = looked.get(cell.id());
    List<Account> known = cell.accounts();
    return before != known // Mostly it is the same list, and each second is often.
        && (before == null || !versions(before).equals(versions(known)));
  }

  private static Map<AccountId, Long> versions(List<Account> accounts) {
    Map<AccountId, Long> versions = new TreeMap<>();
    accounts.forEach(account -> versions.put(account.id(), account.version()));
    return versions;
  }

  /** Owners whose accounts cannot be read must not keep others from their turn. */
  private boolean mayLook(Cell cell, long now) {
    Tried last = tried.get(cell.id());
    return last == null || now - last.nanos() >= last.pause().toNanos();
  }

  private long sinceTried(Cell cell, long now) {
    Tried last = tried.get(cell.id());
    return last == null ? Long.MAX_VALUE : now - last.nanos();
  }

  private void look(Cell cell, long now) {
    OwnerId owner = cell.id().owner();
    List<Account> known = cell.accounts();
    boolean isAnew = tried.put(cell.id(), new Tried(now, AFTER_LOOKING)) != null;
    if (isAnew) {
      accounts.refresh(owner); // What was read then did not do.
    }
    Instant begun = wall.instant();
    var unused =
        accounts
            .owner(owner)
            .whenComplete(
                (entry, failure) -> {
                  if (failure != null) {
                    fail(cell, failure);
                  } else if (cell.isSuperpeer()) {
                    boolean wasReadNow =
                        isAnew && entry.filter(it -> !it.readAt().isBefore(begun)).isPresent();
                    see(cell, known, entry, wasReadNow, now);
                  }
                });
  }

  private void fail(Cell cell, Throwable failure) {
    if (unread.add(cell.id())) {
      log.warn(
          "cell {}: its accounts cannot be read, and no provider is asked that was not before: {}",
          cell.id(),
          failure.toString());
    }
  }

  /**
   * The registry may answer from before the change that is looked for: this node remembers an
   * answer, all the longer while ZooKeeper is away, or a server of it lags. It may also have been
   * set back, and then it never has what the cell has. So what was read anew counts, until it is
   * read again. An owner that is not there is older than its cell, too.
   */
  private void see(
      Cell cell, List<Account> known, Optional<OwnerEntry> entry, boolean wasReadNow, long now) {
    unread.remove(cell.id());
    boolean isCurrent =
        entry
            .map(it -> known.stream().allMatch(account -> has(it, account)))
            .orElse(known.isEmpty());
    if (isCurrent) {
      entry.ifPresent(it -> warnOfOthers(cell, it));
      looked.put(cell.id(), known);
      tried.remove(cell.id());
    } else if (wasReadNow) {
      tried.put(cell.id(), new Tried(now, AFTER_OLDER));
    }
    if (isCurrent || wasReadNow) {
      rounds.know(cell.id(), asking(entry), nanos.getAsLong());
    }
  }

  private static void warnOfOthers(Cell cell, OwnerEntry entry) {
    entry.registrations().values().stream()
        .filter(it -> it.written().isPresent())
        .forEach(
            it ->
                log.warn(
                    "cell {}: another build takes something else to follow from what was declared"
                        + " and what is allowed of account {}; in force is what it says",
                    cell.id(),
                    it.id()));
  }

  private static boolean has(OwnerEntry entry, Account account) {
    Registration registered = entry.registrations().get(account.id());
    return registered != null && registered.version() >= account.version();
  }

  private static List<Account> asking(Optional<OwnerEntry> entry) {
    return entry.stream()
        .flatMap(it -> it.registrations().values().stream())
        .map(Registration::declared)
        .filter(Account::asksForLimits)
        .toList();
  }
}
