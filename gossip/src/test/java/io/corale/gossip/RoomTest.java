package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.wire.Common;
import io.corale.wire.Gossips;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Whatever others say, a node keeps so much of it and no more. */
final class RoomTest {
  private static final String CLUSTER = "test";
  private static final int LARGE = 8_000;
  private static final int WRITERS = 20;
  private static final int SLOTS = 300;

  @Test
  void oneWriterCannotTakeTheRoomOfAll() {
    GossipCore core = core();
    meet(core, 1);

    fill(core, 1);

    long most = Room.MAX_WRITER_BYTES - Room.MAX_WRITER_BYTES / Room.RESERVE;
    assertThat(core.room().bytes()).isBetween(most - 9_000, most + 500);
    assertThat(core.tally().noRoom()).isEqualTo(SLOTS - (core.room().entries() - 2));
  }

  @Test
  void allWritersTogetherCannotTakeMoreThanThereIs() {
    GossipCore core = core();
    for (int writer = 1; writer <= WRITERS; writer++) {
      meet(core, writer);
      fill(core, writer);
    }

    long most = Room.MAX_BYTES - Room.MAX_BYTES / Room.RESERVE;
    assertThat(core.room().bytes()).isBetween(most - 9_000, most + WRITERS * 100L);
    assertThat(core.beliefs().nodes(20)).as("who is there is known").hasSize(WRITERS + 1);
  }

  /** It was refused as one that is lacking, so whoever compares tells it again. */
  @Test
  void whatWasRefusedIsTakenOnceThereIsRoom() {
    GossipCore core = core();
    meet(core, 1);
    fill(core, 1);
    int held = core.room().entries();

    say(core, 1, entry(1, 1, 10_000, 1));
    say(core, 1, entry(1, SLOTS, SLOTS + 1, LARGE));

    assertThat(core.room().entries()).isEqualTo(held + 1);
  }

  /** A claim to lead is larger than one to follow. */
  @Test
  void whoHasALittleMoreToSayThanBeforeIsHeardHoweverFullItIs() {
    GossipCore core = core();
    meet(core, 1);
    fill(core, 1);
    long refused = core.tally().noRoom();
    for (int slot = SLOTS + 1; core.tally().noRoom() == refused; slot++) {
      say(core, 1, entry(1, slot, slot + 1, 20));
    }
    refused = core.tally().noRoom();

    say(core, 1, entry(1, 1, 10_000, LARGE + 90));
    say(core, 1, entry(1, 2, 10_001, LARGE + 90));

    assertThat(core.tally().noRoom()).isEqualTo(refused);
  }

  @Test
  void partsOfLoadsNeedRoomAndLoadsDoNot() {
    Room room = new Room();
    Lossy lossy = new Lossy(room);
    while (room.isFor(100, 0)) {
      room.take(Room.MAX_WRITER_BYTES / 64);
    }
    Gossips.Latest load =
        Gossips.Latest.newBuilder()
            .setKind(Gossips.Latest.Kind.LOAD)
            .setVersion(1)
            .setContent(ByteString.copyFrom(new byte[Room.MAX_WRITER_BYTES / 64]))
            .build();

    assertThat(lossy.hasRoomFor(load)).isTrue();
    assertThat(
            lossy.hasRoomFor(
                load.toBuilder().setKind(Gossips.Latest.Kind.LOAD_PART).setPart(1).build()))
        .isFalse();
  }

  @Test
  void whatAFormerLifeHeldIsFreeAgain() {
    GossipCore core = core();
    meet(core, 1);
    fill(core, 1);

    meet(core, 1, 2);

    assertThat(core.room().entries()).as("its own, and that of the later life").isEqualTo(2);
    assertThat(core.room().bytes()).isLessThan(500);
  }

  private static void meet(GossipCore core, int number) {
    meet(core, number, 1);
  }

  private static void meet(GossipCore core, int number, long boot) {
    Gossips.NodeRecord record =
        Gossips.NodeRecord.newBuilder()
            .setCluster(CLUSTER)
            .setDoorAddress("n" + number + ":1")
            .setNode(Common.Incarnation.newBuilder().setNode("n" + number).setBoot(boot))
            .build();
    long life = Life.of(CLUSTER, new Incarnation(new NodeId("n" + number), boot));
    say(
        core,
        number,
        entry(number, 0, 1, 0).toBuilder()
            .setWriter(life)
            .setContent(record.toByteString())
            .build());
  }

  private static void fill(GossipCore core, int number) {
    for (int slot = 1; slot <= SLOTS; slot++) {
      say(core, number, entry(number, slot, slot + 1, LARGE));
    }
  }

  private static void say(GossipCore core, int number, Gossips.Entry entry) {
    core.receive(
        "n" + number + ":1",
        node(number),
        Gossips.Datagram.newBuilder().setVersion(GossipCore.VERSION).addEntries(entry).build(),
        10);
  }

  private static Gossips.Entry entry(int number, int slot, long version, int bytes) {
    return Gossips.Entry.newBuilder()
        .setWriter(Life.of(CLUSTER, node(number)))
        .setSlot(slot)
        .setVersion(version)
        .setContent(ByteString.copyFrom(new byte[bytes]))
        .build();
  }

  private static Incarnation node(int number) {
    return new Incarnation(new NodeId("n" + number), 1);
  }

  private static GossipCore core() {
    GossipCore core =
        new GossipCore(
            new GossipSetup(
                node(0),
                List.of(),
                CLUSTER,
                List.of("n0:1"),
                Habits.SHIPPED,
                RandomGeneratorFactory.of("L64X128MixRandom").create(1),
                new MeasuredRoundTrips(),
                (who, now) -> {},
                Gossips.NodeRecord::parseFrom,
                true));
    core.publish(Gossips.NodeRecord.newBuilder().setDoorAddress("n0:1").build(), 0);
    return core;
  }
}
