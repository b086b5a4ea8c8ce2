package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.wire.Gossips;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Of claims about one cell, which is believed first. */
final class DirectoryTest {
  private static final CellId CELL = CellId.home(new OwnerId("acme"));

  private static ClaimView claim(int node, long epoch, long term, long index, boolean leads) {
    Incarnation incarnation = new Incarnation(new NodeId("n" + node), 1);
    return new ClaimView(incarnation, CELL, epoch, term, index, leads);
  }

  private static List<ClaimView> ordered(ClaimView... claims) {
    return Stream.of(claims).sorted(new Directory(node -> false).order()).toList();
  }

  @Test
  void aLeaderComesBeforeAllFollowersOfItsEpochWhateverTermTheySay() {
    ClaimView leader = claim(1, 1, 4, 10, true);
    ClaimView ofThisBuild = claim(2, 1, 0, 12, false);
    ClaimView ofAFormerBuild = claim(3, 1, 5, 11, false);

    assertThat(ordered(ofAFormerBuild, ofThisBuild, leader))
        .containsExactly(leader, ofThisBuild, ofAFormerBuild);
  }

  @Test
  void leadersAreOrderedByEpochThenTermThenConfiguration() {
    ClaimView oldest = claim(1, 1, 9, 90, true);
    ClaimView older = claim(2, 2, 3, 80, true);
    ClaimView former = claim(3, 2, 4, 70, true);
    ClaimView latest = claim(4, 2, 4, 71, true);

    assertThat(ordered(oldest, older, former, latest))
        .containsExactly(latest, former, older, oldest);
  }

  /** It lost the election and has not noticed; its configuration may be the later one. */
  @Test
  void theTrueLeaderComesBeforeADeposedOneWhateverConfigurationThatOneHasHeardOf()
      throws Exception {
    Directory directory = new Directory(node -> false);
    for (ClaimView each : List.of(claim(1, 1, 4, 12, true), claim(2, 1, 5, 9, true))) {
      Member member =
          new Member(each.node(), 1, Gossips.NodeRecord.getDefaultInstance(), new Room(), 0);
      directory.put(member, entry(each), 0);
    }

    assertThat(directory.leader(CELL).orElseThrow().node().node()).isEqualTo(new NodeId("n2"));
  }

  private static Gossips.Entry entry(ClaimView claim) {
    Gossips.Claim content =
        Gossips.Claim.newBuilder()
            .setOwner(claim.cell().owner().value())
            .setEpoch(claim.epoch())
            .setTerm(claim.term())
            .setConfiguration(claim.configuration())
            .setLeads(claim.leads())
            .build();
    return Gossips.Entry.newBuilder()
        .setSlot(1)
        .setVersion(1)
        .setContent(content.toByteString())
        .build();
  }

  @Test
  void aFollowerOfALaterBirthComesBeforeTheLeaderOfAnEarlierOne() {
    ClaimView leader = claim(1, 1, 9, 90, true);
    ClaimView follower = claim(2, 2, 0, 1, false);

    assertThat(ordered(leader, follower)).containsExactly(follower, leader);
  }
}
