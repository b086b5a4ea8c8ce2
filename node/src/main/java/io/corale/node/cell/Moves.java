package io.corale.node.cell;

import io.corale.model.CellId;
import io.corale.model.Member;
import io.corale.model.NodeId;
import io.corale.node.cell.Caretaker.Role;
import io.corale.node.place.Replication;
import io.corale.node.place.Replication.Seat;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Membership;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Decides which moves are begun, and when one is undone, for the cells that this node leads (ADR
 * 41). Touches nothing; confined to the caretaker's thread.
 */
final class Moves {
  /** Who leads first hears who is there. */
  private static final Duration SETTLING = Duration.ofSeconds(10);

  /** A node that was only started again is back by then. */
  private static final Duration HOPE = Duration.ofMinutes(1);

  /** After a move that was undone, doubled with each; the same nodes may be chosen again. */
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private static final int MOST_DOUBLINGS = 4;

  /** Then who comes cannot be brought up to date, whatever it says. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** Each sends all that a cell has to another node. */
  private static final int MOST_AT_ONCE = 2;

  private final Members members;
  private final Function<CellId, List<BornMember>> candidates;
  private final Duration grace;
  private final Supplier<String> tokens;

  /**
   * What this node sees of a cell that it leads.
   *
   * @param format that is active in it
   * @param company as its log has it
   * @param cellMicros the cell's own time
   */
  record Seen(
      CellId cell, int format, Company company, GroupView view, long nowNanos, long cellMicros) {}

  /** What this node remembers of a cell that it leads, or led before and may again. */
  static final class Course {
    private String token = "";

    /** Since when it knows of the move of that token. */
    private long sinceNanos;

    private boolean isUndoing;
    private OptionalLong hopelessSinceNanos = OptionalLong.empty();
    private long notBeforeNanos;

    /** Since when a member is away that is not in the configuration, by its Raft peer. */
    private final Map<String, Long> outSinceNanos = new LinkedHashMap<>();

    private int undone;

    /** Who was to come in moves that were undone: others are rather chosen. */
    private final Set<NodeId> failed = new LinkedHashSet<>();

    Course(long nowNanos) {
      this.notBeforeNanos = nowNanos + SETTLING.toNanos();
    }
  }

  /**
   * @param candidates the nodes alive, the best for a cell first
   * @param grace after so long a silence a member is replaced
   * @param tokens names moves; never gives one twice
   */
  Moves(
      Members members,
      Function<CellId, List<BornMember>> candidates,
      Duration grace,
      Supplier<String> tokens) {
    this.members = members;
    this.candidates = candidates;
    this.grace = grace;
    this.tokens = tokens;
  }

  /**
   * Who belongs to a cell, and what becomes of whom: the other way round in a move that is undone.
   */
  Company company(Seen seen, Course course) {
    Company company = seen.company;
    Optional<Membership.Move> move = company.move();
    String token = move.map(Membership.Move::token).orElse("");
    if (!course.token.equals(token)) {
      course.token = token;
      course.sinceNanos = seen.nowNanos;
      course.isUndoing = false;
      course.hopelessSinceNanos = OptionalLong.empty();
    }
    course.isUndoing = move.isPresent() && isToBeUndone(seen, course);
    return course.isUndoing ? company.undoing(it -> isOut(it, seen)) : company;
  }

  /** One that is away as well stays what the log says; it is replaced later. */
  private boolean isOut(BornMember member, Seen seen) {
    return !seen.view.hasVoter(member.raftPeer()) && members.isThere(member, seen.format);
  }

  /**
   * One who comes is away for too long; or nobody comes in the place of who goes, and that one is
   * back, and cannot be spared.
   */
  private boolean isToBeUndone(Seen seen, Course course) {
    List<BornMember> coming = seen.company.with(Role.COMES);
    boolean isHopeless =
        coming.isEmpty()
            ? seen.company.with(Role.GOES).stream().anyMatch(it -> members.isHeard(it, seen.view))
            : members.others(coming).stream()
                .anyMatch(
                    it -> !members.isThere(it, seen.format) && !members.isHeard(it, seen.view));
    if (isTooOld(seen, course, coming)) {
      return true;
    }
    if (!isHopeless) {
      course.hopelessSinceNanos = OptionalLong.empty();
      return false;
    }
    if (course.hopelessSinceNanos.isEmpty()) {
      course.hopelessSinceNanos = OptionalLong.of(seen.nowNanos);
    }
    return seen.nowNanos - course.hopelessSinceNanos.getAsLong() >= HOPE.toNanos();
  }

  /** Whether one who comes is being brought up to date, and has been for too long. */
  boolean isStagedTooLong(Seen seen, Course course) {
    List<BornMember> coming = members.others(seen.company.with(Role.COMES));
    return coming.stream().anyMatch(it -> seen.view.isStaging(it.raftPeer()))
        && isTooOld(seen, course, coming);
  }

