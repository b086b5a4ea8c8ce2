package io.corale.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** One member of a {@link SimLog}: what Raft keeps of it, durable or not. */
final class SimMember<S> {
  /** An entry; without bytes it is the one with which a leader begins. */
  static final class LogEntry {
    final long term;
    final byte[] bytes;

    LogEntry(long term, byte[] bytes) {
      this.term = term;
      this.bytes = bytes;
    }

    boolean isProposal() {
      return bytes.length > 0;
    }
  }

  final int number;
  final SimLog.Replica<S> replica;

  boolean isUp = true;
  boolean leads;
  boolean isApplying;
  long term;
  long heardNanos;
  long commitIndex;
  long appliedIndex;

  final List<LogEntry> log = new ArrayList<>();
  Optional<S> snapshot = Optional.empty();
  private long snapshotIndex;
  private long snapshotTerm;

  final long[] matchIndex;
  final BitSet appending = new BitSet();

  SimMember(int number, int members, SimLog.Replica<S> replica) {
    this.number = number;
    this.replica = replica;
    this.matchIndex = new long[members];
  }

  long firstIndex() {
    return snapshotIndex + 1;
  }

  long lastIndex() {
    return snapshotIndex + log.size();
  }

  LogEntry at(long index) {
    return log.get(Math.toIntExact(index - firstIndex()));
  }

  private long termAt(long index) {
    return index == snapshotIndex ? snapshotTerm : at(index).term;
  }

  boolean isUpToDateFor(SimMember<S> voter) {
    long mine = termAt(lastIndex());
    long theirs = voter.termAt(voter.lastIndex());
    return mine > theirs || (mine == theirs && lastIndex() >= voter.lastIndex());
  }

  void win() {
    leads = true;
    Arrays.fill(matchIndex, 0);
    appending.clear();
    log.add(new LogEntry(term, new byte[0]));
  }

  long matchOf(SimMember<S> follower) {
    return matchIndex[follower.number];
  }

  /** Commits what a majority holds, once that includes an entry of the leader's own term. */
  void advanceCommit() {
    long[] sorted = matchIndex.clone();
    Arrays.sort(sorted);
    long majority = sorted[(sorted.length - 1) / 2];
    if (majority > commitIndex && termAt(majority) == term) {
      commitIndex = majority;
    }
  }

  /** The first index at which the follower does not hold what this leader holds. */
  long firstDifference(SimMember<S> follower) {
    long index = Math.min(lastIndex(), follower.lastIndex());
    while (index >= snapshotIndex
        && index > follower.snapshotIndex
        && termAt(index) != follower.termAt(index)) {
      index--;
    }
    return index + 1;
  }

  /** Drops entries; says how many proposals were lost by that. */
  int truncateFrom(long index) {
    int kept = Math.toIntExact(Math.max(0, index - firstIndex()));
    List<LogEntry> dropped = log.subList(Math.min(kept, log.size()), log.size());
    int proposals = (int) dropped.stream().filter(LogEntry::isProposal).count();
    dropped.clear();
    return proposals;
  }

  /** Keeps this state in place of the entries that led to it. */
  void compact(long upTo, S state) {
    if (upTo > appliedIndex) {
      throw new IllegalArgumentException("entry " + upTo + " is not applied yet");
    }
    if (upTo > snapshotIndex) {
      snapshotTerm = termAt(upTo);
      log.subList(0, Math.toIntExact(upTo - snapshotIndex)).clear();
      snapshotIndex = upTo;
      snapshot = Optional.of(state);
    }
  }

  /** Takes the leader's snapshot in place of its own log. */
  void install(SimMember<S> leader) {
    log.clear();
    snapshot = leader.snapshot;
    snapshotIndex = leader.snapshotIndex;
    snapshotTerm = leader.snapshotTerm;
  }
}
