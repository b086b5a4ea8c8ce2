package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.sim.Chance;
import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DisputesTest {
  private final Disputes disputes = new Disputes(new Chance(1).of("disputes"));

  @Test
  void whoeverHoldsSomethingElseUnderOneVersionIsReasonToAskTheWriter() {
    Member held = member(1, 3);

    disputes.look(held, holding(3, held.shelf().contents()), 0);
    Optional<Member> bySame = disputes.due(0);
    disputes.look(held, holding(3, held.shelf().contents() + 1), 0);

    assertThat(bySame).isEmpty();
    assertThat(disputes.due(0)).contains(held);
    assertThat(disputes.due(60 * Micros.SECOND)).as("once").isEmpty();
  }

  /** Another version is for an ordinary comparison, and what is on its way beyond a gap is news. */
  @Test
  void whatIsOnItsWayIsNoDispute() {
    Member held = member(1, 3);
    Member ahead = member(2, 3);
    ahead.shelf().put(entry(1, 5), 0);

    disputes.look(held, holding(2, 7), 0);
    disputes.look(ahead, holding(3, 7), 0);

    assertThat(disputes.due(0)).isEmpty();
  }

  /** One that says it of all others must not set this node on them. */
  @Test
  void oneWriterIsAskedAtATimeAndEachOneInTheEnd() {
    List<Member> asked = new ArrayList<>();

    for (long second = 0; second < 60; second++) {
      for (int number = 1; number <= 3; number++) {
        disputes.look(member(number, 3), holding(3, 7), 0);
      }
      disputes.due(second * Micros.SECOND).ifPresent(asked::add);
    }

    assertThat(asked).hasSize(30);
    assertThat(asked)
        .extracting(member -> member.incarnation().node().value())
        .contains("n1", "n2", "n3");
  }

  private static Member member(int number, int entries) {
    Incarnation incarnation = new Incarnation(new NodeId("n" + number), 1);
    Member member =
        new Member(incarnation, number, Gossips.NodeRecord.getDefaultInstance(), new Room(), 0);
    for (int slot = 0; slot < entries; slot++) {
      member.shelf().put(entry(slot, slot + 1), 0);
    }
    return member;
  }

  private static Gossips.Entry entry(int slot, long version) {
    return Gossips.Entry.newBuilder()
        .setSlot(slot)
        .setVersion(version)
        .setContent(ByteString.copyFromUtf8("content " + version))
        .build();
  }

  private static Gossips.Holdings holding(long version, int contents) {
    return Gossips.Holdings.newBuilder().addVersions(version).addContents(contents).build();
  }
}
