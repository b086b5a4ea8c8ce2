package io.corale.scheduler.simulated;

import io.corale.model.Account;
import io.corale.model.ScopeLimit;
import io.corale.scheduler.DispatchOrder;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Image;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Slot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Watches what superpeers have started and not seen (rule 12): where one loses the cell it is a
 * quarter of each scope at most, or one; and what waits for nothing else has an entry coming.
 */
final class Tails {
  private final Judge judge;
  private final SimLimits limits;
  private final List<Account> accounts;

  /** Up to which entry each executor has been told what it started. */
  private final Map<Executor, Long> seen = new LinkedHashMap<>();

  /** The numbers of its entries that it has not seen applied, nor fail. */
  private final Map<Executor, SortedSet<Long>> underWay = new LinkedHashMap<>();

  /** Its last entry failed: it packs no other for a moment. */
  private final Map<Executor, Boolean> pauses = new LinkedHashMap<>();

  private int held;

  Tails(Judge judge, SimLimits limits, List<Account> accounts) {
    this.judge = judge;
    this.limits = limits;
    this.accounts = accounts;
  }

  /** How often calls waited for nothing but the next entry, when all else was at rest. */
  int held() {
    return held;
  }

  void packed(Entry entry) {
    entriesOf(entry.proposer()).add(entry.sequence());
    pauses.put(entry.proposer(), false);
  }

  void failed(Entry entry) {
    entriesOf(entry.proposer()).remove(entry.sequence());
    pauses.put(entry.proposer(), true);
  }

  /** This executor has been told what an entry of its term has led to. */
  void saw(Executor executor, long index, Entry entry) {
    seen.merge(executor, index, Math::max);
    if (entry.proposer().equals(executor)) {
      entriesOf(executor).headSet(entry.sequence() + 1).clear();
    }
  }

  private SortedSet<Long> entriesOf(Executor executor) {
    return underWay.computeIfAbsent(executor, each -> new TreeSet<>());
  }

  /** This superpeer has done all that there is for it to do; its replica is like this. */
  void rests(Executor superpeer, OwnerScheduler scheduler) {
    boolean isItsOwn =
        scheduler.executor().equals(Optional.of(superpeer))
            && scheduler.appliedTerm() == superpeer.term();
    if (!isItsOwn || pauses.getOrDefault(superpeer, false) || !judge.listensTo(Check.TAIL)) {
      return;
    }
    Image image = scheduler.image();
    if (image.header().tailFrom() > 0
        && accounts.stream()
            .map(account -> limits.configured(account, image))
            .anyMatch(account -> DispatchOrder.isHeldByTail(account, image))) {
      held++;
      judge.require(
          Check.TAIL,
          !entriesOf(superpeer).isEmpty(),
          () -> "calls wait for the next entry of " + superpeer + ", which packs none");
    }
  }

  /** The cell of this executor was taken over; this is the state then. */
  void takenOver(Executor executor, Image image) {
    long seenIndex = seen.getOrDefault(executor, 0L);
    for (Account account : accounts) {
      Map<String, Optional<String>> parents = new TreeMap<>();
      account.scopes().forEach(s -> parents.put(s.scope(), s.parent()));
      Map<String, Integer> unseen = new TreeMap<>();
      for (Slot slot : image.slots()) {
        boolean isUnseen =
            slot.executor().equals(executor)
                && slot.startedIndex() > seenIndex
                && slot.account().equals(account.id());
        Optional<String> scope = isUnseen ? Optional.of(slot.scope()) : Optional.empty();
        while (scope.isPresent()) {
          unseen.merge(scope.get(), 1, Integer::sum);
          scope = parents.getOrDefault(scope.get(), Optional.empty());
        }
      }
      for (ScopeLimit limit : account.scopes()) {
        int there = unseen.getOrDefault(limit.scope(), 0);
        judge.require(
            Check.TAIL,
            there <= Math.max(1, limit.concurrency() / 4),
            () -> executor + " has started " + there + " unseen of " + limit);
      }
    }
  }
}
