package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.Member;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.node.cell.Caretaker.Role;
import io.corale.node.place.Replication.Plan;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Command.Relocated;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Membership;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.ratis.protocol.RaftPeer;
import org.junit.jupiter.api.Test;

/** Rules 27 and 28: which moves are begun, and when one is undone. */
final class MovesTest {
  private static final long SINCE_MICROS = 7;
  private static final NodeId SELF = new NodeId("a");
  private static final Duration GRACE = Duration.ofMinutes(5);
  private static final long SILENT_MILLIS = 5_000;

  private final Set<String> alive = new LinkedHashSet<>(List.of("a", "b", "c", "d"));
  private final Set<String> heard = new LinkedHashSet<>(List.of("b", "c", "d"));
  private long nowNanos = -5;
  private long cellMicros;
  private final Moves.Course course = new Moves.Course(nowNanos);
  private final Moves moves =
      new Moves(
          new Members(
              SELF,
              new MoveOverlay(() -> all().stream().map(MoveOverlay::view).toList()),
              (node, wish) -> {
                throw new AssertionError("nobody is asked");
              },
              SILENT_MILLIS),
          cell -> all(),
          GRACE,
          () -> "move-1");

  @Test
  void whoLeadsFirstHearsWhoIsThere() {
    Moves.Seen seen = seen(members("a", "b"), "a", "b");

    assertThat(moves.plan(seen, course, 0)).isEmpty();
    pass(Duration.ofSeconds(10));
    assertThat(moves.plan(seen(members("a", "b"), "a", "b"), course, 0).map(Plan::add))
        .contains(List.of(member("c")));
  }

  @Test
  void noMoveIsBegunWhereOneIsOpenOrTwoOfOthersAre() {
    pass(Duration.ofMinutes(1));

    assertThat(moves.plan(seen(moving("c", ""), "a", "b"), course, 0)).isEmpty();
    assertThat(moves.plan(seen(members("a", "b"), "a", "b"), course, 2)).isEmpty();
    assertThat(moves.plan(seen(members("a", "b"), "a", "b"), course, 1)).isPresent();
  }

  @Test
  void noMoveIsBegunBeforeAllMembersReadIt() {
    pass(Duration.ofMinutes(1));
    Moves.Seen seen = seen(members("a", "b"), "a", "b");
    Moves.Seen early =
        new Moves.Seen(
            seen.cell(), Entry.MEMBERS_FORMAT - 1, seen.company(), seen.view(), nowNanos, 0);

    assertThat(moves.plan(early, course, 0)).isEmpty();
  }

  /** Rule 28: what is left there goes first. */
  @Test
  void whoWasAMemberIsNoCandidateBeforeItIsForgotten() {
    pass(Duration.ofMinutes(1));
    Membership cleaning =
        new Membership(
            members("a", "b").members(),
            Optional.empty(),
            List.of(new Membership.Former(member("c"), 5)),
            "");

    assertThat(moves.plan(seen(cleaning, "a", "b"), course, 0).map(Plan::add))
        .contains(List.of(member("d")));
  }

  @Test
  void whomAnAdministratorRemovedStaysAwayAsLongAsItsNodeIsThere() {
    pass(GRACE.multipliedBy(3));
    moves.plan(seen(members("a", "b", "c"), "a", "b"), course, 0);
    pass(GRACE.multipliedBy(3));

    assertThat(moves.plan(seen(members("a", "b", "c"), "a", "b"), course, 0)).isEmpty();
    assertThat(moves.plan(seen(members("a", "b"), "a", "b", "c"), course, 0))
        .as("or has added")
        .isEmpty();
  }

  /** It was out of the configuration for a repair when its node went. */
  @Test
  void aMemberWhoseNodeIsGoneIsReplacedAlsoWhileItIsOut() {
    dies("c");
    pass(GRACE.multipliedBy(3));
    assertThat(moves.plan(seen(members("a", "b", "c"), "a", "b"), course, 0)).isEmpty();
    pass(GRACE);

    assertThat(moves.plan(seen(members("a", "b", "c"), "a", "b"), course, 0).flatMap(Plan::remove))
        .contains(new NodeId("c"));
  }

  @Test
  void aMemberWhoseNodeIsThereIsNotReplaced() {
    heard.remove("c");
    pass(GRACE.multipliedBy(3));

    assertThat(moves.plan(seen(members("a", "b", "c"), "a", "b", "c"), course, 0)).isEmpty();
    alive.remove("c");
    assertThat(moves.plan(seen(members("a", "b", "c"), "a", "b", "c"), course, 0)).isPresent();
  }

  @Test
  void aMoveIsUndoneWhenWhoComesIsAwayForAMinute() {
    dies("c");

    assertThat(roleOf("c", moving("c", ""), "a", "b")).isEqualTo(Role.COMES);
    pass(Duration.ofSeconds(59));
    assertThat(roleOf("c", moving("c", ""), "a", "b")).isEqualTo(Role.COMES);
    pass(Duration.ofSeconds(1));
    assertThat(roleOf("c", moving("c", ""), "a", "b")).isEqualTo(Role.GOES);
    alive.add("c");
    assertThat(roleOf("c", moving("c", ""), "a", "b")).as("it is back").isEqualTo(Role.COMES);
  }

