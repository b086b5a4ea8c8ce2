package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.CellId;
import io.corale.model.OwnerId;
import io.corale.sim.Seeds;
import io.corale.wire.Gossips;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Networks of the cores that are shipped, on virtual time: what all of them come to know. */
final class WorldTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final CellId CELL = CellId.home(new OwnerId("acme"));

  @Seeds(2)
  void allKnowAllSoonAfterAllHaveBegunAtOnce(long seed) {
    World world = new World(seed, 100);
    world.network.lose(50);

    Duration took = world.runUntil(World::allHoldTheSame, LIMIT);

    assertThat(took).isLessThan(Duration.ofSeconds(6));
    assertThat(world.allSeeAll()).isTrue();
  }

  @Seeds(2)
  void aCrashIsKnownToNearlyAllOfAHundredWithinSevenSeconds(long seed) {
    World world = settled(seed, 100, 50);

    world.crash(7);
    Duration took = world.runUntil(w -> w.seeingAll() >= 98, LIMIT);

    assertThat(took).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(7));
    assertThat(world.falseDeaths()).isZero();
  }

  @Seeds(1)
  void nobodyAliveIsDeclaredDeadInTenMinutesWithOneInTenPacketsLost(long seed) {
    World world = settled(seed, 200, 100);

    world.run(Duration.ofMinutes(10));

    assertThat(world.falseDeaths()).as("false deaths").isZero();
    assertThat(world.allSeeAll()).isTrue();
  }

  @Seeds(1)
  void aPartitionOfTenMinutesHealsWithinTenSecondsWithoutASeed(long seed) {
    World world = settled(seed, 60, 10);
    // All seeds are on the same side, so that no node of the other one begins with them.
    world.partition(30);
    world.claim(40, List.of(world.claim(40, "acme", 5, true)));
    world.claim(4, List.of(world.claim(4, "acme", 3, true)));
    world.run(Duration.ofMinutes(10));
    List<Integer> sides = List.of(world.size(3), world.size(50));

    world.network.heal();
    Duration took = world.runUntil(w -> w.allSeeAll() && w.allHoldTheSame(), LIMIT);

    assertThat(sides).containsExactly(30, 30);
    assertThat(took).isLessThan(Duration.ofSeconds(10));
    assertThat(world.leaders(CELL)).containsOnly(world.peers.get(40).incarnation);
  }

  @Seeds(2)
  void aRestartedNodeIsANewWriterWhoseFormerClaimsAreGone(long seed) {
    World world = settled(seed, 20, 50);
    world.claim(5, List.of(world.claim(5, "acme", 9, true)));
    world.runUntil(w -> w.leaders(CELL).size() == 20, LIMIT);

    world.crash(5);
    world.run(Duration.ofSeconds(1));
    world.restart(5);
    Duration took = world.runUntil(w -> w.leaders(CELL).isEmpty() && w.allHoldTheSame(), LIMIT);

    assertThat(took).isLessThan(Duration.ofSeconds(5));
    assertThat(world.view(9).stream().map(NodeView::incarnation))
        .contains(world.peers.get(5).incarnation)
        .hasSize(20);
    assertThat(world.peers).allSatisfy(p -> assertThat(p.core.otherLife()).isEmpty());
  }

  /** Each restart is heard of while the former life is still being asked whether it is there. */
  @Seeds(2)
  void howManyAreThereStaysRightHoweverOftenNodesRestart(long seed) {
    World world = settled(seed, 3, 0);

    for (int round = 0; round < 10; round++) {
      world.crash(1);
      world.run(Duration.ofMillis(700));
      world.restart(1);
      world.run(Duration.ofSeconds(12));
    }

    assertThat(world.peers).extracting(peer -> world.size(peer.number)).containsOnly(3);
    assertThat(world.obituaries()).isZero();
  }

  /** It left, so nobody pings it, and it has nobody to ask; births at it begin when it is ready. */
  @Seeds(10)
  void theOnlySeedOfAllIsBackSoonAndKnowsAllOnceItIsReady(long seed) {
    World world = new World(seed, 3, 3, Habits.SHIPPED, true, 1);
    world.runUntil(w -> w.allSeeAll() && w.allHoldTheSame(), LIMIT);
    world.run(Duration.ofSeconds(20));

    world.leave(0);
    world.run(Duration.ofSeconds(3));
    world.restart(0);
    Peer seedOfAll = world.peers.get(0);
    Duration took =
        world.runUntil(w -> seedOfAll.core.isSynced(seedOfAll.clock(w.micros())), LIMIT);

    assertThat(world.size(0)).isEqualTo(3);
    assertThat(took).isLessThan(Duration.ofSeconds(2));
  }

  /** By a verdict in its name, or by one who buried it while it drained and stood still. */
  @Seeds(2)
  void whoIsSaidToHaveLeftAndIsThereIsThereAgainSoon(long seed) {
    World world = settled(seed, 20, 50);
    Peer victim = world.peers.get(7);
    Gossips.Verdict left =
        Gossips.Verdict.newBuilder()
            .setLife(Life.of(World.CLUSTER, victim.incarnation))
            .setStanding(Gossips.Standing.LEFT)
            .setAccuser(Life.of(World.CLUSTER, victim.incarnation))
            .build();

    world.receive(3, 4, Gossips.Datagram.newBuilder().addVerdicts(left));
    world.run(Duration.ofMillis(300));
    long believers = world.seeingAll();
    Duration took = world.runUntil(World::allSeeAll, LIMIT);

    assertThat(believers).isLessThan(20);
    assertThat(took).isLessThan(Duration.ofSeconds(10));
  }

  @Seeds(2)
  void whoLeavesIsGoneAtOnceAndNobodyCallsItDead(long seed) {
    World world = settled(seed, 40, 50);
    world.count(death -> true);

    world.leave(7);
    Duration took = world.runUntil(World::allSeeAll, LIMIT);
    world.run(Duration.ofSeconds(20));

    assertThat(took).isLessThan(Duration.ofSeconds(2));
    assertThat(world.allSeeAll()).isTrue();
    assertThat(world.obituaries()).isZero();
  }

  @Seeds(2)
  void whoHearsNobodyHarmsNobody(long seed) {
    World world = settled(seed, 30, 20);
    world.count(death -> death.believer().number != 4 && death.victim().number != 4);

    for (int other = 0; other < 30; other++) {
      if (other != 4) {
        world.network.cut(other, 4);
      }
    }
    world.run(Duration.ofMinutes(2));

    assertThat(world.falseDeaths()).isZero();
    assertThat(world.size(9)).isBetween(29, 30);
  }

  @Seeds(2)
  void aQuietNetworkIsNearlySilent(long seed) {
    World world = settled(seed, 100, 0);
    world.run(Duration.ofMinutes(2));
    long before = world.sentBytes();

    world.run(Duration.ofMinutes(1));

    assertThat((world.sentBytes() - before) / 60 / 100).as("bytes/s/node").isLessThan(1_000);
  }

  @Seeds(1)
  void nobodySendsMoreThanItsBudgetWhateverThereIsToTell(long seed) {
    World world = settled(seed, 30, 50);
    world.peers.forEach(Peer::forgetWorstSecond);
    long before = world.sentBytes();

    for (int round = 0; round < 10; round++) {
      for (int node = 0; node < 30; node++) {
        world.claim(node, world.manyClaims(node, 60, round));
      }
      world.run(Duration.ofSeconds(1));
    }
    assertThat(world.peers)
        .extracting(peer -> peer.worstDatagramSecondBytes)
        .allSatisfy(bytes -> assertThat(bytes).isLessThan(24 * 1_024));
    assertThat((world.sentBytes() - before) / 30 / 10).as("bytes/s").isLessThan(32 * 1_024);
    Duration took = world.runUntil(World::allHoldTheSame, Duration.ofMinutes(10));
    assertThat(took).as("until all was told nevertheless").isLessThan(Duration.ofMinutes(5));
    assertThat(world.falseDeaths()).isZero();
  }

  /** A firewall that was opened for the former overlay lets nothing but streams pass. */
  @Seeds(3)
  void whereNoDatagramPassesAClaimIsKnownInSecondsAndNobodyIsBelievedDead(long seed) {
    World world = new World(seed, 5);
    world.network.loseAllDatagrams();
    world.runUntil(w -> w.allSeeAll() && w.allHoldTheSame(), LIMIT);
    world.run(Duration.ofSeconds(30));

    for (int round = 1; round <= 10; round++) {
      List<ClaimView> claims = List.of(world.claim(round % 5, "acme-" + round, round, true));
      world.claim(round % 5, claims);
      Duration took = world.runUntil(w -> w.allKnow(claims), LIMIT);
      assertThat(took).as("round " + round).isLessThan(Duration.ofSeconds(5));
      world.run(Duration.ofSeconds(20L * (round % 2)));
    }

    assertThat(world.allSeeAll()).isTrue();
    assertThat(world.obituaries()).isZero();
  }

  @Seeds(2)
  void whatIsPendingIsKnownEverywhereByItsBand(long seed) {
    World world = settled(seed, 30, 50);
    world.claim(3, List.of(world.claim(3, "acme", 2, true)));
    world.runUntil(World::allHoldTheSame, LIMIT);

    world.load(3, Map.of(CELL, 1_000L));
    Duration took =
        world.runUntil(
            w ->
                w.peers.stream()
                    .allMatch(
                        peer ->
                            peer.core
                                .beliefs()
                                .leader(CELL)
                                .flatMap(peer.core.beliefs()::pendingBand)
                                .equals(Optional.of(Bands.of(1_000)))),
            LIMIT);

    assertThat(took).isLessThan(Duration.ofSeconds(45));
  }

  /** A node with 200 cells claims something else every 18 s; a load may be 120 s old. */
  @Seeds(3)
  void bandsStayKnownWhileOtherClaimsOfTheirNodeChange(long seed) {
    World world = new World(seed, 12, 13, Habits.SHIPPED);
    world.network.lose(50);
    world.runUntil(World::allHoldTheSame, LIMIT);
    List<ClaimView> claims = new ArrayList<>(world.manyClaims(3, 600, 0));
    world.claim(3, claims);
    Map<CellId, Long> pending = new LinkedHashMap<>();
    claims.forEach(claim -> pending.put(claim.cell(), 1_000L));
    world.load(3, pending);
    Duration took = world.runUntil(w -> bandsKnown(w, claims) == 12 * 600, LIMIT);

    for (int change = 0; change < 20; change++) {
      claims.set(7, world.claim(3, "owner-3-7", 2 + change, change % 2 == 0));
      claims.add(world.claim(3, "more-" + change, 1, true));
      world.claim(3, claims);
      world.run(Duration.ofSeconds(2));
    }

    assertThat(took).isLessThan(Duration.ofSeconds(60));
    List<ClaimView> unchanged = claims.subList(8, 600);
    assertThat(bandsKnown(world, unchanged)).isEqualTo(12 * 592);
    world.add();
    world.runUntil(w -> bandsKnown(w, unchanged) == 13 * 592, LIMIT);
    assertThat(bandsKnown(world, unchanged)).as("of one that came later").isEqualTo(13 * 592);
  }

  private static long bandsKnown(World world, List<ClaimView> claims) {
    return world.peers.stream()
        .map(peer -> peer.core.beliefs())
        .mapToLong(
            beliefs -> claims.stream().filter(one -> beliefs.pendingBand(one).isPresent()).count())
        .sum();
  }

  /** More than one message holds: it is told at speed until it has all, and is ready only then. */
  @Seeds(1)
  void whoIsReadyKnowsAllHoweverMuchThereIs(long seed) {
    World world = new World(seed, 12, 13, Habits.SHIPPED);
    List<ClaimView> all = new ArrayList<>();
    for (int node = 0; node < 12; node++) {
      world.claim(node, world.manyClaims(node, 1_500, 0));
      all.addAll(world.manyClaims(node, 1_500, 0));
    }
    world.introduceAll();
    world.run(Duration.ofSeconds(10));

    Peer joiner = world.add();
    Duration took = world.runUntil(w -> joiner.core.isSynced(joiner.clock(w.micros())), LIMIT);

    assertThat(all).allSatisfy(c -> assertThat(joiner.core.beliefs().leader(c.cell())).contains(c));
    assertThat(took).isLessThan(Duration.ofSeconds(20));
  }

  /**
   * By a faulty node: versions that nobody has said, claims that nobody made, others taken away.
   */
  @Seeds(2)
  void whatOneNodeSpoilsOfAnotherOneIsWholeAgainEverywhereSoon(long seed) {
    World world = settled(seed, 12, 20);
    List<ClaimView> claims = world.manyClaims(5, 40, 0);
    world.claim(5, claims);
    world.runUntil(World::allHoldTheSame, LIMIT);
    long writer = Life.of(World.CLUSTER, world.peers.get(5).incarnation);
    Gossips.Entry.Builder entry = Gossips.Entry.newBuilder().setWriter(writer);
    Gossips.Delta.Builder delta = Gossips.Delta.newBuilder().setWriter(writer).setUpTo(1L << 62);

    world.tell(2, 3, Gossips.Exchange.newBuilder().addDeltas(delta).build());
    world.tell(
        2,
        4,
        Gossips.Exchange.newBuilder()
            .addDeltas(
                delta
                    .setIsWhole(true)
                    .setToSlot(Shelf.MAX_SLOTS)
                    .addEntries(
                        entry
                            .setVersion(1L << 50)
                            .setContent(
                                World.record(world.peers.get(5).incarnation).toByteString()))
                    .addEntries(entry.setSlot(7_000).setContent(ByteString.EMPTY)))
            .build());
    boolean isSpoiled = !world.allKnow(claims);
    Duration took = world.runUntil(w -> w.allKnow(claims) && w.allHoldTheSame(), LIMIT);

    assertThat(isSpoiled).isTrue();
    assertThat(took).isLessThan(Duration.ofSeconds(30));
    assertThat(world.peers).allSatisfy(peer -> assertThat(peer.core.hasTwin()).isFalse());
  }

  /**
   * Under the version that its writer has said: nobody else can know which of them is true, and
   * among many it is chance whether those two ever compare.
   */
  @Seeds(3)
  void whatIsSpoiledUnderItsTrueVersionIsWholeAgainSoonAmongManyAsWell(long seed) {
    World world = settled(seed, 60, 20);
    ClaimView claim = world.claim(5, "acme", 7, true);
    long writer = Life.of(World.CLUSTER, world.peers.get(5).incarnation);
    Gossips.Entry.Builder entry =
        Gossips.Entry.newBuilder()
            .setWriter(writer)
            .setSlot(1)
            .setVersion(2)
            .setContent(Gossips.Claim.newBuilder().setOwner("other").build().toByteString());
    Gossips.Delta.Builder delta =
        Gossips.Delta.newBuilder().setWriter(writer).setFrom(1).setUpTo(2).addEntries(entry);

    for (int other = 0; other < 60; other++) {
      world.network.cut(3, other); // So that nobody else is spoiled.
    }
    world.tell(2, 3, Gossips.Exchange.newBuilder().addDeltas(delta).build());
    world.claim(5, List.of(claim));
    world.run(Duration.ofSeconds(1));
    world.network.heal();
    long knowing = world.leaders(CELL).size();
    Duration took =
        world.runUntil(w -> w.allKnow(List.of(claim)) && w.allHoldTheSameRecords(), LIMIT);

    assertThat(knowing).as("all but the spoiled one").isBetween(50L, 59L);
    assertThat(took).isLessThan(Duration.ofSeconds(15));
  }

  /** More than one message holds, and the first deletion is no longer remembered. */
  @Seeds(1)
  void whoWasAwayForLongIsToldAThousandClaimsOfOneNode(long seed) {
    World world = settled(seed, 4, 0);
    world.claim(1, world.manyClaims(1, 1_000, 0));
    world.runUntil(World::allHoldTheSame, Duration.ofMinutes(10));
    world.pause(3, Duration.ofMinutes(80));
    world.run(Duration.ofMinutes(1));
    world.claim(1, world.manyClaims(1, 990, 0));
    world.run(Duration.ofMinutes(70));
    List<ClaimView> claims = world.manyClaims(1, 980, 0);
    world.claim(1, claims);
    world.run(Duration.ofMinutes(9));

    Duration took = world.runUntil(w -> w.allKnow(claims) && w.allHoldTheSame(), LIMIT);

    assertThat(took).isLessThan(Duration.ofSeconds(60));
    assertThat(
            world.peers.get(3).core.beliefs().leader(world.manyClaims(1, 995, 0).get(994).cell()))
        .isEmpty();
  }

  /** A joiner must not conclude from not having heard of a claim that nobody made it. */
  @Seeds(2)
  void whoIsReadyKnowsAllThatWasKnownBefore(long seed) {
    World world = new World(seed, 30, 31, Habits.SHIPPED);
    for (int node = 0; node < 30; node++) {
      world.claim(node, world.manyClaims(node, 50, 0));
    }
    world.runUntil(World::allHoldTheSame, Duration.ofMinutes(5));

    Peer joiner = world.add();
    world.runUntil(w -> joiner.core.isSynced(joiner.clock(w.micros())), LIMIT);

    for (int node = 0; node < 30; node++) {
      for (ClaimView claim : world.manyClaims(node, 50, 0)) {
        assertThat(joiner.core.beliefs().leader(claim.cell())).contains(claim);
      }
    }
  }

  @Seeds(3)
  void theSameSeedGivesTheSameTraceAndAnotherOneAnotherTrace(long seed) {
    assertThat(trace(seed)).isEqualTo(trace(seed)).isNotEqualTo(trace(seed + 1));
  }

  private static long trace(long seed) {
    World world = new World(seed, 20);
    world.network.lose(100);
    world.run(Duration.ofSeconds(10));
    world.crash(3);
    world.run(Duration.ofSeconds(10));
    return world.traceHash();
  }

  private static World settled(long seed, int size, int lostPerMille) {
    World world = new World(seed, size);
    world.network.lose(lostPerMille);
    world.runUntil(w -> w.allSeeAll() && w.allHoldTheSame(), LIMIT);
    world.run(Duration.ofSeconds(30));
    return world;
  }

  @Seeds(1)
  void slowNodesKillFiftyTimesFewerHealthyOnesThanUnderPlainSwim(long seed) {
    long plain = healthyDeaths(seed, Habits.PLAIN_SWIM);
    long ours = healthyDeaths(seed, Habits.SHIPPED);

    assertThat(plain).isGreaterThanOrEqualTo(50);
    assertThat(ours * 50).isLessThanOrEqualTo(plain);
  }

  /** 32 of 128 nodes get the processor for half a second at most, then not for up to 4.5. */
  private static long healthyDeaths(long seed, Habits habits) {
    World world = new World(seed, 128, 128, habits);
    world.runUntil(World::allHoldTheSame, LIMIT);
    world.run(Duration.ofSeconds(20));
    world.count(death -> death.victim().number >= 32);
    for (int node = 0; node < 32; node++) {
      world.slow(node, Duration.ofMillis(500), Duration.ofMillis(4_000));
    }
    world.run(Duration.ofSeconds(90));
    return world.falseDeaths();
  }
}
