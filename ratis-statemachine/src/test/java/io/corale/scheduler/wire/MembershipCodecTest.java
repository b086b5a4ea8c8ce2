package io.corale.scheduler.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Incarnation;
import io.corale.model.Member;
import io.corale.model.NodeId;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.Membership;
import io.corale.scheduler.MembershipLog;
import io.corale.scheduler.OwnerScheduler;
import io.corale.wire.Log;
import io.corale.wire.Snapshots;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How members and moves are written, and from which format on (ADR 41). */
class MembershipCodecTest {
  private static OwnerScheduler applied(List<Entry> entries) {
    OwnerScheduler scheduler = new OwnerScheduler();
    for (int i = 0; i < entries.size(); i++) {
      scheduler.apply(entries.get(i).proposer().term(), i + 1, entries.get(i));
    }
    return scheduler;
  }

  @Test
  void everyEntryComesBackFromTheWire() {
    for (Entry entry : MembershipLog.entries()) {
      assertThat(EntryCodec.decode(EntryCodec.encode(entry))).isEqualTo(entry);
    }
  }

  /** Whatever letters names are written with. */
  @Test
  void noCommandTakesMoreThanItsSize() {
    List<Member> most = new ArrayList<>();
    for (int i = 0; i < Membership.MAX_MEMBERS; i++) {
      most.add(longest(i));
    }
    Command largest =
        new Command.Relocate(
            "-".repeat(Membership.MAX_TOKEN_CHARS),
            most,
            List.of(longest(8), longest(9)),
            Optional.of(longest(1).node()));
    List<Command> all = new ArrayList<>(List.of(largest));
    MembershipLog.entries().forEach(entry -> all.addAll(entry.commands()));
    for (Command command : all) {
      assertThat(EntryCodec.sizeBytes(command))
          .isGreaterThanOrEqualTo(CommandCodec.write(command).getSerializedSize());
    }
    assertThat(EntryCodec.sizeBytes(largest)).isLessThan(16 * 1024);
  }

  private static Member longest(int number) {
    return new Member(
        new Incarnation(new NodeId("n".repeat(62) + number), Long.MAX_VALUE),
        "\u4e2d".repeat(254) + number,
        "\u4e2d".repeat(255));
  }

  /** Rule 36: an older build would pass over it. */
  @Test
  void writesTheTwelfthFormatWhereMembersMove() throws IOException {
    for (Entry entry : MembershipLog.entries()) {
      boolean isOfMoves = entry.commands().stream().anyMatch(Command.Relocation.class::isInstance);
      boolean activates =
          entry.commands().stream().anyMatch(Command.ActivateVersion.class::isInstance);
      int version = Log.Entry.parseFrom(EntryCodec.encode(entry)).getVersion();
      assertThat(version == 12).as(entry.toString()).isEqualTo(isOfMoves || activates);
    }
  }

  /** Rule 35, at any entry. */
  @Test
  void aReplicaRestoredInTheMiddleGoesOnAsTheOthers() throws IOException {
    List<Entry> entries = MembershipLog.entries();
    OwnerScheduler steady = new OwnerScheduler();
    OwnerScheduler moved = new OwnerScheduler();
    for (int i = 0; i < entries.size(); i++) {
      long term = entries.get(i).proposer().term();
      moved = OwnerScheduler.restore(ReplicasTest.decode(ReplicasTest.encode(moved)));

      assertThat(moved.apply(term, i + 1, entries.get(i)))
          .isEqualTo(steady.apply(term, i + 1, entries.get(i)));

      assertThat(moved.membership()).isEqualTo(steady.membership());
      assertThat(ReplicasTest.encode(moved)).isEqualTo(ReplicasTest.encode(steady));
    }
    assertThat(moved.membership().move()).isPresent();
    assertThat(moved.membership().former()).hasSize(3);
  }

  /** Rule 39: a replica that has lost one differs. */
  @Test
  void theDigestTellsThem() throws IOException {
    OwnerScheduler scheduler = applied(MembershipLog.entries());
    Membership now = scheduler.membership();
    long digest = StateDigest.of(scheduler.image());

    List<Membership> others =
        List.of(
            new Membership(now.members(), Optional.empty(), now.former(), now.lastToken()),
            new Membership(now.members(), now.move(), now.former(), "another"),
            new Membership(now.members(), now.move(), now.former().subList(0, 1), now.lastToken()),
            new Membership(now.members().subList(0, 1), now.move(), now.former(), now.lastToken()));

    for (Membership other : others) {
      assertThat(StateDigest.of(with(scheduler.image(), other))).isNotEqualTo(digest);
    }
  }

  private static Image with(Image image, Membership membership) {
    Image.Header header = image.header();
    return new Image(
        new Image.Header(
            header.format(),
            header.activeFormat(),
            header.cell(),
            header.epoch(),
            header.appliedTerm(),
            header.appliedIndex(),
            header.cellTimeMicros(),
            header.executor(),
            header.lastSequence(),
            header.tailFrom(),
            header.chain(),
            header.retention(),
            header.controlled(),
            header.admission(),
            membership),
        image.definitions(),
        image.accounts(),
        image.secrets(),
        image.estimates(),
        image.invocations(),
        image.branches(),
        image.calls(),
        image.slots(),
        image.schedules(),
        image.announced(),
        image.uploads(),
        image.holds(),
        image.breakers(),
        image.incidents());
  }

  /** Nothing stands in a snapshot of those who know of none. */
  @Test
  void whatKnowsNoMovesIsWrittenAsBefore() {
    Image image = new OwnerScheduler().image();

    assertThat(SnapshotRecords.write(image.header()).hasMembership()).isFalse();
    assertThat(SnapshotRecords.read(Snapshots.Header.getDefaultInstance()).membership())
        .isEqualTo(Membership.NONE);
  }

  @Test
  void refusesAnEndThatItDoesNotKnow() {
    Log.Command wire =
        Log.Command.newBuilder()
            .setRelocated(Log.Relocated.newBuilder().setToken("a").setEndValue(7))
            .build();

    assertThatThrownBy(() -> CommandCodec.read(wire))
        .isInstanceOf(UnknownFormat.class)
        .hasMessage("unknown end of a move: 7");
  }
}
