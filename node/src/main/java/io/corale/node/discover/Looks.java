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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Finds out which accounts of the cells that are led here ask for limits. A cell in which an
 * account has another version than when its owner was read has it from the registry, so its owner
 * is read again. Thread-safe; never blocks.
 */
final class Looks {
  /** Of cells whose accounts are looked at in one turn; the others come in the next. */
  private static final int MAX_LOOKS = 32;

  /** What cannot be read now can hardly be read in a second. */
  static final Duration AFTER_LOOKING = Duration.ofSeconds(10);

  private final Accounts accounts;
  private final Rounds rounds;
  private final LongSupplier nanos;
  private final Clock wall;
  private final Map<CellId, List<Account>> looked = new ConcurrentHashMap<>();
  private final Map<CellId, Long> tried = new ConcurrentHashMap<>();

  Looks(Accounts accounts, Rounds rounds, LongSupplier nanos, Clock wall) {
    this.accounts = accounts;
    this.rounds = rounds;
    this.nanos = nanos;
    this.wall = wall;
  }

  void retain(Set<CellId> led) {
    looked.keySet().retainAll(led);
    tried.keySet().retainAll(led);
  }

  /** Begins to look at those that have changed. */
  void begin(Collection<Cell> led, long now) {
    led.stream()
        .filter(cell -> mayLook(cell, now))
        .filter(this::hasChanged)
        .limit(MAX_LOOKS)
        .forEach(cell -> look(cell, now));
  }

  private boolean hasChanged(Cell cell) {
    List<Account> before = looked.get(cell.id());
    return before == null || !versions(before).equals(versions(cell.accounts()));
  }

  private static Map<AccountId, Long> versions(List<Account> accounts) {
    Map<AccountId, Long> versions = new TreeMap<>();
    accounts.forEach(account -> versions.put(account.id(), account.version()));
    return versions;
  }

  /** Owners whose accounts cannot be read must not keep others from their turn. */
  private boolean mayLook(Cell cell, long now) {
    Long last = tried.get(cell.id());
    return last == null || now - last >= AFTER_LOOKING.toNanos();
  }

  private void look(Cell cell, long now) {
    OwnerId owner = cell.id().owner();
    List<Account> known = cell.accounts();
    if (tried.put(cell.id(), now) != null) {
      accounts.refresh(owner); // What was read then did not do.
    }
    Instant begun = wall.instant();
    var unused =
        accounts
            .owner(owner)
            .whenComplete(
                (entry, failure) -> {
                  if (failure == null && cell.isSuperpeer() && isCurrent(entry, known, begun)) {
                    looked.put(cell.id(), known);
                    tried.remove(cell.id());
                    rounds.know(cell.id(), asking(entry), nanos.getAsLong());
                  }
                });
  }

  /**
   * The registry may answer from before the change that is looked for, all the longer while
   * ZooKeeper is away; what it reads anew is true, also where it was set back.
   */
  private static boolean isCurrent(Optional<OwnerEntry> entry, List<Account> known, Instant begun) {
    return entry.isEmpty()
        || !entry.get().readAt().isBefore(begun)
        || known.stream().allMatch(account -> has(entry.get(), account));
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
