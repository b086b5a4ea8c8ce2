package io.corale.node.place;

import io.corale.model.Member;
import io.corale.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides which members a cell should have, for as long as it lives: as many as outlive the loss of
 * a node, on nodes that are there, and rather on different hosts (DESIGN §8).
 *
 * <p>Three rules, the first that says anything counts:
 *
 * <ol>
 *   <li>A cell of one gets two more at once, never one: of two members the death of either stops
 *       the cell, where that of one member stopped it in half of the cases.
 *   <li>A cell of fewer than it should have gets one more.
 *   <li>A member that has been silent for longer than the grace time is removed, once there is one
 *       who can take its place; then the second rule says who. Were that one added first, three of
 *       four would have to agree, and the loss of one more stop the cell for good.
 * </ol>
 *
 * <p>Nothing is said while a member is silent that is not to be replaced yet: whoever is added
 * counts for the majority from that moment on, and there is none to spare.
 */
public final class Replication {
  /**
   * A member of today.
   *
   * @param silent for how long it has given no sign of life, by the superpeer's clock; zero while
   *     it does, and for the superpeer itself
   */
  public record Seat(Member member, Duration silent) {
    boolean isSilent() {
      return !silent.isZero();
    }
  }

  /**
   * What is to be done.
   *
   * @param add who becomes a member, up to two
   * @param remove who is none any more
   * @param why in words that follow on the name of the cell
   */
  public record Plan(List<Member> add, Optional<NodeId> remove, String why) {
    public Plan {
      add = List.copyOf(add);
    }
  }

  private Replication() {}

  /**
   * The next change of the members, if one is due.
   *
   * @param seats all members
   * @param candidates nodes that are alive and could hold a replica, members among them or not, the
   *     best first
   * @param wanted how many members there should be
   * @param grace after so long a silence a member is replaced
   */
  public static Optional<Plan> next(
      List<Seat> seats, List<Member> candidates, int wanted, Duration grace) {
    List<Seat> silent = seats.stream().filter(Seat::isSilent).toList();
    if (seats.size() < wanted) {
      int more = seats.size() == 1 ? wanted - 1 : 1;
      List<Member> add = choose(seats, candidates, more);
      return silent.isEmpty() && add.size() == more
          ? Optional.of(
              new Plan(
                  add, Optional.empty(), "has %d of %d members".formatted(seats.size(), wanted)))
          : Optional.empty();
    }
    if (silent.size() != 1 || silent.get(0).silent().compareTo(grace) < 0) {
      return Optional.empty();
    }
    Seat lost = silent.get(0);
    List<Seat> staying = seats.stream().filter(seat -> !seat.equals(lost)).toList();
    List<Member> others =
        candidates.stream().filter(it -> !it.node().equals(lost.member().node())).toList();
    List<Member> add = choose(staying, others, 1);
    return add.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Plan(
                List.of(),
                Optional.of(lost.member().node()),
                "has not heard of "
                    + lost.member().node()
                    + " for "
                    + lost.silent().toSeconds()
                    + " s"));
  }

  /** So many, if there are; those first whose host has no replica yet. */
  private static List<Member> choose(List<Seat> seats, List<Member> candidates, int count) {
    List<Member> taken = new ArrayList<>(seats.stream().map(Seat::member).toList());
    List<Member> chosen = new ArrayList<>();
    while (chosen.size() < count) {
      Optional<Member> next =
          candidates.stream()
              .filter(it -> taken.stream().noneMatch(other -> isSame(it, other)))
              .min(
                  Comparator.comparing(
                      it -> taken.stream().anyMatch(other -> host(other).equals(host(it)))));
      if (next.isEmpty()) {
        return chosen;
      }
      taken.add(next.get());
      chosen.add(next.get());
    }
    return chosen;
  }

  private static boolean isSame(Member one, Member other) {
    return one.node().equals(other.node()) || one.raftPeer().equals(other.raftPeer());
  }

  private static String host(Member member) {
    String address = member.raftAddress();
    return address.substring(0, Math.max(0, address.lastIndexOf(':')));
  }
}
