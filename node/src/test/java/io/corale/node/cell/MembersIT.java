package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Member;
import io.corale.model.NodeId;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Membership;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.ratis.SnapshotThresholds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rules 4, 27 and 28 on real Raft servers: a cell has as many members as it should, by itself. */
@Timeout(240)
final class MembersIT {
  private static final SnapshotThresholds OFTEN =
      new SnapshotThresholds(50, 1L << 30, Duration.ofDays(1));

  private static final int SELDOM = 1_000_000;

  @TempDir Path directory;

  /** Of one member, without a log from its beginning, to three, one of which may then die. */
  @Test
  void aCellThatWasBornAloneGetsTwoMoreWhenTheyCome() throws Exception {
    try (CellHarness nodes =
        new CellHarness(directory, 3, 1, OFTEN, SELDOM, Duration.ofMinutes(5))) {
      Cell superpeer = CellWork.born(nodes);
      CellWork.run(superpeer, "alone", 60);
      assertThat(superpeer.members()).hasSize(1);

      nodes.start(nodes.ids().get(1));
      CellWork.run(superpeer, "two-nodes", 3);
      nodes.start(nodes.ids().get(2));
      awaitMembers(nodes, Set.copyOf(nodes.ids()));

      CellWork.run(superpeer, "three", 3);
      CellWork.awaitEqual(nodes, superpeer);
      nodes.stop(nodes.ids().get(2));
      CellWork.run(superpeer, "one-is-dead", 3);
      assertThat(nodes.repairs).doesNotContain("await", "remove");
      assertThat(nodes.askedToCreate).as("by a birth").isEmpty();
    }
  }

  /** The fourth node takes the place of one that is gone, which finds that out when it is back. */
  @Test
  void aMemberThatIsGoneIsReplacedAndCleansUpWhenItIsBack() throws Exception {
    try (CellHarness nodes =
        new CellHarness(directory, 4, 3, OFTEN, SELDOM, Duration.ofSeconds(3))) {
      Cell superpeer = CellWork.born(nodes);
      CellWork.run(superpeer, "before", 60);
      CellWork.awaitEqual(nodes, superpeer);
      NodeId lost = CellWork.follower(nodes, superpeer);
      NodeId fourth = nodes.ids().get(3);
      nodes.stop(lost);
      nodes.gone.add(lost);
      CellWork.run(superpeer, "one-is-gone", 3);
      assertThat(superpeer.members()).as("there is nobody else").hasSize(3);

      nodes.start(fourth);
      Set<NodeId> others = new TreeSet<>(nodes.ids());
      others.remove(lost);
      awaitMembers(nodes, others);
      CellWork.run(superpeer, "replaced", 3);
      CellWork.awaitEqual(nodes, superpeer);
      Path left = nodes.directoryOf(lost, superpeer.group());
      assertThat(left).as("what it had").exists();

      nodes.gone.remove(lost);
      nodes.start(lost);

      CellHarness.await("nothing is left of it", () -> membership(superpeer).former().isEmpty());
      assertThat(left).doesNotExist();
      assertThat(nodes.cells(lost).find(CellHarness.CELL)).isEmpty();
      assertThat(nodes.cells(lost).lost()).isEmpty();
      assertThat(Files.readString(nodes.fileOf(lost, superpeer.group()))).contains("LEFT");
      nodes.stop(lost);
      nodes.start(lost);
      assertThat(nodes.cells(lost).find(CellHarness.CELL)).as("after a start").isEmpty();
      CellWork.run(superpeer, "after", 3);
    }
  }

  private static void awaitMembers(CellHarness nodes, Set<NodeId> expected) {
    CellHarness.await(
        "members " + expected,
        () -> {
          List<Cell> superpeers = nodes.cells().stream().filter(Cell::isSuperpeer).toList();
          return superpeers.size() == 1 && isOf(nodes, superpeers.get(0), expected);
        });
  }

  private static boolean isOf(CellHarness nodes, Cell cell, Set<NodeId> expected) {
    Membership log = membership(cell);
    return log.move().isEmpty()
        && new TreeSet<>(log.members().stream().map(Member::node).toList())
            .equals(new TreeSet<>(expected))
        && new TreeSet<>(
                cell.members().stream().map(BornMember::incarnation).map(it -> it.node()).toList())
            .equals(new TreeSet<>(expected))
        && expected.stream().allMatch(id -> nodes.cells(id).find(CellHarness.CELL).isPresent());
  }

  private static Membership membership(Cell cell) {
    return cell.read(OwnerScheduler::membership);
  }
}
