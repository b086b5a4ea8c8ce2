package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.sim.Seeds;
import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Twenty nodes in one thread, on virtual time, with losses and partitions drawn from a seed. */
final class GossipTest {
  private static final long TICK = 200;
  private static final CellId CELL = CellId.home(new OwnerId("acme"));

  @Seeds(40)
  void everyNodeHearsEveryOtherDespiteLoss(long seed) {
    World world = new World(seed, 20, 20);

    world.run(8_000);

    assertThat(world.views()).allSatisfy(view -> assertThat(view.nodes()).hasSize(20));
  }

  @Seeds(40)
  void aHealedPartitionKnowsTheGreatestClaimEverywhere(long seed) {
    World world = new World(seed, 12, 10);
    world.run(5_000);
    world.partition(Set.of(0, 1, 2, 3, 4));
    world.claim(0, 3, true);
    world.claim(7, 5, true);
    world.run(2_000);

    world.heal();
    world.run(8_000);

    assertThat(world.views())
        .allSatisfy(
            view -> {
              assertThat(view.leader(CELL)).isPresent();
              assertThat(view.leader(CELL).get().term()).isEqualTo(5);
              assertThat(view.leader(CELL).get().node()).isEqualTo(world.nodes.get(7));
            });
  }

  @Seeds(40)
  void aRestartedNodeReplacesItsFormerLife(long seed) {
    World world = new World(seed, 8, 10);
    world.claim(3, 9, true);
    world.run(5_000);

    world.restart(3);
    world.run(6_000);

    assertThat(world.views())
        .allSatisfy(
            view -> {
              assertThat(view.leader(CELL)).isEmpty();
              assertThat(view.nodes().stream().map(NodeView::incarnation))
                  .contains(world.nodes.get(3))
                  .hasSize(8);
            });
    assertThat(world.gossips).allSatisfy(one -> assertThat(one.otherLife()).isEmpty());
  }

  /** Rule 6: it was started on another disk meanwhile, and this one has forgotten that life. */
  @Test
  void aDiskOfFormerDaysIsNoticedBeforeAnythingIsSaid() {
    RandomGenerator chance = RandomGenerator.of("L64X128MixRandom");
    Gossip seed = gossip(0, 1, chance);
    seed.publish(record(0), 0);
    Gossip empty = gossipAfter(List.of(), 20);
    talk(empty, seed);

    Gossip old = gossipAfter(List.of(10L), 30);
    for (Gossip.Send send : old.inquire()) {
      assertThat(send.message().getRecordsList()).isEmpty();
      assertThat(send.message().getDigestsList())
          .as("a life that may never begin")
          .allSatisfy(digest -> assertThat(digest.getNode().getBoot()).isZero());
      old.heard(seed.answer(send.message(), 3), 3);
    }

    assertThat(empty.otherLife()).isEmpty();
    assertThat(old.otherLife()).contains(new Incarnation(new NodeId("n1"), 20));
    assertThat(seed.view(3).nodes().stream().map(NodeView::incarnation))
        .contains(new Incarnation(new NodeId("n1"), 20));
  }

  @Test
  void aDiskThatKnowsItsLastLifeAndANewOneAreNotStrange() {
    RandomGenerator chance = RandomGenerator.of("L64X128MixRandom");
    Gossip seed = gossip(0, 1, chance);
    seed.publish(record(0), 0);
    Gossip first = gossipAfter(List.of(10L), 20);
    talk(first, seed);
    Gossip next = gossipAfter(List.of(20L), 30);
    talk(next, seed);
    Gossip wiped = gossipAfter(List.of(), 40);
    talk(wiped, seed);

    assertThat(next.otherLife()).isEmpty();
    assertThat(wiped.otherLife()).isEmpty();
  }

  /** It has begun a life since, without anybody to tell it of the other disk. */
  @Test
  void aDiskOfFormerDaysIsNoticedAtALaterStartAsWell() {
    RandomGenerator chance = RandomGenerator.of("L64X128MixRandom");
    Gossip seed = gossip(0, 1, chance);
    seed.publish(record(0), 0);
    talk(gossipAfter(List.of(), 20), seed);

    Gossip old = gossipAfter(List.of(10L, 30L), 40);
    for (Gossip.Send send : old.inquire()) {
      old.heard(seed.answer(send.message(), 3), 3);
    }

    assertThat(old.otherLife()).contains(new Incarnation(new NodeId("n1"), 20));
  }

