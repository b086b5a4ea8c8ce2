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
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Twenty nodes in one thread, on virtual time, with losses and partitions drawn from a seed. */
final class FirstFormTest {
  private static final long TICK = 200;
  private static final CellId CELL = CellId.home(new OwnerId("acme"));

  @Seeds(8)
  void everyNodeHearsEveryOtherDespiteLoss(long seed) {
    World world = new World(seed, 20, 20);

    world.run(8_000);

    assertThat(world.views()).allSatisfy(view -> assertThat(view.nodes()).hasSize(20));
  }

  @Seeds(8)
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
              assertThat(leader(view)).isPresent();
              assertThat(leader(view).get().term()).isEqualTo(5);
              assertThat(leader(view).get().node()).isEqualTo(world.nodes.get(7));
            });
  }

  @Seeds(8)
  void aRestartedNodeReplacesItsFormerLife(long seed) {
    World world = new World(seed, 8, 10);
    world.claim(3, 9, true);
    world.run(5_000);

    world.restart(3);
    world.run(6_000);

    assertThat(world.views())
        .allSatisfy(
            view -> {
              assertThat(leader(view)).isEmpty();
              assertThat(view.nodes().stream().map(NodeView::incarnation))
                  .contains(world.nodes.get(3))
                  .hasSize(8);
            });
  }

  @Seeds(20)
  void aSilentNodeIsSuspectedThenForgotten(long seed) {
    World world = new World(seed, 6, 5);
    world.run(5_000);

    world.partition(Set.of(5));
    world.run(FirstForm.SUSPECT_MILLIS + 3_000);
    List<NodeView.State> states =
        world.view(0).nodes().stream()
            .filter(node -> node.incarnation().equals(world.nodes.get(5)))
            .map(NodeView::state)
            .toList();
    world.run(FirstForm.GONE_MILLIS);

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
  void nothingIsConcludedFromSilenceBeforeTheFirstAnswer() {
    FirstForm gossip = gossip(1, 1, RandomGenerator.of("L64X128MixRandom"));
    gossip.publish(record(1), 0);
    gossip.tick(Optional.empty(), 0);

    boolean atFirst = gossip.isSynced(100);
    gossip.heard(Gossips.Message.newBuilder().setVersion(FirstForm.VERSION).build(), 150);

    assertThat(atFirst).isFalse();
    assertThat(gossip.isSynced(200)).isTrue();
  }

  /** What builds from before that was said do not say. */
  @Test
  void tellsWhichFormatANodeReads() {
    FirstForm gossip = gossip(1, 1, RandomGeneratorFactory.getDefault().create(1));
    Gossips.Message.Builder message = Gossips.Message.newBuilder().setVersion(FirstForm.VERSION);
    Gossips.NodeRecord newer = record(3).toBuilder().setReadsFormat(7).build();
    message.addRecords(raw(2, record(2).toByteString()));
    message.addRecords(raw(3, newer.toByteString()));
    gossip.publish(record(1), 100);

    gossip.heard(message.build(), 150);

    assertThat(gossip.view(200, node -> true).nodes())
        .extracting(NodeView::readsFormat)
        .containsExactly(0, 0, 7);
  }

  /** Else a node of the former build would show who has gone, and what was claimed then. */
  @Test
  void whatFellSilentLongAgoIsNotToldButRemembered() {
    FirstForm gossip = gossip(1, 1, RandomGeneratorFactory.getDefault().create(1));
    gossip.publish(record(1), 0);
    Gossips.Message.Builder told = Gossips.Message.newBuilder().setVersion(FirstForm.VERSION);
    gossip.heard(told.addRecords(raw(2, record(2).toByteString())).build(), 0);
    Gossips.Message asking = told.clearRecords().addDigests(FirstForm.digest("n3", 1)).build();

    Gossips.Message before = gossip.answer(asking, FirstForm.GONE_MILLIS - 1);
    Gossips.Message after = gossip.answer(asking, FirstForm.GONE_MILLIS);

    assertThat(before.getRecordsList())
        .extracting(record -> record.getNode().getNode())
        .containsExactlyInAnyOrder("n1", "n2");
    assertThat(after.getRecordsList())
        .extracting(record -> record.getNode().getNode())
        .containsExactly("n1");
    assertThat(after.getDigestsList())
        .extracting(digest -> digest.getNode().getNode())
        .contains("n2");
  }

  private static Optional<ClaimView> leader(FirstView view) {
    return view.claims().getOrDefault(CELL, List.of()).stream()
        .filter(ClaimView::leads)
        .findFirst();
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
        .setVersion(FirstForm.VERSION)
        .setCluster("test")
        .setDoorAddress("n" + number + ":1")
        .build();
  }

  private static FirstForm gossip(int number, long boot, RandomGenerator chance) {
    return new FirstForm(
        new Incarnation(new NodeId("n" + number), boot),
        new OwnLives(
            new Incarnation(new NodeId("n" + number), boot),
            boot > 1 ? List.of(boot - 1) : List.of()),
        "test",
        List.of("n0:1"),
        chance,
        new Tally());
  }

  /** All nodes, their clock, and a network that loses so many per cent of messages. */
  private static final class World {
    final List<Incarnation> nodes = new ArrayList<>();
    final List<String> trace = new ArrayList<>();
    private final List<FirstForm> gossips = new ArrayList<>();
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
          for (FirstForm.Send send : gossips.get(i).tick(Optional.empty(), now)) {
            exchange(i, send);
          }
        }
      }
    }

    private void exchange(int from, FirstForm.Send send) {
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

    FirstView view(int node) {
      return gossips.get(node).view(now, one -> true);
    }

    List<FirstView> views() {
      List<FirstView> views = new ArrayList<>();
      for (int i = 0; i < gossips.size(); i++) {
        views.add(view(i));
      }
      return views;
    }
  }
}
