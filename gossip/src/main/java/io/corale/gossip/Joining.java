package io.corale.gossip;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Begins to know the others: takes all that two seeds hold, before anything is concluded from not
 * having heard of it. Later it keeps asking seeds that nobody here knows, so that two halves of a
 * network which have never met find each other.
 */
final class Joining {
  private static final int ENOUGH_SEEDS = 2;

  private static final long AGAIN_MICROS = Micros.SECOND;
  private static final long STRANGER_MICROS = 5 * Micros.SECOND;

  /** A seed that was here so recently is on its way back, rather than gone. */
  private static final long RECENT_MICROS = 60 * Micros.SECOND;

  /** Until then a first node waits for its seeds before it believes that it is the first. */
  static final long ALONE_MICROS = 3 * Micros.SECOND;

  /** However much a seed has to tell, or whatever keeps it from telling, a node begins by then. */
  static final long MOST_MICROS = 60 * Micros.SECOND;

  /** What came last of a seed. */
  private enum Outcome {
    /** No answer, or none that is of use. */
    FAILED,
    /** It has answered, and there is more. */
    TELLING,
    /** All that it holds is held here as well. */
    SYNCED
  }

  private final List<String> seeds;
  private final boolean hasLivedBefore;
  private final Map<String, Outcome> outcomes = new LinkedHashMap<>();

  /** Addresses by which others are known here under another one. */
  private final Map<String, Long> names = new LinkedHashMap<>();

  /** When a seed was here last, and when it was asked last while it was not. */
  private final Map<String, Long> hereAt = new LinkedHashMap<>();

  private final Map<String, Long> missedAt = new LinkedHashMap<>();

  private final Set<String> own = new LinkedHashSet<>();
  private long startedAt = Long.MIN_VALUE;
  private long askedAt = Long.MIN_VALUE;
  private boolean wasDone;

  /**
   * @param hasLivedBefore whether this node's disk knows of a life before this one
   */
  Joining(List<String> seeds, boolean hasLivedBefore) {
    this.seeds = new ArrayList<>(seeds);
    this.hasLivedBefore = hasLivedBefore;
  }

  void ownDoor(String address) {
    own.add(address);
  }

  List<String> others() {
    return seeds.stream().filter(seed -> !own.contains(seed)).distinct().toList();
  }

  /** Whether this is one of the addresses that it was told to begin with. */
  private boolean isSeed(String address) {
    return seeds.contains(address);
  }

  /** All that this seed holds is held here as well. */
  void synced(String address) {
    put(address, Outcome.SYNCED);
  }

  void failed(String address) {
    put(address, Outcome.FAILED);
  }

  /** It tells what it holds, but has not told all of it yet. */
  void telling(String address) {
    put(address, Outcome.TELLING);
  }

  /**
   * Somebody who has heard what others hold has told it by itself: for who has nobody else to ask
   * that one is a seed from now on.
   *
   * @param hasMore whether that was not all of it
   */
  void toldBy(String address, boolean hasMore) {
    if (!wasDone && others().isEmpty() && !own.contains(address)) {
      seeds.add(address);
      put(address, hasMore ? Outcome.TELLING : Outcome.SYNCED);
    }
  }

  private void put(String address, Outcome outcome) {
    if (isSeed(address)) {
      outcomes.put(address, outcome);
    }
  }

  /** The life of this number has answered there, whatever it calls its door itself. */
  void answered(String address, long life) {
    if (isSeed(address)) {
      names.put(address, life);
    }
  }

  /** This life of whose door that is; empty where nobody has answered there. */
  Optional<Long> lifeAt(String address) {
    return Optional.ofNullable(names.get(address));
  }

  /** Whether all was heard that there is to hear at first; what comes later is news. */
  boolean isDone(long now) {
    wasDone = wasDone || isEnough(now);
    return wasDone;
  }

  private boolean isEnough(long now) {
    List<String> others = others();
    long waited = startedAt == Long.MIN_VALUE ? 0 : now - startedAt;
    if (others.isEmpty()) {
      return !hasLivedBefore || waited >= ALONE_MICROS;
    }
    long synced = count(others, Outcome.SYNCED);
    if (synced >= Math.min(ENOUGH_SEEDS, others.size())) {
      return true;
    }
    boolean isAnyTelling = count(others, Outcome.TELLING) > 0;
    boolean haveAllAnswered = synced + count(others, Outcome.FAILED) == others.size();
    return waited >= MOST_MICROS
        || (!isAnyTelling && (waited >= ALONE_MICROS || (synced > 0 && haveAllAnswered)));
  }

  private long count(List<String> others, Outcome outcome) {
    return others.stream().filter(seed -> outcomes.get(seed) == outcome).count();
  }

  /**
   * The seeds to ask now.
   *
   * @param isHere whether this is the door of somebody who is known and present
   */
  List<String> due(Predicate<String> isHere, long now) {
    if (startedAt == Long.MIN_VALUE) {
      startedAt = now;
    }
    if (askedAt != Long.MIN_VALUE && now - askedAt < AGAIN_MICROS) {
      return List.of();
    }
    askedAt = now;
    if (isDone(now)) {
      return stranger(isHere, now).stream().toList();
    }
    List<String> others = new ArrayList<>(others());
    others.removeIf(seed -> outcomes.get(seed) == Outcome.SYNCED);
    return others;
  }

  /** That seed of those whose turn it is again which was not asked for longest. */
  private Optional<String> stranger(Predicate<String> isHere, long now) {
    List<String> strangers = new ArrayList<>();
    for (String seed : others()) {
      if (isHere.test(seed)) {
        hereAt.put(seed, now);
      } else if (now - askedAt(seed) >= patience(seed, now)) {
        strangers.add(seed);
      }
    }
    Optional<String> stranger = strangers.stream().min(Comparator.comparingLong(this::askedAt));
    stranger.ifPresent(seed -> missedAt.put(seed, now));
    return stranger;
  }

  private long askedAt(String stranger) {
    return missedAt.getOrDefault(stranger, startedAt);
  }

  private long patience(String stranger, long now) {
    boolean isRecent = now - hereAt.getOrDefault(stranger, startedAt) < RECENT_MICROS;
    return isRecent ? AGAIN_MICROS : STRANGER_MICROS;
  }
}