  /** Else a start that is killed before the disk is retired would make the others forget. */
  @Test
  void whoHasHeardOfAnotherLifeTellsNothingOfItself() {
    RandomGenerator chance = RandomGenerator.of("L64X128MixRandom");
    Gossip seed = gossip(0, 1, chance);
    seed.publish(record(0), 0);
    talk(gossipAfter(List.of(), 20), seed);
    Gossip old = gossipAfter(List.of(10L), 30);

    talk(old, seed);

    assertThat(old.otherLife()).contains(new Incarnation(new NodeId("n1"), 20));
    assertThat(seed.view(3).nodes().stream().map(NodeView::incarnation))
        .contains(new Incarnation(new NodeId("n1"), 20));
  }

  /** Two nodes under one id: the later one has taken the earlier one's place for all others. */
  @Test
  void whoHearsOfALaterLifeOfItselfIsTold() {
    RandomGenerator chance = RandomGenerator.of("L64X128MixRandom");
    Gossip seed = gossip(0, 1, chance);
    seed.publish(record(0), 0);
    Gossip earlier = gossipAfter(List.of(), 20);
    talk(earlier, seed);
    talk(gossipAfter(List.of(), 30), seed);
    talk(earlier, seed);

    assertThat(earlier.otherLife()).contains(new Incarnation(new NodeId("n1"), 30));
  }

  private static Gossip gossipAfter(List<Long> lives, long boot) {
    Gossip one =
        new Gossip(
            new Incarnation(new NodeId("n1"), boot),
            lives,
            "test",
            List.of("n0:1"),
            RandomGenerator.of("L64X128MixRandom"));
    one.publish(record(1), 0);
    return one;
  }

  private static void talk(Gossip one, Gossip seed) {
    for (Gossip.Send send : one.tick(1)) {
      one.heard(seed.answer(send.message(), 1), 1).ifPresent(rest -> seed.answer(rest, 1));
    }
  }

  @Seeds(20)
  void aSilentNodeIsSuspectedThenForgotten(long seed) {
    World world = new World(seed, 6, 5);
    world.run(5_000);

    world.partition(Set.of(5));
    world.run(Gossip.SUSPECT_MILLIS + 3_000);
    List<NodeView.State> states =
        world.view(0).nodes().stream()
            .filter(node -> node.incarnation().equals(world.nodes.get(5)))
            .map(NodeView::state)
            .toList();
    world.run(Gossip.GONE_MILLIS);

    assertThat(states).containsExactly(NodeView.State.SUSPECT);
    assertThat(world.view(0).nodes()).hasSize(5);
  }

  @Seeds(10)
  void theSameSeedGivesTheSameTrace(long seed) {
    World one = new World(seed, 10, 15);
    World other = new World(seed, 10, 15);

    one.run(4_000);
    other.run(4_000);

    assertThat(one.trace).isEqualTo(other.trace);
  }

  @Test
  void aBadRecordIsDroppedAndTheOthersAreHeard() {
    Gossip gossip = gossip(0, 1, RandomGenerator.of("L64X128MixRandom"));
    gossip.publish(record(0), 0);
    Gossips.Message message =
        Gossips.Message.newBuilder()
            .setVersion(Gossip.VERSION)
            .addRecords(raw(1, ByteString.copyFromUtf8("\u0007garbage")))
            .addRecords(raw(2, foreign().toByteString()))
            .addRecords(raw(3, record(3).toByteString()))
            .build();

    gossip.answer(message, 10);

    assertThat(gossip.dropped()).isEqualTo(2);
    assertThat(gossip.view(10).nodes().stream().map(n -> n.incarnation().node().value()))
        .containsExactly("n0", "n3");
  }

  @Test
  void nothingIsConcludedFromSilenceBeforeTheFirstAnswer() {
    Gossip gossip = gossip(1, 1, RandomGenerator.of("L64X128MixRandom"));
    gossip.publish(record(1), 0);
    gossip.tick(0);

    boolean atFirst = gossip.isSynced(100);
    gossip.heard(Gossips.Message.newBuilder().setVersion(Gossip.VERSION).build(), 150);

    assertThat(atFirst).isFalse();
    assertThat(gossip.isSynced(200)).isTrue();
  }

