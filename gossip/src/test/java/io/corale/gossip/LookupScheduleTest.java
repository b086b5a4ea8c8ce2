package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.gossip.lookup.Trail;
import io.corale.model.CellId;
import io.corale.model.OwnerId;
import io.corale.sim.Chance;
import io.corale.sim.Seeds;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The lookup on the whole of the gossip that is shipped: what {@code LookupSchedulesTest} proves by
 * many small worlds without time, here with its delays and losses, and how many hops it takes.
 */
final class LookupScheduleTest {
  private static final int NODES = 9;
  private static final int OWNERS = 12;

  @Seeds(20)
  void everyBornOwnerIsFoundInOneHopOnceItIsQuiet(long seed) {
    World world = new World(seed, NODES);
    Owners owners = new Owners(world, new Chance(seed).of("owners"));
    world.runUntil(World::allHoldTheSame, Duration.ofSeconds(30));
    RandomGenerator chance = new Chance(seed).of("schedule");

    for (int step = 0; step < 60; step++) {
      happen(world, owners, chance);
      world.run(Duration.ofMillis(chance.nextInt(800)));
      owners.elect();
      int entry = chance.nextInt(NODES);
      if (world.peers.get(entry).isUp) {
        Owners.Found found = owners.request(entry, cell(chance));
        assertThat(found.hops()).isLessThanOrEqualTo(Trail.MOST_QUESTIONS);
      }
    }
    quieten(world, owners);

    for (CellId cell : owners.born()) {
      for (int entry = 0; entry < NODES; entry++) {
        Owners.Found found = owners.request(entry, cell);
        assertThat(found.isServed()).as("%s from n%s", cell, entry).isTrue();
        assertThat(found.hops()).as("%s from n%s", cell, entry).isLessThanOrEqualTo(1);
      }
    }
  }

  private static void happen(World world, Owners owners, RandomGenerator chance) {
    int node = chance.nextInt(NODES);
    switch (chance.nextInt(10)) {
      case 0, 1, 2 -> owners.bear(cell(chance).owner().value());
      case 3, 4, 5 -> owners.move(cell(chance));
      case 6 -> owners.retire(cell(chance));
      case 7 -> {
        boolean allUp = world.peers.stream().allMatch(peer -> peer.isUp);
        if (allUp) {
          world.crash(node);
        }
      }
      case 8 -> reviveAll(world, owners);
      default -> {
        if (chance.nextBoolean()) {
          owners.partition(3 + chance.nextInt(4));
        } else {
          owners.heal();
        }
      }
    }
  }

  private static void reviveAll(World world, Owners owners) {
    for (int number = 0; number < NODES; number++) {
      if (!world.peers.get(number).isUp) {
        world.restart(number);
      }
      owners.claim(List.of(number));
    }
  }

  private static void quieten(World world, Owners owners) {
    owners.heal();
    reviveAll(world, owners);
    owners.elect();
    reviveAll(world, owners);
    world.runUntil(w -> w.allSeeAll() && w.allHoldTheSame(), Duration.ofSeconds(60));
  }

  private static CellId cell(RandomGenerator chance) {
    return CellId.home(new OwnerId("owner-" + chance.nextInt(OWNERS)));
  }

  /** One leader change per group and hour is one in 36 seconds among 100 groups. */
  @Seeds(1)
  void ofAThousandRequestsOneAtMostTakesMoreThanOneHop(long seed) {
    World world = new World(seed, 30);
    world.network.lose(10);
    Owners owners = new Owners(world, new Chance(seed).of("owners"));
    for (int owner = 0; owner < 100; owner++) {
      owners.bear("owner-" + owner);
    }
    world.runUntil(World::allHoldTheSame, Duration.ofSeconds(60));
    RandomGenerator chance = new Chance(seed).of("schedule");
    int requests = 0;
    int longer = 0;

    for (int change = 0; change < 40; change++) {
      owners.move(CellId.home(new OwnerId("owner-" + chance.nextInt(100))));
      for (int tenth = 0; tenth < 360; tenth++) {
        world.run(Duration.ofMillis(100));
        for (int i = 0; i < 10; i++) {
          CellId cell = CellId.home(new OwnerId("owner-" + chance.nextInt(100)));
          Owners.Found found = owners.request(chance.nextInt(30), cell);
          assertThat(found.isServed()).isTrue();
          assertThat(found.hops()).isLessThanOrEqualTo(3);
          requests++;
          longer += found.hops() > 1 ? 1 : 0;
        }
      }
    }

    System.out.printf("%d requests, %d of them by more than one hop%n", requests, longer);
    assertThat(longer * 1_000L).as("of %s", requests).isLessThanOrEqualTo(requests);
  }
}
