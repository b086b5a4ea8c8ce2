package io.corale.node.registry;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CompositionRef;
import io.corale.model.OwnerId;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that is registered of an owner, but for the sources of its compositions.
 *
 * @param registrations its accounts, as they stand there
 * @param readAt when ZooKeeper said so, by this node's clock
 */
public record OwnerEntry(
    OwnerId owner,
    SortedMap<AccountId, Registration> registrations,
    SortedSet<CompositionRef> compositions,
    Instant readAt) {
  public OwnerEntry {
    registrations = Collections.unmodifiableSortedMap(new TreeMap<>(registrations));
    compositions = Collections.unmodifiableSortedSet(new TreeSet<>(compositions));
  }

  /** The accounts as cells get them. */
  public SortedMap<AccountId, Account> accounts() {
    SortedMap<AccountId, Account> accounts = new TreeMap<>();
    registrations.forEach((id, registration) -> accounts.put(id, registration.inForce()));
    return Collections.unmodifiableSortedMap(accounts);
  }
}
