package io.corale.gossip.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.gossip.ClaimView;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The way of a request to who leads, question by question (rule 1). */
final class TrailTest {
  private static final CellId CELL = CellId.home(new OwnerId("acme"));
  private static final NodeId SELF = new NodeId("n0");

  private final List<ClaimView> believed = new ArrayList<>();
  private final Set<String> strangers = new LinkedHashSet<>();
  private final Learned learned = new Learned(() -> 0);
  private final Sight sight =
      new Sight() {
        @Override
        public List<ClaimView> claims(CellId cell) {
          return believed;
        }

        @Override
        public Optional<String> door(NodeId node) {
          return strangers.contains(node.value()) ? Optional.empty() : Optional.of(node + ":2");
        }
      };

  private Trail trail = new Trail(SELF, CELL, Set.of());
  private Own own = new Own.Absent();

  private static ClaimView leads(int node, long epoch, long term) {
    return new ClaimView(life(node), CELL, epoch, term, 1, true);
  }

  private static ClaimView follows(int node, long epoch) {
    return new ClaimView(life(node), CELL, epoch, 0, 0, false);
  }

  private static Incarnation life(int node) {
    return new Incarnation(new NodeId("n" + node), 1);
  }

  private static Told told(ClaimView claim) {
    return new Told(claim, claim.node().node() + ":2");
  }

  private Step next() {
    return trail.next(own, sight, learned);
  }

  private void asks(int node, Step.Why why) {
    assertThat(next())
        .isInstanceOfSatisfying(
            Step.Ask.class,
            ask -> {
              assertThat(ask.claim().node()).isEqualTo(life(node));
              assertThat(ask.why()).isEqualTo(why);
            });
  }

  private void denied(ClaimView... knows) {
    trail.denied(List.of(knows).stream().map(TrailTest::told).toList(), learned);
  }

  @Test
  void aFreshClaimTakesOneHop() {
    believed.addAll(List.of(leads(1, 1, 4), follows(2, 1)));

    asks(1, Step.Why.CLAIM);
  }

  @Test
  void aStaleHitIsFollowedToAGreaterClaim() {
    believed.addAll(List.of(leads(1, 1, 4), follows(2, 1)));
    asks(1, Step.Why.CLAIM);

    denied(leads(3, 1, 5));

    asks(3, Step.Why.CLAIM);
  }

  /** Two nodes that point at each other would send it to and fro. */
  @Test
  void aClaimThatIsNoGreaterIsNotFollowed() {
    believed.add(leads(1, 2, 4));
    asks(1, Step.Why.CLAIM);

    denied(leads(2, 2, 4), leads(3, 1, 9));

    asks(2, Step.Why.MEMBER);
    denied();
    asks(3, Step.Why.MEMBER);
    denied();
    assertThat(next()).isInstanceOf(Step.Wait.class);
  }

  @Test
  void aGreaterEpochCountsMoreThanAnyTerm() {
    believed.add(leads(1, 1, 9));
    asks(1, Step.Why.CLAIM);

    denied(leads(2, 2, 1));

    asks(2, Step.Why.CLAIM);
  }

  @Test
  void noMoreThanThreeClaimsAreFollowed() {
    believed.addAll(List.of(leads(1, 1, 1), follows(9, 1)));
    for (int hop = 1; hop <= 3; hop++) {
      asks(hop, Step.Why.CLAIM);
      denied(leads(hop + 1, 1, hop + 1));
    }

    asks(4, Step.Why.MEMBER);
    denied();
    asks(9, Step.Why.MEMBER);
    denied();
    assertThat(next()).isInstanceOf(Step.Wait.class);
  }

  /** Members know of an election before gossip does. */
  @Test
  void membersAreAskedWhereTheLeaderIsNotKnown() {
    believed.addAll(List.of(follows(1, 1), follows(2, 1)));
    asks(1, Step.Why.MEMBER);

    denied(leads(3, 1, 2));

    asks(3, Step.Why.CLAIM);
  }

  @Test
  void aMemberIsToHandOnWhereALeaderIsOutOfReach() {
    believed.addAll(List.of(leads(1, 1, 4), follows(2, 1)));
    asks(1, Step.Why.CLAIM);

    trail.unreachable(learned);

    asks(2, Step.Why.MEMBER);
    denied();
    asks(2, Step.Why.BEYOND);
    trail.waits(List.of(), learned);
    assertThat(next()).isInstanceOf(Step.Wait.class);
  }

  /** Each of them asks all others in its turn. */
  @Test
  void noMoreThanTwoMembersAreAskedToHandOn() {
    believed.addAll(List.of(leads(1, 1, 4), follows(2, 1), follows(3, 1), follows(4, 1)));
    asks(1, Step.Why.CLAIM);
    trail.unreachable(learned);
    for (int member = 2; member <= 4; member++) {
      asks(member, Step.Why.MEMBER);
      denied();
    }

    asks(4, Step.Why.BEYOND);
    trail.waits(List.of(), learned);
    asks(3, Step.Why.BEYOND);
    trail.waits(List.of(), learned);
    assertThat(next()).isInstanceOf(Step.Wait.class);
  }

