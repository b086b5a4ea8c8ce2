package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.Incarnation;
import io.corale.sim.Chance;
import io.corale.sim.Seeds;
import io.corale.wire.Common;
import io.corale.wire.Gossips;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Whatever comes by a datagram or a stream, a core goes on, and what it keeps stays bounded. */
final class StrangeInputTest {
  private static final int INPUTS = 4_000;

  @Seeds(5)
  void bytesThatWereDamagedOnTheirWayHarmNobody(long seed) {
    World world = new World(seed, 8, 8, Habits.SHIPPED, false);
    List<ClaimView> claims = claimed(world);
    RandomGenerator chance = new Chance(seed).of("damage");
    Peer victim = world.peers.get(3);
    int read = 0;

    for (int input = 0; input < INPUTS; input++) {
      byte[] bytes = strange(world, chance).toByteArray();
      int damages = chance.nextInt(4);
      for (int i = 0; i < damages; i++) {
        bytes[chance.nextInt(bytes.length)] ^= (byte) (1 << chance.nextInt(8));
      }
      int length = chance.nextInt(5) == 0 ? chance.nextInt(bytes.length + 1) : bytes.length;
      try {
        Gossips.Datagram datagram =
            Gossips.Datagram.parseFrom(ByteString.copyFrom(bytes, 0, length));
        Incarnation from = world.peers.get(chance.nextInt(8)).incarnation;
        victim.core.receive("n1:1", from, datagram, victim.clock(world.micros()));
        read++;
      } catch (InvalidProtocolBufferException e) {
        assertThat(e).as("refused at the port").isNotNull();
      }
    }
    world.run(Duration.ofSeconds(30));

    assertThat(read).isPositive();
    assertAllIsWell(world, claims);
  }

  private static List<ClaimView> claimed(World world) {
    world.run(Duration.ofSeconds(5));
    List<ClaimView> claims = new ArrayList<>();
    for (Peer peer : world.peers) {
      world.claim(peer.number, world.manyClaims(peer.number, 5, 0));
      claims.addAll(world.manyClaims(peer.number, 5, 0));
    }
    world.run(Duration.ofSeconds(5));
    return claims;
  }

  /** Not only did nobody break: what is true is believed again by all. */
  private static void assertAllIsWell(World world, List<ClaimView> claims) {
    Duration limit = Duration.ofMinutes(3);
    Duration took = world.runUntil(w -> w.allKnow(claims) && w.allHoldTheSameRecords(), limit);

    assertThat(took).isLessThan(limit);
    assertThat(world.allSeeAll()).isTrue();
    assertThat(world.peers)
        .allSatisfy(peer -> assertThat(peer.core.otherLife()).isEmpty())
        .allSatisfy(peer -> assertThat(peer.core.hasTwin()).isFalse());
  }

  @Seeds(5)
  void strangeQuestionsAndAnswersOverStreamsHarmNobody(long seed) {
    World world = new World(seed, 8);
    List<ClaimView> claims = claimed(world);
    RandomGenerator chance = new Chance(seed).of("damage");
    Peer victim = world.peers.get(3);

    for (int input = 0; input < INPUTS; input++) {
      Gossips.Talk talk = talk(world, chance);
      long now = victim.clock(world.micros());
      assertThat(victim.core.answer(talk, now).getVersion()).isEqualTo(GossipCore.VERSION);
      Output.Purpose[] purposes = Output.Purpose.values();
      Output.Ask ask = new Output.Ask("n1:1", purposes[chance.nextInt(purposes.length)], 7, talk);
      victim.core.heard(ask, talk, now);
    }
    world.run(Duration.ofSeconds(30));

    assertAllIsWell(world, claims);
  }

  private static Gossips.Talk talk(World world, RandomGenerator chance) {
    Gossips.Talk.Builder talk =
        Gossips.Talk.newBuilder()
            .setVersion(chance.nextInt(10) == 0 ? chance.nextInt() : GossipCore.VERSION)
            .setCluster(chance.nextInt(10) == 0 ? "another" : World.CLUSTER)
            .setFrom(
                Common.Incarnation.newBuilder()
                    .setNode(chance.nextInt(10) == 0 ? "not a name!" : "n1")
                    .setBoot(chance.nextInt(5)));
    switch (chance.nextInt(5)) {
      case 0 -> talk.setPing(Gossips.Ping.newBuilder().setTo(chance.nextLong()));
      case 1 -> talk.setSummary(chance.nextLong());
      case 2 -> talk.setDigest(holdings(world, chance));
      case 3 -> talk.setExchange(exchange(world, chance));
      default -> talk.setInquiry(Gossips.Inquiry.getDefaultInstance());
    }
    return talk.build();
  }

