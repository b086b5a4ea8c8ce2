package io.corale.gossip.lookup;

import io.corale.gossip.ClaimView;
import io.corale.model.CellId;
import io.corale.model.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What answers have taught of who leads, beyond what gossip has brought by now: claims that were
 * told, and claims that turned out to hold no more. Of a bounded number of cells, those asked for
 * last. Not thread-safe.
 *
 * <p>A claim that was denied is believed again once its node claims more, or after a while; until
 * then the node is asked last, and not never. For it may lead again without our having heard of it,
 * or have denied in the moment between Raft's word to others that it has won and that to itself.
 */
public final class Learned {
  /** Many more than change within the second that gossip needs. */
  static final int MOST_CELLS = 4_096;

  /** All members of a cell. */
  static final int MOST_DENIALS = 9;

  /** Gossip has brought what is right by then; what it brings stands for that long against it. */
  static final long DENIAL_NANOS = 2_000_000_000L;

  private final LongSupplier nanos;
  private final Map<CellId, Lesson> lessons = new LinkedHashMap<>(16, 0.75f, true);

  private record Denial(Rank rank, long atNanos) {
    boolean isOf(ClaimView claim, long nanos) {
      return !Rank.of(claim).isAbove(rank) && nanos - atNanos < DENIAL_NANOS;
    }
  }

  private static final class Lesson {
    Optional<Told> leader = Optional.empty();
    final Map<NodeId, Denial> denied = new LinkedHashMap<>(4);

    boolean denies(ClaimView claim, long nanos) {
      Denial denial = denied.get(claim.node().node());
      return denial != null && denial.isOf(claim, nanos);
    }
  }

  /**
   * @param nanos the time, from any beginning
   */
  public Learned(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Somebody tells of a claim. */
  public void told(Told told) {
    if (!told.claim().leads() || isDenied(told.claim())) {
      return;
    }
    Lesson lesson = lesson(told.claim().cell());
    Rank rank = Rank.of(told.claim());
    if (lesson.leader.filter(known -> !rank.isAbove(Rank.of(known.claim()))).isEmpty()) {
      lesson.leader = Optional.of(told);
    }
  }

  /** Who makes this claim says that it does not lead. */
  public void denied(ClaimView claim) {
    if (!claim.leads()) {
      return;
    }
    Lesson lesson = lesson(claim.cell());
    NodeId node = claim.node().node();
    long now = nanos.getAsLong();
    if (!lesson.denies(claim, now)) {
      lesson.denied.remove(node);
      if (lesson.denied.size() == MOST_DENIALS) {
        lesson.denied.remove(lesson.denied.keySet().iterator().next());
      }
      lesson.denied.put(node, new Denial(Rank.of(claim), now));
    }
    lesson.leader = lesson.leader.filter(known -> !lesson.denies(known.claim(), now));
  }

  /** Who makes this claim could not be reached, so it is no better than what gossip brings. */
  public void unreachable(ClaimView claim) {
    Lesson lesson = lessons.get(claim.cell());
    if (lesson != null) {
      lesson.leader = lesson.leader.filter(known -> !known.claim().node().equals(claim.node()));
    }
  }

  /** This node has served a request for the cell, whatever was denied before. */
  public void served(CellId cell, NodeId node) {
    Lesson lesson = lessons.get(cell);
    if (lesson != null) {
      lesson.denied.remove(node);
    }
  }

  /** The greatest claim to lead that was told and not denied since. */
  public Optional<Told> leader(CellId cell) {
    Lesson lesson = lessons.get(cell);
    return lesson == null ? Optional.empty() : lesson.leader;
  }

  /** Whether who makes this claim has said that it does not hold. */
  public boolean isDenied(ClaimView claim) {
    Lesson lesson = lessons.get(claim.cell());
    return lesson != null && lesson.denies(claim, nanos.getAsLong());
  }

  int size() {
    return lessons.size();
  }

  private Lesson lesson(CellId cell) {
    Lesson known = lessons.get(cell);
    if (known != null) {
      return known;
    }
    if (lessons.size() == MOST_CELLS) {
      lessons.remove(lessons.keySet().iterator().next());
    }
    Lesson fresh = new Lesson();
    lessons.put(cell, fresh);
    return fresh;
  }
}
