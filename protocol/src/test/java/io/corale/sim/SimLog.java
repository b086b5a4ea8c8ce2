package io.corale.sim;

import io.corale.sim.SimMember.LogEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A replicated log on virtual time that keeps Raft's promises and no others: one leader per term,
 * committed entries stay, replicas apply them in order. Everything that Raft leaves open it does by
 * chance: what was proposed may be lost, or committed though its proposer was told otherwise, also
 * terms later; an old leader does not know that it is one; members are heard by nobody though they
 * hear; followers lag; members crash, come back from their last snapshot, or are sent the leader's.
 *
 * <p>Votes and appends are those of Raft (D. Ongaro, <i>Consensus</i>, 2014, §3), each as one step
 * of both parties; the seeds vary when they happen and between whom.
 *
 * @param <S> a snapshot; immutable
 */
public final class SimLog<S> {
  /**
   * One replica's state machine and what drives it; called one at a time, never re-entered: it must
   * not propose from within a call, where a real log would wait for itself.
   */
  public interface Replica<S> {
    /** This member was elected. */
    void lead(long term);

    /** This member has learned that it leads no more. */
    void unlead();

    /** The next committed entry. */
    void apply(long term, long index, byte[] entry);

    /** All state is replaced: by a snapshot, or by nothing where there is none. */
    void restore(Optional<S> snapshot);

    /** The process is gone with all that was not durable. */
    void crash();
  }

  /**
   * How hostile the log is.
   *
   * @param mostDelay of a vote, an append or its answer
   * @param refusedPerMille proposals that are refused before they are appended
   * @param unansweredPerMille proposals that are appended though the proposer is told they failed
   */
  public record Weather(Duration mostDelay, int refusedPerMille, int unansweredPerMille) {
    /** Quick and honest. */
    public static final Weather FAIR = new Weather(Duration.ofMillis(2), 0, 0);
  }

