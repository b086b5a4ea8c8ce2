package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CellId;
import io.corale.model.OwnerId;
import io.corale.sim.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * The elections that the overlay is designed for: as many as among a thousand nodes with 200 cells
 * each, of which each group has one in an hour. Of a hundred nodes each entry is told nine times,
 * not twelve, so they hold a third more elections: that is as many bytes for each node. They have
 * 60 cells each, so that all of them fit into one heap: loads are told so much more often that they
 * take what is theirs all the same.
 */
final class DesignLoadTest {
  private static final int NODES = 100;
  private static final int REPLICAS = 3;
  private static final int CELLS = 60;
  private static final int GROUPS = NODES * CELLS / REPLICAS;

  /** 66,667 groups an hour, 12 copies of 9. */
  private static final double ELECTIONS_PER_SECOND = 18.6 * 12 / 9;

  private static final int SECONDS = 60;

  private final int[] leaders = new int[GROUPS];
  private final long[] terms = new long[GROUPS];
  private final List<Map<Integer, ClaimView>> claims = new ArrayList<>();

  @Seeds(1)
  void theBudgetHoldsAndMostBandsAreKnownHoweverManyElectionsThereAre(long seed) {
    World world = new World(seed, NODES);
    found(world);
    world.introduceAll();
    world.run(Duration.ofSeconds(30));
    world.peers.forEach(Peer::forgetWorstSecond);
    long before = world.sentBytes();

    int elections = 0;
    for (int second = 1; second <= SECONDS; second++) {
      while (elections < second * ELECTIONS_PER_SECOND) {
        elect(world, world.faults);
        elections++;
      }
      for (int node = 0; node < NODES; node++) {
        tell(world, node);
      }
      world.run(Duration.ofSeconds(1));
    }

    long perSecond = (world.sentBytes() - before) / NODES / SECONDS;
    long worst = world.peers.stream().mapToLong(p -> p.worstDatagramSecondBytes).max().orElse(0);
    assertThat(perSecond).as("bytes/s of a node").isLessThan(32 * 1_024);
    assertThat(worst).as("bytes of datagrams in a second").isLessThanOrEqualTo(24 * 1_024);
    assertThat(world.peers)
        .as("bytes/s of loads: not squeezed out, and within their share")
        .extracting(peer -> loadBytes(peer) / SECONDS)
        .allSatisfy(
            bytes ->
                assertThat(bytes)
                    .isBetween(LoadPace.BYTES_PER_SECOND / 2, LoadPace.BYTES_PER_SECOND));
    assertThat(leadersKnown(world)).as("leaders known, of all").isGreaterThan(0.99);
    assertThat(bandsKnown(world)).as("bands known, of all").isGreaterThan(0.8);
  }

  /** Each group on three nodes in turn, and led by the first of them. */
  private void found(World world) {
    for (int node = 0; node < NODES; node++) {
      claims.add(new LinkedHashMap<>());
    }
    for (int group = 0; group < GROUPS; group++) {
      terms[group] = 300;
      leaders[group] = member(group, 0);
      for (int at = 0; at < REPLICAS; at++) {
        claim(world, group, member(group, at));
      }
    }
    for (int node = 0; node < NODES; node++) {
      world.claim(node, List.copyOf(claims.get(node).values()));
    }
  }

  private static int member(int group, int at) {
    return (group + at * (1 + group / NODES)) % NODES;
  }

  private void claim(World world, int group, int node) {
    boolean leads = leaders[group] == node;
    CellId cell = CellId.home(new OwnerId("owner-" + (10_000 + group)));
    long term = leads ? terms[group] : 0;
    ClaimView claim =
        new ClaimView(world.peers.get(node).incarnation, cell, 1, term, 20 * term, leads);
    claims.get(node).put(group, claim);
  }

  private void elect(World world, RandomGenerator chance) {
    int group = chance.nextInt(GROUPS);
    int former = leaders[group];
    int at = chance.nextInt(REPLICAS - 1);
    leaders[group] = member(group, member(group, at) == former ? REPLICAS - 1 : at);
    terms[group]++;
    for (int node : new int[] {former, leaders[group]}) {
      claim(world, group, node);
      world.claim(node, List.copyOf(claims.get(node).values()));
    }
  }

  private void tell(World world, int node) {
    Map<CellId, Long> pending = new LinkedHashMap<>();
    claims.get(node).values().stream()
        .filter(ClaimView::leads)
        .forEach(claim -> pending.put(claim.cell(), 1_000L));
    world.load(node, pending);
  }

  private static long loadBytes(Peer peer) {
    return Objects.requireNonNull(peer.core.sent().get("load")).bytes();
  }

  /** What its leader claims. */
  private ClaimView truth(int group) {
    return Objects.requireNonNull(claims.get(leaders[group]).get(group));
  }

  private double leadersKnown(World world) {
    long known = 0;
    for (int group = 0; group < GROUPS; group++) {
      ClaimView truth = truth(group);
      for (int node = 0; node < NODES; node += 10) {
        known +=
            world
                    .peers
                    .get(node)
                    .core
                    .beliefs()
                    .leader(truth.cell())
                    .filter(truth::equals)
                    .isPresent()
                ? 1
                : 0;
      }
    }
    return known / (GROUPS * (NODES / 10.0));
  }

  private double bandsKnown(World world) {
    long known = 0;
    for (int group = 0; group < GROUPS; group++) {
      ClaimView truth = truth(group);
      for (int node = 0; node < NODES; node += 10) {
        known += world.peers.get(node).core.beliefs().pendingBand(truth).isPresent() ? 1 : 0;
      }
    }
    return known / (GROUPS * (NODES / 10.0));
  }
}
