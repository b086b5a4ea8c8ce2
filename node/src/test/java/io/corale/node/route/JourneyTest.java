package io.corale.node.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.gossip.ClaimView;
import io.corale.gossip.lookup.Told;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests on their way between nodes, of this build and of the one before. */
final class JourneyTest {
  private final Roads roads = new Roads(4);

  private static Door.Response refused() {
    return Door.Response.newBuilder()
        .setRefused(Common.Refusal.newBuilder().setCode(Common.Refusal.Code.NOT_FOUND))
        .build();
  }

  @Test
  void whoIsKnownToLeadIsReachedInOneHop() {
    roads.lead(2);
    roads.believes(0, roads.leads(2, 1));

    assertThat(roads.request(0).hasDone()).isTrue();
    assertThat(roads.asked()).containsExactly("n2");
  }

  @Test
  void aStaleHitIsFollowedAndTheNextRequestKnows() {
    roads.lead(2);
    roads.believes(0, roads.leads(1, 1));
    roads.believes(1, roads.leads(2, 2));

    assertThat(roads.request(0).hasDone()).isTrue();
    assertThat(roads.asked()).containsExactly("n1", "n2");
    assertThat(roads.request(0).hasDone()).isTrue();
    assertThat(roads.asked()).containsExactly("n1", "n2", "n2");
  }

  @Test
  void nodesThatPointAtEachOtherAreAskedOnceEach() {
    roads.believes(0, roads.leads(1, 3));
    roads.believes(1, roads.leads(2, 3));
    roads.believes(2, roads.leads(1, 3));

    roads.send(0);

    assertThat(roads.asked()).containsExactly("n1");
    assertThat(roads.isAnswered()).isFalse();
  }

  @Test
  void aRefusalIsFinalAndNobodyElseIsAsked() {
    roads.lead(1);
    roads.answersThere(refused());
    roads.believes(0, roads.leads(1, 1), roads.follows(2));

    assertThat(roads.request(0).hasRefused()).isTrue();
    assertThat(roads.asked()).containsExactly("n1");
  }

  /** It may have been done, and so nobody else is asked at once; the same is asked again later. */
  @Test
  void anAnswerThatLeavesOpenWhatWasDoneIsWaitedFor() {
    roads.lead(1);
    roads.answersThere(Roads.UNKNOWN);
    roads.believes(0, roads.leads(1, 1), roads.follows(2));

    roads.send(0);

    assertThat(roads.asked()).containsExactly("n1");
    roads.answersThere(Roads.DONE);
    roads.passTime();
    assertThat(roads.isAnswered()).isTrue();
    assertThat(roads.asked()).containsExactly("n1", "n1");
  }

  @Test
  void aMemberHandsOnWhereWhoLeadsIsOutOfReach() {
    roads.lead(2);
    roads.believes(0, roads.leads(2, 1), roads.follows(1));
    roads.believes(1, roads.leads(2, 1));
    roads.cut(0, 2);

    assertThat(roads.request(0).hasDone()).isTrue();
    assertThat(roads.asked()).containsExactly("n2", "n1", "n1", "n2");
  }

  /** Some of its members were away, until another node had it born elsewhere. */
  @Test
  void theRecordOfABirthThatFailsTwiceIsReadUntilSomebodyServes() {
    roads.born(1, 1, 2);
    roads.send(0);
    roads.passTime(25);
    assertThat(roads.isAnswered()).isFalse();
    assertThat(roads.recordsRead()).isEqualTo(3);

    roads.born(2, 3);
    roads.lead(3);
    roads.passTime(12);

    assertThat(roads.isAnswered()).isTrue();
  }

  @Test
  void roundsThatLeaveOpenWhatWasDoneCountForTheRecord() {
    roads.lead(1);
    roads.answersThere(Roads.UNKNOWN);
    roads.believes(0, roads.leads(1, 1));
    roads.born(1, 1, 2);

    roads.send(0);
    roads.passTime(10);

    assertThat(roads.recordsRead()).isEqualTo(1);
  }

  /** Elections do not notice that ZooKeeper is away, so whoever waits for one does not either. */
  @Test
  void aRegistryThatNeverAnswersKeepsNobodyFromANewSuperpeer() {
    roads.believes(0, roads.leads(1, 1));
    roads.silenceRegistry();
    roads.send(0);
    roads.passTime(15);
    assertThat(roads.isAnswered()).isFalse();

    roads.lead(1);
    roads.passTime();

    assertThat(roads.isAnswered()).isTrue();
  }