  /** What builds from before that was said do not say. */
  @Test
  void tellsWhichFormatANodeReads() {
    Gossip gossip = gossip(1, 1, RandomGeneratorFactory.getDefault().create(1));
    Gossips.Message.Builder message = Gossips.Message.newBuilder().setVersion(Gossip.VERSION);
    Gossips.NodeRecord newer = record(3).toBuilder().setReadsFormat(7).build();
    message.addRecords(raw(2, record(2).toByteString()));
    message.addRecords(raw(3, newer.toByteString()));
    gossip.publish(record(1), 100);

    gossip.heard(message.build(), 150);

    assertThat(gossip.view(200).nodes()).extracting(NodeView::readsFormat).containsExactly(0, 0, 7);
  }

  private static Gossips.NodeRecord foreign() {
    return record(2).toBuilder().setCluster("another").build();
  }

  private static Gossips.Record raw(int number, ByteString content) {
    return Gossips.Record.newBuilder()
        .setNode(io.corale.wire.Common.Incarnation.newBuilder().setNode("n" + number).setBoot(1))
        .setRecordVersion(1)
        .setContent(content)
        .build();
  }

  private static Gossips.NodeRecord record(int number) {
    return Gossips.NodeRecord.newBuilder()
        .setVersion(Gossip.VERSION)
        .setCluster("test")
        .setDoorAddress("n" + number + ":1")
        .build();
  }

  private static Gossip gossip(int number, long boot, RandomGenerator chance) {
    return new Gossip(
        new Incarnation(new NodeId("n" + number), boot),
        boot > 1 ? List.of(boot - 1) : List.of(),
        "test",
        List.of("n0:1"),
        chance);
  }

  /** All nodes, their clock, and a network that loses so many per cent of messages. */
  private static final class World {
    final List<Incarnation> nodes = new ArrayList<>();
    final List<String> trace = new ArrayList<>();
    private final List<Gossip> gossips = new ArrayList<>();
    private final Map<String, Integer> byAddress = new LinkedHashMap<>();
    private final RandomGenerator.SplittableGenerator chance;
    private final RandomGenerator network;
    private final int lossPercent;
    private Set<Integer> island = new LinkedHashSet<>();
    private long now;

    World(long seed, int size, int lossPercent) {
      this.chance =
          RandomGeneratorFactory.<RandomGenerator.SplittableGenerator>of("L64X128MixRandom")
              .create(seed);
      this.network = chance.split();
      this.lossPercent = lossPercent;
      for (int i = 0; i < size; i++) {
        nodes.add(new Incarnation(new NodeId("n" + i), 1));
        gossips.add(gossip(i, 1, chance.split()));
        gossips.get(i).publish(record(i), now);
        byAddress.put("n" + i + ":1", i);
      }
    }

    void run(long millis) {
      for (long until = now + millis; now < until; now += TICK) {
        for (int i = 0; i < gossips.size(); i++) {
          for (Gossip.Send send : gossips.get(i).tick(now)) {
            exchange(i, send);
          }
        }
      }
    }

    private void exchange(int from, Gossip.Send send) {
      int to = byAddress.getOrDefault(send.address(), from);
      trace.add(now + " " + from + ">" + to);
      if (from == to || isLost(from, to)) {
        return;
      }
      Gossips.Message answer = gossips.get(to).answer(send.message(), now);
      if (!isLost(to, from)) {
        gossips
            .get(from)
            .heard(answer, now)
            .filter(rest -> !isLost(from, to))
            .ifPresent(rest -> gossips.get(to).answer(rest, now));
      }
    }

    private boolean isLost(int from, int to) {
      return island.contains(from) != island.contains(to) || network.nextInt(100) < lossPercent;
    }

    void partition(Set<Integer> members) {
      island = new LinkedHashSet<>(members);
    }

    void heal() {
      island = new LinkedHashSet<>();
    }

    void claim(int node, long term, boolean leads) {
      gossips
          .get(node)
          .publish(
              record(node).toBuilder()
                  .addClaims(
                      Gossips.Claim.newBuilder()
                          .setOwner("acme")
                          .setEpoch(1)
                          .setTerm(term)
                          .setLeads(leads))
                  .build(),
              now);
    }

    void restart(int node) {
      nodes.set(node, new Incarnation(new NodeId("n" + node), 2));
      gossips.set(node, gossip(node, 2, chance.split()));
      gossips.get(node).publish(record(node), now);
    }

    OverlayView view(int node) {
      return gossips.get(node).view(now);
    }

    List<OverlayView> views() {
      List<OverlayView> views = new ArrayList<>();
      for (int i = 0; i < gossips.size(); i++) {
        views.add(view(i));
      }
      return views;
    }
  }
}
