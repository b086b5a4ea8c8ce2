package io.corale.scheduler;

import io.corale.model.NodeId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * When a superpeer has the replicas of its cell compared, and what it tells them of it (rule 39): a
 * check in the log, at which each measures itself, and a verdict with all that were heard of.
 *
 * <p>The verdict waits for every member; one that is slow, or away, holds it up for {@link
 * #PATIENCE}, and judges itself when it gets there. There is one check at a time: the next waits
 * for the verdict on the last.
 */
final class Checks {
  /**
   * The first check of a term comes after so many entries: an election often follows on a restart,
   * and an idle cell must not write for this alone.
   */
  static final int FIRST_AFTER = 16;

  /** Measuring takes a worker as long as a snapshot. */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  /** So often members may differ, and the rest be silent, before that is the last word. */
  static final int MOST_DOUBTS = 3;

  /**
   * No replica is so far ahead of its superpeer; who says so is mad, and would be believed last.
   */
  private static final long MOST_AHEAD = 1_000_000;

  private final int every;
  private final Map<NodeId, Measured> measured = new LinkedHashMap<>();
  private Set<NodeId> members = Set.of();

  /** Entries of the term so far. */
  private long entries;

  private long lastIndex;
  private boolean isDue;

  /** The check that awaits its verdict; 0 for none. */
  private long open;

  private long openedNanos;

  /** Verdicts in a row that left open who is right. */
  private int doubts;

  /**
   * @param every at each multiple of so many entries of the log, and soon after a term has begun
   */
  Checks(int every) {
    this.every = every;
  }

  /** A term begins; what an earlier one has asked for is not told any more. */
  void begin() {
    entries = 0;
    isDue = false;
    open = 0;
    measured.clear();
  }

  /** These are the members of the group now. */
  void members(Set<NodeId> now) {
    members = new LinkedHashSet<>(now);
    measured.keySet().retainAll(members);
  }

  /** An entry of the term was applied; says whether a check is to be proposed. */
  boolean applied(long index, Entry entry, long nowNanos) {
    boolean isMultiple = index / every > lastIndex / every;
    lastIndex = index;
    entries++;
    isDue |= isMultiple || entries == FIRST_AFTER;
    if (entry.commands().contains(new Command.Check())) {
      open = index;
      openedNanos = nowNanos;
      isDue = false;
    }
    boolean isNow = isDue && open == 0;
    isDue &= !isNow;
    return isNow;
  }

  /** The check that is due could not be proposed now: it is due after the next entry. */
  void postponed() {
    isDue = true;
  }

  /** What a member has measured, perhaps before this node applied that check. */
  void measured(NodeId member, Measured what) {
    Measured known = measured.get(member);
    if (members.contains(member)
        && what.index() <= lastIndex + MOST_AHEAD
        && (known == null || known.index() < what.index())) {
      measured.put(member, what);
    }
  }

  /** What is to be told of the open check, once. */
  Optional<Command.Verdict> verdict(long nowNanos) {
    if (open == 0) {
      return Optional.empty();
    }
    Map<NodeId, Long> digests = new LinkedHashMap<>();
    measured.forEach(
        (node, what) -> {
          if (what.index() == open) {
            digests.put(node, what.digest());
          }
        });
    boolean isOver = nowNanos - openedNanos >= PATIENCE.toNanos();
    if (digests.size() < members.size() && !isOver) {
      return Optional.empty();
    }
    long index = open;
    open = 0;
    if (digests.size() < 2) {
      return Optional.empty();
    }
    Command.Verdict verdict =
        new Command.Verdict(index, members.size(), doubts + 1 >= MOST_DOUBTS, digests);
    doubts = verdict.leavesDoubt() ? doubts + 1 : 0;
    isDue |= doubts > 0;
    return Optional.of(verdict);
  }

  /** When the patience with those who have not answered is over; empty where none is awaited. */
  OptionalLong atNanos() {
    return open == 0 ? OptionalLong.empty() : OptionalLong.of(openedNanos + PATIENCE.toNanos());
  }
}
