package io.corale.gossip.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.gossip.ClaimView;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What answers have taught, and what a node tells of it. */
final class LearnedTest {
  private static final CellId CELL = cell(0);
  private long nanos;
  private final Learned learned = new Learned(() -> nanos);

  private static CellId cell(int number) {
    return CellId.home(new OwnerId("owner-" + number));
  }

  private static Told leads(CellId cell, int node, long term) {
    Incarnation life = new Incarnation(new NodeId("n" + node), 1);
    return new Told(new ClaimView(life, cell, 1, term, 1, true), "n" + node + ":2");
  }

  @Test
  void theGreatestThatWasToldIsKept() {
    learned.told(leads(CELL, 1, 5));
    learned.told(leads(CELL, 2, 4));

    assertThat(learned.leader(CELL)).contains(leads(CELL, 1, 5));
  }

  @Test
  void whatIsDeniedIsForgottenAndNotBelievedAgain() {
    learned.told(leads(CELL, 1, 5));

    learned.denied(leads(CELL, 1, 5).claim());
    learned.told(leads(CELL, 1, 4));

    assertThat(learned.leader(CELL)).isEmpty();
    assertThat(learned.isDenied(leads(CELL, 1, 5).claim())).isTrue();
    assertThat(learned.isDenied(leads(CELL, 1, 6).claim())).isFalse();
    assertThat(learned.isDenied(leads(CELL, 2, 5).claim())).isFalse();
  }

  @Test
  void aBoundedNumberOfCellsIsRememberedThoseAskedForLast() {
    for (int i = 0; i <= Learned.MOST_CELLS; i++) {
      learned.told(leads(cell(i), 1, 5));
      assertThat(learned.leader(CELL)).isPresent();
    }

    assertThat(learned.size()).isEqualTo(Learned.MOST_CELLS);
    assertThat(learned.leader(cell(1))).isEmpty();
  }

  /** Who was asked had won, and did not know it yet. */
  @Test
  void whatWasDeniedIsBelievedAgainAfterAWhile() {
    learned.denied(leads(CELL, 1, 5).claim());
    nanos = Learned.DENIAL_NANOS - 1;
    assertThat(learned.isDenied(leads(CELL, 1, 5).claim())).isTrue();

    nanos++;
    assertThat(learned.isDenied(leads(CELL, 1, 5).claim())).isFalse();

    learned.denied(leads(CELL, 1, 5).claim());
    assertThat(learned.isDenied(leads(CELL, 1, 5).claim())).isTrue();
  }

  @Test
  void denialsOfACellAreBounded() {
    for (int node = 0; node <= Learned.MOST_DENIALS; node++) {
      learned.denied(leads(CELL, node, 5).claim());
    }

    assertThat(learned.isDenied(leads(CELL, 0, 5).claim())).isFalse();
    assertThat(learned.isDenied(leads(CELL, 1, 5).claim())).isTrue();
  }

  /** What the asker has followed already is no news, and what was denied here is no use. */
  @Test
  void aSignpostNamesLeadersAboveWhatWasSeenAndAllMembers() {
    Incarnation third = new Incarnation(new NodeId("n3"), 1);
    ClaimView member = new ClaimView(third, CELL, 1, 0, 0, false);
    ClaimView denied = leads(CELL, 4, 9).claim();
    learned.denied(denied);
    learned.told(leads(CELL, 5, 7));
    List<ClaimView> believed =
        List.of(denied, leads(CELL, 1, 6).claim(), leads(CELL, 2, 5).claim(), member);
    Sight sight =
        new Sight() {
          @Override
          public List<ClaimView> claims(CellId cell) {
            return believed;
          }

          @Override
          public Optional<String> door(NodeId node) {
            return Optional.of(node + ":2");
          }
        };

    List<Told> told =
        Signpost.of(new NodeId("n9"), CELL, new Rank(1, 5, 1), new Own.Absent(), sight, learned);

    assertThat(told)
        .containsExactly(leads(CELL, 5, 7), leads(CELL, 1, 6), new Told(member, "n3:2"));
  }
}