  /**
   * By the cell's own time, which goes on whoever leads, but stands still in a cell at rest; or by
   * what this node has seen of it.
   */
  private static boolean isTooOld(Seen seen, Course course, List<BornMember> coming) {
    Optional<Membership.Move> move = seen.company.move();
    long cellNanos = move.map(it -> (seen.cellMicros - it.sinceMicros()) * 1_000).orElse(0L);
    boolean isKnown = move.filter(it -> it.token().equals(course.token)).isPresent();
    long ownNanos = isKnown ? seen.nowNanos - course.sinceNanos : 0;
    return coming.stream().anyMatch(it -> !seen.view.hasVoter(it.raftPeer()))
        && Math.max(cellNanos, ownNanos) >= LONGEST.toNanos();
  }

  /** How the open move ends, now that its configuration is committed at this index. */
  Command.Relocated end(Course course, Company company, String token, long index, long nowNanos) {
    if (course.isUndoing) {
      company.with(Role.GOES).forEach(it -> course.failed.add(it.incarnation().node()));
      long pause = PAUSE.toNanos() << Math.min(course.undone, MOST_DOUBLINGS);
      course.undone++;
      course.notBeforeNanos = nowNanos + pause;
      return new Command.Relocated(token, Command.Relocated.End.UNDONE, index);
    }
    course.undone = 0;
    return new Command.Relocated(token, Command.Relocated.End.DONE, index);
  }

  /**
   * The move that a cell needs, if it does and may have one now.
   *
   * @param open how many there are of cells that this node leads
   */
  Optional<Replication.Plan> plan(Seen seen, Course course, int open) {
    boolean mayBegin =
        seen.company.move().isEmpty()
            && open < MOST_AT_ONCE
            && seen.nowNanos - course.notBeforeNanos >= 0
            && seen.format >= Entry.MEMBERS_FORMAT
            && isAsTheLogSays(seen);
    if (!mayBegin) {
      return Optional.empty();
    }
    List<Seat> seats = new ArrayList<>();
    for (BornMember each : seen.company.members()) {
      seats.add(new Seat(Company.member(each), silence(each, seen, course)));
    }
    if (!Replication.isDue(seats, Births.REPLICAS, grace)) {
      return Optional.empty();
    }
    List<Member> free =
        candidates.apply(seen.cell).stream()
            .filter(it -> members.isThere(it, seen.format))
            .filter(it -> !isFormer(it, seen.company))
            .sorted(Comparator.comparing(it -> course.failed.contains(it.incarnation().node())))
            .map(Company::member)
            .toList();
    return Replication.next(seats, free, Births.REPLICAS, grace);
  }

  /**
   * Rule 28: what is left there goes first, and nobody is told to leave any more who comes: that
   * word could come late.
   */
  private static boolean isFormer(BornMember candidate, Company company) {
    return company.roleOf(candidate.incarnation().node()).filter(Role.GONE::equals).isPresent();
  }

  /**
   * Whom an administrator has added or removed by hand is left to the administrator, as long as its
   * node is there.
   */
  private boolean isAsTheLogSays(Seen seen) {
    List<String> named = seen.company.members().stream().map(BornMember::raftPeer).toList();
    return seen.view.listeners().isEmpty()
        && seen.view.voters().stream().allMatch(it -> named.contains(it.getId().toString()))
        && seen.company.members().stream()
            .allMatch(
                it -> seen.view.hasVoter(it.raftPeer()) || !members.isThere(it, Entry.BASE_FORMAT));
  }

  /** One whose node is there is not given up: its replica may be on its way back. */
  private Duration silence(BornMember member, Seen seen, Course course) {
    boolean isSelf = members.others(List.of(member)).isEmpty();
    boolean isVoter = seen.view.hasVoter(member.raftPeer());
    if (isVoter || members.isThere(member, Entry.BASE_FORMAT)) {
      course.outSinceNanos.remove(member.raftPeer());
    }
    if (isSelf || members.isHeard(member, seen.view)) {
      return Duration.ZERO;
    }
    if (members.isThere(member, Entry.BASE_FORMAT)) {
      return Duration.ofMillis(1);
    }
    if (!isVoter) {
      // Its node went while it was out of the configuration, to come back to it.
      long since = course.outSinceNanos.computeIfAbsent(member.raftPeer(), it -> seen.nowNanos);
      return Duration.ofNanos(seen.nowNanos - since).plusMillis(1);
    }
    return Duration.ofMillis(
        seen.view.follower(member.raftPeer()).map(it -> it.silentMillis()).orElse(1L));
  }

  /** The first entry of that move. */
  Command.Relocate begin(Company company, Replication.Plan plan) {
    return new Command.Relocate(
        tokens.get(),
        company.members().stream().map(Company::member).toList(),
        plan.add(),
        plan.remove());
  }
}