  @Test
  void whoWasAskedToHandOnAsksNobodyToDoSo() {
    believed.addAll(List.of(leads(1, 1, 4), follows(2, 1)));
    trail.staysWithinReach();
    asks(1, Step.Why.CLAIM);
    trail.unreachable(learned);

    asks(2, Step.Why.MEMBER);
    denied();
    assertThat(next()).isInstanceOf(Step.Wait.class);
  }

  @Test
  void whoCouldNotBeReachedAMomentAgoIsNotAskedAtOnce() {
    believed.addAll(List.of(leads(1, 1, 4), follows(2, 1)));

    trail = new Trail(SELF, CELL, Set.of(life(1).node()));

    asks(2, Step.Why.MEMBER);
    denied();
    asks(2, Step.Why.BEYOND);
  }

  @Test
  void whatRaftSaysOfALaterTermCountsMoreThanGossip() {
    believed.addAll(List.of(leads(1, 1, 4), follows(0, 1)));
    own = new Own.Follows(Optional.of(leads(2, 1, 5)));

    asks(2, Step.Why.CLAIM);
  }

  @Test
  void whatWasDeniedIsAskedLastUntilItsNodeClaimsMore() {
    believed.addAll(List.of(leads(1, 1, 4), follows(2, 1)));
    asks(1, Step.Why.CLAIM);
    denied();

    trail = new Trail(SELF, CELL, Set.of());
    asks(2, Step.Why.MEMBER);
    denied();
    asks(1, Step.Why.MEMBER);

    believed.set(0, leads(1, 1, 6));
    trail = new Trail(SELF, CELL, Set.of());
    asks(1, Step.Why.CLAIM);
  }

  @Test
  void whatOneRequestWasToldSparesTheNextOneTheHop() {
    believed.add(leads(1, 1, 4));
    asks(1, Step.Why.CLAIM);
    denied(leads(3, 1, 5));

    trail = new Trail(SELF, CELL, Set.of());

    asks(3, Step.Why.CLAIM);
  }

  @Test
  void whoHasServedIsBelievedAgain() {
    believed.addAll(List.of(leads(1, 1, 4), follows(2, 1)));
    asks(1, Step.Why.CLAIM);
    denied();
    trail = new Trail(SELF, CELL, Set.of());
    asks(2, Step.Why.MEMBER);
    denied();
    asks(1, Step.Why.MEMBER);
    trail.served(Optional.empty(), learned);

    trail = new Trail(SELF, CELL, Set.of());

    asks(1, Step.Why.CLAIM);
  }

  @Test
  void whoIsToldOfAndWasNeverHeardOfIsAskedAtTheDoorThatWasTold() {
    strangers.add("n3");
    believed.add(leads(1, 1, 4));
    asks(1, Step.Why.CLAIM);

    denied(leads(3, 1, 5));

    assertThat(next())
        .isInstanceOfSatisfying(Step.Ask.class, ask -> assertThat(ask.door()).isEqualTo("n3:2"));
  }

  @Test
  void whomTheBirthRecordNamesIsAskedBeforeMembersOfAnEarlierBirth() {
    believed.add(follows(1, 1));
    trail.hint(told(follows(2, 2)));

    asks(2, Step.Why.MEMBER);
  }

  @Test
  void membersOfALaterBirthAreAskedBeforeWhomAnEarlierRecordNamed() {
    believed.add(follows(1, 2));
    trail.hint(told(follows(2, 1)));

    asks(1, Step.Why.MEMBER);
  }

  @Test
  void theBirthRecordDecidesWhereNobodyClaimsAnything() {
    assertThat(next()).isInstanceOf(Step.Nobody.class);
    own = new Own.Silent();
    assertThat(next()).isInstanceOf(Step.Wait.class);
  }

  @Test
  void whoLeadsAsksNobody() {
    believed.add(leads(1, 9, 9));
    own = new Own.Leads();

    assertThat(next()).isInstanceOf(Step.Here.class);
  }

  /** The birth of its group may have been given up, which it cannot know without ZooKeeper. */
  @Test
  void whoTakesOverAsksOnlyWhoStandsAboveItself() {
    own = new Own.TakesOver(new Rank(1, 5, 1));
    believed.addAll(List.of(leads(1, 1, 4), follows(2, 1)));
    assertThat(next()).isInstanceOf(Step.Wait.class);

    believed.add(0, follows(3, 2));

    asks(3, Step.Why.MEMBER);
  }

  @Test
  void anAnswerThatNobodyAskedForIsABug() {
    assertThatThrownBy(() -> trail.denied(List.of(), learned))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nobody was asked");
  }
}
