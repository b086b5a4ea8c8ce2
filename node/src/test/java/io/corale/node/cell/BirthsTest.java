package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.node.cell.Births.Verdict;
import io.corale.node.registry.Birth;
import io.corale.sim.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Rules 1 to 3: one birth record, one group, whoever asks, dies and comes back. */
final class BirthsTest {
  @Seeds(100)
  void bearsOneGroupHoweverManyAskAtOnce(long seed) {
    RandomGenerator chance = new Random(seed);
    BirthWorld world = new BirthWorld(chance, 1 + chance.nextInt(5), 0, PlantedBirthBug.NOTHING);

    List<CompletableFuture<Birth>> asked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      asked.add(world.nodes.get(chance.nextInt(world.nodes.size())).births.bear(BirthWorld.CELL));
    }
    world.runAll();

    Birth only = world.record().orElseThrow().value();
    assertThat(asked).allSatisfy(a -> assertThat(a).isCompletedWithValue(only));
    assertThat(only.epoch()).isEqualTo(1);
    assertThat(only.members()).hasSize(Math.min(Births.REPLICAS, world.nodes.size()));
    assertThat(world.electable())
        .singleElement()
        .extracting(CellFile::nonce)
        .isEqualTo(only.nonce());
  }

  /**
   * Nodes restart in the middle, some without their disks; answers are lost; superpeers of every
   * group that can elect one try to open it. {@link BirthWorld} checks after every step that no
   * replica is formatted twice, that one epoch names one birth, and that an OPEN record never
   * changes; {@link PlantedBirthBugsTest}, that it sees what it should.
   */
  @Seeds(200)
  void opensAtMostOneGroupThroughRestartsAndLosses(long seed) {
    live(seed, PlantedBirthBug.NOTHING);
  }

  static void live(long seed, PlantedBirthBug bug) {
    RandomGenerator chance = new Random(seed);
    BirthWorld world = new BirthWorld(chance, 3 + chance.nextInt(3), 0.1, bug);

    List<CompletableFuture<Verdict>> opening = new ArrayList<>();
    for (int round = 0; round < 120; round++) {
      BirthWorld.Node node = world.nodes.get(chance.nextInt(world.nodes.size()));
      switch (chance.nextInt(8)) {
        case 0 -> node.restart(chance.nextBoolean());
        case 1, 2 -> assertThat(node.births.bear(BirthWorld.CELL)).isNotNull();
        case 3 -> world.electable().forEach(f -> world.opens(node, f).ifPresent(opening::add));
        default -> {
          for (int i = chance.nextInt(12); i >= 0; i--) {
            world.step();
          }
        }
      }
    }
    world.runAll();

    assertThat(world.opened).hasSizeLessThanOrEqualTo(1);
    opening.removeIf(CompletableFuture::isCompletedExceptionally);
    assertThat(opening).allSatisfy(o -> assertThat(o).isCompleted());
    if (opening.stream().anyMatch(o -> o.join() == Verdict.OPEN)) {
      assertThat(world.opened).hasSize(1);
    }
  }

  /** Whoever is born with fewer members keeps them, and does not survive the loss of one. */
  @Test
  void waitsForNodesThatAreJustComing() {
    BirthWorld world = new BirthWorld(new Random(7), 2, 0, PlantedBirthBug.NOTHING);
    world.pausesLeft = 10;
    CompletableFuture<Birth> birth = world.nodes.get(0).births.bear(BirthWorld.CELL);
    for (int i = 0; i < 12; i++) {
      world.step();
    }
    boolean isBornBefore = world.record().isPresent();

    world.nodes.add(world.new Node("late"));
    world.runAll();

    assertThat(isBornBefore).isFalse();
    assertThat(birth.join().members()).hasSize(Births.REPLICAS);
    assertThat(world.pausesLeft).isPositive();
  }

  @Test
  void waitsNoLongerThanMoreMayCome() {
    BirthWorld world = new BirthWorld(new Random(7), 2, 0, PlantedBirthBug.NOTHING);
    world.pausesLeft = Births.MAX_ROUNDS + 4;

    CompletableFuture<Birth> birth = world.nodes.get(0).births.bear(BirthWorld.CELL);
    world.runAll();

    assertThat(birth.join().members()).hasSize(2);
  }

  @Test
  void isBornAgainWithoutTheLifeThatIsOver() {
    BirthWorld world = new BirthWorld(new Random(7), 4, 0, PlantedBirthBug.NOTHING);
    BirthWorld.Node first = world.nodes.get(0);
    BirthWorld.Node second = world.nodes.get(1);
    CompletableFuture<Birth> unfinished = first.births.bear(BirthWorld.CELL);
    while (world.record().isEmpty()) {
      world.step();
    }
    Birth abandoned = world.record().orElseThrow().value();
    second.restart(true);

    world.runAll();

    Birth born = unfinished.join();
    assertThat(born.epoch()).isEqualTo(2);
    assertThat(born.members()).contains(second.member()).isNotEqualTo(abandoned.members());
    CompletableFuture<Verdict> late =
        first.births.open(BirthWorld.CELL, abandoned.epoch(), abandoned.nonce());
    world.runAll();
    assertThat(late).isCompletedWithValue(Verdict.STILLBORN);
  }

  @Test
  void neverCreatesReplicasOfAnOpenGroup() {
    BirthWorld world = new BirthWorld(new Random(7), 3, 0, PlantedBirthBug.NOTHING);
    BirthWorld.Node node = world.nodes.get(0);
    CompletableFuture<Birth> birth = node.births.bear(BirthWorld.CELL);
    world.runAll();
    CompletableFuture<Verdict> opened =
        node.births.open(BirthWorld.CELL, birth.join().epoch(), birth.join().nonce());
    world.runAll();
    assertThat(opened).isCompletedWithValue(Verdict.OPEN);
    world.nodes.get(1).restart(true);
    world.nodes.get(2).restart(true);

    CompletableFuture<Birth> again = node.births.bear(BirthWorld.CELL);
    world.runAll();

    assertThat(again).isCompletedWithValue(birth.join().opened());
    assertThat(world.nodes.get(1).held).isEmpty();
    assertThat(world.nodes.get(2).held).isEmpty();
  }
}