  /** Thrown where a real log would wait for itself for ever. */
  public static final class Reentered extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Reentered(String message) {
      super(message);
    }
  }

  /** What has happened, for the reader who asks whether a seed was worth its time. */
  public record Counts(int elections, int lostEntries, int unanswered, int restores) {}

  private static final Duration HEARTBEAT = Duration.ofMillis(50);
  private static final long ELECTION_NANOS = Duration.ofMillis(300).toNanos();

  /** Longer than an election: a slow member may lead with much left to apply. */
  private static final long SLOW_NANOS = Duration.ofMillis(1_500).toNanos();

  /** So that a follower lags by parts of what it lacks. */
  private static final int MOST_ENTRIES_AT_ONCE = 16;

  private final VirtualTime time;
  private final RandomGenerator chance;
  private final List<SimMember<S>> members = new ArrayList<>();
  private final Set<Integer> cutOff = new LinkedHashSet<>();
  private final Set<Integer> muted = new LinkedHashSet<>();
  private final Set<Integer> slow = new LinkedHashSet<>();
  private Weather weather = Weather.FAIR;
  private int elections;
  private int lostEntries;
  private int unanswered;
  private int restores;
  private boolean isCalling;

  /** A log of as many members as there are replicas; they begin to elect at once. */
  public SimLog(VirtualTime time, RandomGenerator chance, List<? extends Replica<S>> replicas) {
    this.time = time;
    this.chance = chance;
    for (Replica<S> replica : replicas) {
      members.add(new SimMember<>(members.size(), replicas.size(), replica));
    }
    members.forEach(this::awaitLeader);
  }

  public void weather(Weather now) {
    weather = now;
  }

  /** Nobody hears this member until {@link #heal}; if it leads, it goes on believing so. */
  public void cutOff(int member) {
    cutOff.add(member);
  }

  /** The others hear this member again. */
  public void reconnect(int member) {
    cutOff.remove(member);
  }

  /** This member hears the others, but what it says is lost, until {@link #heal}. */
  public void mute(int member) {
    muted.add(member);
  }

  /** This member applies what is committed long after the others, until {@link #heal}. */
  public void slowDown(int member) {
    slow.add(member);
  }

  /** Every member hears every other and keeps up. */
  public void heal() {
    cutOff.clear();
    muted.clear();
    slow.clear();
  }

  /** Ends a member's process; its log, votes and snapshots are durable. */
  public void crash(int member) {
    SimMember<S> gone = members.get(member);
    if (gone.isUp) {
      gone.isUp = false;
      gone.leads = false;
      call(gone.replica::crash);
    }
  }

  /** Begins a new process of a crashed member, from its last snapshot. */
  public void restart(int member) {
    SimMember<S> back = members.get(member);
    if (!back.isUp) {
      back.isUp = true;
      back.heardNanos = time.nowNanos();
      restore(back);
    }
  }

  private void restore(SimMember<S> member) {
    restores += member.snapshot.isPresent() ? 1 : 0;
    member.commitIndex = member.firstIndex() - 1;
    member.appliedIndex = member.commitIndex;
    call(() -> member.replica.restore(member.snapshot));
  }

  /** Lets a replica have its turn. */
  private void call(Runnable turn) {
    boolean wasCalling = isCalling;
    isCalling = true;
    turn.run();
    isCalling = wasCalling;
  }

  public boolean isUp(int member) {
    return members.get(member).isUp;
  }

  /** The member that leads the latest term, if it is up. */
  public Optional<Integer> leader() {
    return members.stream()
        .filter(m -> m.leads)
        .max((a, b) -> Long.compare(a.term, b.term))
        .map(m -> m.number);
  }

  /**
   * The member has made its state after the entry at this index durable, and purges its log up to
   * there; it may have applied more since.
   */
  public void snapshot(int member, long index, S state) {
    members.get(member).compact(index, state);
  }

  public Counts counts() {
    return new Counts(elections, lostEntries, unanswered, restores);
  }

  /**
   * Appends an entry, if this member leads, in whichever term it leads by now: a log does not know
   * in which term its proposer packed the entry. {@code refused} runs later where that did not
   * happen, {@code failed} where it may not have; a success is seen by its being applied, if at
   * all.
   */
  public void propose(int member, byte[] entry, Runnable refused, Runnable failed) {
    if (isCalling) {
      throw new Reentered("member " + member + " proposes from within a callback");
    }
    SimMember<S> leader = members.get(member);
    boolean isRefused = chance.nextInt(1_000) < weather.refusedPerMille();
    if (!leader.isUp || !leader.leads || isRefused) {
      later(refused);
      return;
    }
    leader.log.add(new LogEntry(leader.term, entry));
    if (chance.nextInt(1_000) < weather.unansweredPerMille()) {
      unanswered++;
      later(failed);
    }
    replicate(leader);
  }

  /** Has a member stand for election now; says whether it won. */
  public boolean elect(int member) {
    SimMember<S> candidate = members.get(member);
    if (!candidate.isUp || candidate.leads) {
      return false;
    }
    long term = candidate.term + 1;
    for (SimMember<S> voter : members) {
      if (hear(candidate, voter)) {
        term = Math.max(term, voter.term + 1);
      }
    }
    List<SimMember<S>> votes = new ArrayList<>();
    for (SimMember<S> voter : members) {
      if (hear(candidate, voter) && candidate.isUpToDateFor(voter)) {
        votes.add(voter);
      }
    }
    long answers = votes.stream().filter(v -> v == candidate || !isMuted(v)).count();
    if (isMuted(candidate) || answers <= members.size() / 2) {
      return false;
    }
    for (SimMember<S> voter : votes) {
      enter(voter, term);
      voter.heardNanos = time.nowNanos();
    }
    begin(candidate, term);
    return true;
  }

  private void begin(SimMember<S> leader, long term) {
    elections++;
    leader.win();
    call(() -> leader.replica.lead(term));
    heartbeat(leader, term);
  }

  private boolean hear(SimMember<S> one, SimMember<S> other) {
    boolean isCut = cutOff.contains(one.number) || cutOff.contains(other.number);
    return one == other || (one.isUp && other.isUp && !isCut);
  }

  private boolean isMuted(SimMember<S> member) {
    return muted.contains(member.number);
  }

  /** A member learns of a term; a leader of an earlier one steps down. */
  private void enter(SimMember<S> member, long term) {
    if (term > member.term) {
      boolean led = member.leads;
      member.term = term;
      member.leads = false;
      if (led) {
        call(member.replica::unlead);
      }
    }
  }

  private void awaitLeader(SimMember<S> member) {
    long patience = ELECTION_NANOS + chance.nextLong(ELECTION_NANOS);
    time.after(
        Duration.ofNanos(patience),
        () -> {
          if (member.isUp && time.nowNanos() - member.heardNanos >= patience) {
            elect(member.number);
          }
          awaitLeader(member);
        });
  }

  private void heartbeat(SimMember<S> leader, long term) {
    if (leader.leads && leader.term == term) {
      leader.heardNanos = time.nowNanos();
      replicate(leader);
      time.after(HEARTBEAT, () -> heartbeat(leader, term));
    }
  }

  private void replicate(SimMember<S> leader) {
    long term = leader.term;
    for (SimMember<S> follower : members) {
      if (!leader.appending.get(follower.number)) {
        leader.appending.set(follower.number);
        later(() -> append(leader, term, follower));
      }
    }
  }

  private void append(SimMember<S> leader, long term, SimMember<S> follower) {
    leader.appending.clear(follower.number);
    boolean isHeard = follower == leader || !isMuted(leader);
    if (!leader.leads || leader.term != term || !hear(leader, follower) || !isHeard) {
      return;
    }
    boolean isAnswered = follower == leader || !isMuted(follower);
    if (follower.term > term) {
      if (isAnswered) {
        enter(leader, follower.term);
      }
      return;
    }
    enter(follower, term);
    follower.heardNanos = time.nowNanos();
    if (follower != leader) {
      long matched = copy(leader, follower);
      if (!isAnswered) {
        return;
      }
      leader.matchIndex[follower.number] = matched;
    } else {
      leader.matchIndex[leader.number] = leader.lastIndex();
    }
    leader.advanceCommit();
    follower.commitIndex =
        Math.max(follower.commitIndex, Math.min(leader.commitIndex, leader.matchOf(follower)));
    applyLater(follower);
    applyLater(leader);
    if (leader.matchOf(follower) < leader.lastIndex()) {
      replicate(leader);
    }
  }

  /** Copies what the follower lacks, in parts; gives the index up to which the logs agree then. */
  private long copy(SimMember<S> leader, SimMember<S> follower) {
    long next = leader.firstDifference(follower);
    if (next < leader.firstIndex()) {
      follower.install(leader);
      restore(follower);
      next = follower.lastIndex() + 1;
    }
    long last = Math.min(leader.lastIndex(), next + chance.nextInt(MOST_ENTRIES_AT_ONCE));
    if (next <= leader.lastIndex()) {
      lostEntries += follower.truncateFrom(next);
    }
    for (long index = next; index <= last; index++) {
      follower.log.add(leader.at(index));
    }
    return next <= leader.lastIndex() ? last : leader.lastIndex();
  }

  private void applyLater(SimMember<S> member) {
    if (member.isUp && !member.isApplying && member.appliedIndex < member.commitIndex) {
      member.isApplying = true;
      if (slow.contains(member.number)) {
        time.after(Duration.ofNanos(chance.nextLong(SLOW_NANOS)), () -> applyNext(member));
      } else {
        later(() -> applyNext(member));
      }
    }
  }

  private void applyNext(SimMember<S> member) {
    member.isApplying = false;
    while (member.isUp && member.appliedIndex < member.commitIndex) {
      member.appliedIndex++;
      LogEntry entry = member.at(member.appliedIndex);
      if (entry.isProposal()) {
        long index = member.appliedIndex;
        call(() -> member.replica.apply(entry.term, index, entry.bytes));
      }
      if (chance.nextInt(8) == 0) {
        break;
      }
    }
    applyLater(member);
  }

  private void later(Runnable action) {
    time.after(Duration.ofNanos(chance.nextLong(weather.mostDelay().toNanos() + 1)), action);
  }
}