  private static Gossips.Holdings holdings(World world, RandomGenerator chance) {
    Gossips.Holdings.Builder holdings = Gossips.Holdings.newBuilder();
    for (int i = chance.nextInt(12); i > 0; i--) {
      holdings.addLives(life(world, chance));
      if (chance.nextInt(10) > 0) {
        holdings
            .addVersions(chance.nextInt(5))
            .addLoads(chance.nextInt(5))
            .addCoordinates(chance.nextLong());
      }
      holdings.addStandings(chance.nextInt(64));
    }
    return holdings.build();
  }

  private static Gossips.Exchange exchange(World world, RandomGenerator chance) {
    Gossips.Exchange.Builder exchange =
        Gossips.Exchange.newBuilder().setDigest(holdings(world, chance));
    for (int i = chance.nextInt(4); i > 0; i--) {
      exchange.addDeltas(
          Gossips.Delta.newBuilder()
              .setWriter(life(world, chance))
              .setFrom(chance.nextInt(3) == 0 ? chance.nextLong() : chance.nextInt(3))
              .setUpTo(chance.nextInt(20))
              .setIsWhole(chance.nextBoolean())
              .setStanding(chance.nextInt())
              .setFromSlot(chance.nextInt(3))
              .setToSlot(chance.nextInt(2) == 0 ? Shelf.MAX_SLOTS : chance.nextInt(5))
              .addEntries(entry(world, chance, false)));
    }
    return exchange.build();
  }

  private static Gossips.Datagram strange(World world, RandomGenerator chance) {
    Gossips.Datagram.Builder datagram =
        Gossips.Datagram.newBuilder().setVersion(GossipCore.VERSION).setNumber(chance.nextInt());
    switch (chance.nextInt(5)) {
      case 0 -> datagram.setPing(Gossips.Ping.newBuilder().setTo(life(world, chance)));
      case 1 -> datagram.setAck(Gossips.Ack.newBuilder().setSummary(chance.nextLong()));
      case 2 -> datagram.setNack(Gossips.Nack.getDefaultInstance());
      case 3 ->
          datagram.setFavour(
              Gossips.Favour.newBuilder()
                  .setTarget(life(world, chance))
                  .setPatienceMillis(chance.nextInt()));
      default -> {
        // News alone.
      }
    }
    List<Gossips.Entry> entries = new ArrayList<>();
    for (int i = chance.nextInt(4); i > 0; i--) {
      entries.add(entry(world, chance, true));
    }
    return datagram.addAllEntries(entries).addLatest(latest(world, chance)).build();
  }

  /**
   * @param isForged whether it may also be a flawless record of a life that never was
   */
  private static Gossips.Entry entry(World world, RandomGenerator chance, boolean isForged) {
    if (chance.nextInt(3) == 0) {
      Incarnation node = world.peers.get(chance.nextInt(8)).incarnation;
      long boot = node.boot() + (isForged ? chance.nextInt(3) : 0);
      Incarnation said = new Incarnation(node.node(), boot);
      return Gossips.Entry.newBuilder()
          .setWriter(Life.of(World.CLUSTER, said))
          .setVersion(chance.nextInt(20))
          .setContent(World.record(said).toByteString())
          .build();
    }
    return Gossips.Entry.newBuilder()
        .setWriter(life(world, chance))
        .setSlot(chance.nextInt(3) == 0 ? chance.nextInt() : chance.nextInt(3))
        .setVersion(chance.nextInt(20))
        .setReplaces(chance.nextInt(20))
        .setDeleted(chance.nextInt(4) == 0)
        .setContent(content(world, chance))
        .build();
  }

  private static Gossips.Latest latest(World world, RandomGenerator chance) {
    return Gossips.Latest.newBuilder()
        .setWriter(life(world, chance))
        .setKindValue(chance.nextInt(5))
        .setVersion(chance.nextInt(20))
        .setContent(content(world, chance))
        .build();
  }

  private static ByteString content(World world, RandomGenerator chance) {
    if (chance.nextInt(3) == 0) {
      return World.record(world.peers.get(chance.nextInt(8))).toByteString();
    }
    byte[] bytes = new byte[chance.nextInt(chance.nextInt(20) == 0 ? 3_000 : 40)];
    chance.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private static long life(World world, RandomGenerator chance) {
    return chance.nextInt(5) == 0
        ? chance.nextLong()
        : Life.of(World.CLUSTER, world.peers.get(chance.nextInt(8)).incarnation);
  }
}
