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
 * @param readAt when ZooKeeper said so, by this node's clock
 */
public record OwnerEntry(
    OwnerId owner,
    SortedMap<AccountId, Account> accounts,
    SortedSet<CompositionRef> compositions,
    Instant readAt) {
  public OwnerEntry {
    accounts = Collections.unmodifiableSortedMap(new TreeMap<>(accounts));
    compositions = Collections.unmodifiableSortedSet(new TreeSet<>(compositions));
  }
}
