package io.corale.gossip;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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

  /** Until then a first node waits for its seeds before it believes that it is the first. */
  static final long ALONE_MICROS = 3 * Micros.SECOND;

  private final List<String> seeds;
  private final Set<String> synced = new LinkedHashSet<>();
  private final Set<String> failed = new LinkedHashSet<>();
  private String ownDoor = "";
  private long startedAt = Long.MIN_VALUE;
  private long askedAt = Long.MIN_VALUE;
  private int nextSeed;

  Joining(List<String> seeds) {
    this.seeds = seeds;
  }

  void ownDoor(String address) {
    ownDoor = address;
  }

  List<String> others() {
    return seeds.stream().filter(seed -> !seed.equals(ownDoor)).distinct().toList();
  }

  /** All that this seed holds is held here as well. */
  void synced(String address) {
    synced.add(address);
  }

  void failed(String address) {
    failed.add(address);
  }

  /** Whether all was heard that there is to hear at first. */
  boolean isDone(long now) {
    List<String> others = others();
    int wanted = Math.min(ENOUGH_SEEDS, others.size());
    long answered = others.stream().filter(synced::contains).count();
    if (answered >= wanted) {
      return true;
    }
    boolean allTried = others.stream().allMatch(s -> synced.contains(s) || failed.contains(s));
    boolean hasWaited = startedAt != Long.MIN_VALUE && now - startedAt >= ALONE_MICROS;
    return hasWaited || (answered > 0 && allTried);
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
    boolean isDone = isDone(now);
    long wait = isDone ? STRANGER_MICROS : AGAIN_MICROS;
    if (askedAt != Long.MIN_VALUE && now - askedAt < wait) {
      return List.of();
    }
    askedAt = now;
    List<String> others = new ArrayList<>(others());
    if (isDone) {
      others.removeIf(isHere);
      return one(others).stream().toList();
    }
    others.removeIf(synced::contains);
    return others;
  }

  private Optional<String> one(List<String> strangers) {
    return strangers.isEmpty()
        ? Optional.empty()
        : Optional.of(strangers.get(Math.floorMod(nextSeed++, strangers.size())));
  }
}