  /** Its words leave open what was done, and are no reason not to ask the others. */
  @Test
  void aMemberOfTheBuildBeforeThatFollowsNobodyHidesNobody() {
    roads.isOfFormerBuild(1);
    roads.lead(2);
    roads.believes(0, roads.follows(1), roads.follows(2));

    assertThat(roads.request(0).hasDone()).isTrue();
    assertThat(roads.asked()).containsExactly("n1", "n2");
  }

  @Test
  void thatNothingWasDoneIsSaidOnByWhoHandsOn() {
    roads.believes(1, roads.leads(2, 1));

    Door.Response answer = roads.ask(1, true, roads.envelope().setHops(1));

    assertThat(roads.asked()).containsExactly("n2");
    assertThat(answer.getUnknown().getNothingDone()).isTrue();
  }

  @Test
  void thatSomethingMayHaveBeenDoneIsNotForgottenByWhoHandsOn() {
    roads.believes(1, roads.leads(2, 1), roads.follows(3));
    roads.cut(1, 2);

    Door.Response answer = roads.ask(1, true, roads.envelope().setHops(1));

    assertThat(roads.asked()).containsExactly("n2", "n3");
    assertThat(answer.hasUnknown()).isTrue();
    assertThat(answer.getUnknown().getNothingDone()).isFalse();
  }

  /** Others hear of it by its first append, which may be before its own cell is told. */
  @Test
  void whoHasWonAndDoesNotKnowItYetDeniesNothing() {
    roads.win(1);
    roads.believes(0, roads.leads(1, 1), roads.follows(2));
    roads.send(0);
    assertThat(roads.asked()).containsExactly("n1", "n2");

    roads.lead(1);
    roads.passTime();

    assertThat(roads.isAnswered()).isTrue();
    assertThat(roads.asked()).containsExactly("n1", "n2", "n1");
  }

  /** A node of the build before does not follow by itself: it is served as it was. */
  @Test
  void whoDoesNotSayWhatItHasSeenIsHandedOn() {
    roads.lead(2);
    roads.believes(1, roads.leads(2, 1));

    Door.Response answer = roads.ask(1, true, roads.envelope().setHops(1));

    assertThat(answer.hasDone()).isTrue();
    assertThat(answer.getKnownList()).isEmpty();
    assertThat(roads.asked()).containsExactly("n2");
  }

  @Test
  void whoSaysWhatItHasSeenIsToldWhoLeads() {
    roads.believes(1, roads.leads(2, 2), roads.leads(3, 1));

    Door.Response answer =
        roads.ask(
            1,
            true,
            roads
                .envelope()
                .setHops(1)
                .setSeen(Door.ClaimRank.newBuilder().setEpoch(1).setTerm(1)));

    assertThat(answer.getUnknown().getNothingDone()).isTrue();
    assertThat(answer.getKnownList())
        .extracting(known -> known.getNode().getNode())
        .containsExactly("n2");
    assertThat(roads.asked()).isEmpty();
  }

  @Test
  void whoLeadsSaysByWhichClaimWhereTheAskerKnewAnother() {
    roads.lead(1);
    Door.Envelope.Builder seen =
        roads.envelope().setHops(1).setSeen(Door.ClaimRank.getDefaultInstance());

    assertThat(roads.ask(1, true, seen).getKnownList())
        .containsExactly(
            KnownClaims.write(
                new Told(
                    new ClaimView(new Incarnation(new NodeId("n1"), 1), Roads.CELL, 1, 1, 0, true),
                    "n1:2")));
  }

  @Test
  void aClientThatPretendsToBeANodeLearnsNothing() {
    roads.lead(2);
    roads.believes(1, roads.leads(2, 1));
    Door.Envelope.Builder seen =
        roads.envelope().setHops(1).setSeen(Door.ClaimRank.getDefaultInstance());

    assertThat(roads.ask(1, false, seen).getKnownList()).isEmpty();
  }

  @Test
  void whatMakesNoSenseInAnAnswerIsNoHint() {
    Door.KnownClaim.Builder good = KnownClaims.write(roads.told(2, 2)).toBuilder();
    Door.Response response =
        Door.Response.newBuilder()
            .addKnown(good)
            .addKnown(good.clone().setDoorAddress(""))
            .addKnown(good.clone().setRank(Door.ClaimRank.newBuilder().setTerm(-1)))
            .addKnown(good.clone().setNode(Common.Incarnation.getDefaultInstance()))
            .build();

    assertThat(KnownClaims.of(Roads.CELL, response)).isEqualTo(List.of(roads.told(2, 2)));
  }
}