  @Test
  void whoGoesComesAgainWhereAMoveIsUndoneAfterItsRemoval() {
    dies("c");
    roleOf("b", moving("c", "b"), "a", "d");
    pass(Duration.ofMinutes(1));

    assertThat(roleOf("b", moving("c", "b"), "a", "b", "d")).isEqualTo(Role.STAYS);
    assertThat(roleOf("b", moving("c", "b"), "a", "d")).isEqualTo(Role.COMES);
    alive.remove("b");
    assertThat(roleOf("b", moving("c", "b"), "a", "d"))
        .as("one that is away, too, is replaced later")
        .isEqualTo(Role.STAYS);
  }

  /** It was removed for its silence, and another one died before it could be. */
  @Test
  void aRemovalIsUndoneWhenWhoGoesIsBackAndCannotBeSpared() {
    assertThat(roleOf("b", moving("", "b"), "a", "b", "c")).isEqualTo(Role.GOES);
    pass(Duration.ofMinutes(1));
    assertThat(roleOf("b", moving("", "b"), "a", "b", "c")).isEqualTo(Role.STAYS);
  }

  /** It leads, and of others nobody comes. */
  @Test
  void theSuperpeerDoesNotUndoTheMoveThatBroughtIt() {
    Membership own = new Membership(members("b", "c").members(), move("a", "b"), List.of(), "");
    roleOf("b", own, "a", "b", "c");
    pass(Duration.ofMinutes(9));

    assertThat(roleOf("b", own, "a", "b", "c")).isEqualTo(Role.GOES);
  }

  @Test
  void afterEachMoveThatWasUndoneThereIsALongerPause() {
    for (long minutes : new long[] {1, 2, 4, 8, 16, 16}) {
      undo();
      pass(Duration.ofMinutes(minutes).minusNanos(1));
      assertThat(moves.plan(seen(members("a", "b"), "a", "b"), course, 0)).isEmpty();
      pass(Duration.ofNanos(1));
      assertThat(moves.plan(seen(members("a", "b"), "a", "b"), course, 0)).isPresent();
    }
  }

  /** It answers at its door, and cannot be brought up to date. */
  @Test
  void aMoveIsUndoneThatLastsTooLongWhateverIsSaid() {
    cellMicros = SINCE_MICROS + Duration.ofMinutes(10).toNanos() / 1_000 - 1;
    assertThat(roleOf("c", moving("c", ""), "a", "b")).isEqualTo(Role.COMES);
    cellMicros++;
    assertThat(roleOf("c", moving("c", ""), "a", "b")).isEqualTo(Role.GOES);
    assertThat(roleOf("c", moving("c", ""), "a", "b", "c")).as("it counts").isEqualTo(Role.COMES);
  }

  private void undo() {
    dies("c");
    roleOf("c", moving("c", ""), "a", "b");
    pass(Duration.ofMinutes(1));
    roleOf("c", moving("c", ""), "a", "b");
    Moves.Seen seen = seen(moving("c", ""), "a", "b");
    Company company = moves.company(seen, course);
    assertThat(moves.end(course, company, "move", 9, nowNanos).end())
        .isEqualTo(Relocated.End.UNDONE);
    roleOf("a", members("a", "b"), "a", "b");
  }

  private void dies(String node) {
    alive.remove(node);
    heard.remove(node);
  }

  private void pass(Duration time) {
    nowNanos += time.toNanos();
  }

  private Role roleOf(String node, Membership says, String... voters) {
    return moves.company(seen(says, voters), course).roleOf(new NodeId(node)).orElseThrow();
  }

  private Moves.Seen seen(Membership says, String... voters) {
    List<RaftPeer> peers = new ArrayList<>();
    Map<String, GroupView.Follower> followers = new LinkedHashMap<>();
    for (String node : voters) {
      peers.add(RaftHost.peer(Company.born(member(node))));
      long silent = heard.contains(node) ? 0 : GRACE.multipliedBy(2).toMillis();
      followers.put(node + "_1", new GroupView.Follower(silent, 0));
    }
    GroupView view = new GroupView(peers, List.of(), 8, true, followers);
    return new Moves.Seen(
        CellId.home(new OwnerId("acme")),
        Entry.NEWEST_FORMAT,
        Company.of(says, List.of()),
        view,
        nowNanos,
        cellMicros);
  }

  private List<BornMember> all() {
    return alive.stream().map(node -> Company.born(member(node))).toList();
  }

  private static Membership members(String... nodes) {
    List<Member> all = new ArrayList<>();
    for (String node : nodes) {
      all.add(member(node));
    }
    return new Membership(all, Optional.empty(), List.of(), "");
  }

  private static Membership moving(String add, String remove) {
    return new Membership(members("a", "b").members(), move(add, remove), List.of(), "");
  }

  private static Optional<Membership.Move> move(String add, String remove) {
    return Optional.of(
        new Membership.Move(
            "move",
            add.isEmpty() ? List.of() : List.of(member(add)),
            Optional.of(remove).filter(it -> !it.isEmpty()).map(NodeId::new),
            SINCE_MICROS));
  }

  private static Member member(String node) {
    return new Member(new Incarnation(new NodeId(node), 1), node + "_1", node + ":1");
  }
}
