package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.AttemptId;
import io.corale.model.NodeId;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Urgency;
import io.corale.scheduler.ratis.SnapshotThresholds;
import io.corale.wire.Door;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rule 6 on real Raft servers: what is damaged is not started, and comes back by itself. */
@Timeout(360)
final class RepairIT {
  private static final SnapshotThresholds OFTEN =
      new SnapshotThresholds(50, 1L << 30, Duration.ofDays(1));

  private static final List<String> STEPS = List.of("await", "remove", "return", "add");

  private static final int DELETIONS = 100;

  @TempDir Path directory;

  /** What befalls a replica whose node is down. */
  private enum Damage {
    TRUNCATED {
      @Override
      void befall(CellHarness nodes, NodeId node, Path replica) throws IOException {
        Path file = openLog(replica);
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 8));
      }
    },
    TORN {
      @Override
      void befall(CellHarness nodes, NodeId node, Path replica) throws IOException {
        byte[] all = Files.readAllBytes(openLog(replica));
        Files.write(openLog(replica), Arrays.copyOf(all, all.length - 3));
      }
    },
    CELL_FILE_DAMAGED {
      @Override
      void befall(CellHarness nodes, NodeId node, Path replica) throws IOException {
        Path file = nodes.fileOf(node, replica.getFileName().toString());
        Files.writeString(file, Files.readString(file).substring(9));
      }
    },
    WIPED {
      @Override
      void befall(CellHarness nodes, NodeId node, Path replica) throws IOException {
        delete(nodes.diskOf(node));
      }
    };

    abstract void befall(CellHarness nodes, NodeId node, Path replica) throws IOException;
  }

  @Test
  void eachKindOfDamageIsRepairedWhileTheCellServes() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, OFTEN)) {
      Cell superpeer = CellWork.born(nodes);
      NodeId hurt = CellWork.follower(nodes, superpeer);
      CellWork.run(superpeer, "before", 60);
      for (Damage damage : Damage.values()) {
        CellWork.run(superpeer, damage + "-a", 3);
        CellWork.awaitEqual(nodes, superpeer);
        nodes.stop(hurt);
        damage.befall(nodes, hurt, nodes.directoryOf(hurt, superpeer.group()));

        nodes.start(hurt);

        assertThat(nodes.cells(hurt).find(CellHarness.CELL)).as("%s is seen", damage).isEmpty();
        CellWork.run(superpeer, damage + "-b", 3);
        awaitBack(nodes, superpeer, hurt);
        CellWork.run(superpeer, damage + "-c", 3);
        CellWork.awaitEqual(nodes, superpeer);
      }

      NodeId other = otherThan(nodes, superpeer, hurt);
      nodes.stop(other);
      CellWork.run(superpeer, "its-voice-counts", 3);
      assertThat(nodes.mostSending.get()).isLessThanOrEqualTo(CellHarness.LIMIT);
    }
  }

  /** What is not known to be sound is not opened, however often that is tried. */
  @Test
  void whatCouldNotBeReadIsLookedAtAgainAndThenLost() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, OFTEN)) {
      Cell superpeer = CellWork.born(nodes);
      NodeId hurt = CellWork.follower(nodes, superpeer);
      CellWork.run(superpeer, "before", 20);
      CellWork.awaitEqual(nodes, superpeer);
      nodes.stop(hurt);
      Path log = openLog(nodes.directoryOf(hurt, superpeer.group()));
      byte[] whole = Files.readAllBytes(log);
      Files.delete(log);
      // To read a directory fails as a sick disk does.
      Files.createDirectory(log);

      nodes.start(hurt);

      Cell unopened = nodes.cells(hurt).find(CellHarness.CELL).orElseThrow();
      assertThat(unopened.standing()).isEqualTo(Cell.Standing.QUARANTINED);
      CellHarness.await("another try", () -> nodes.reopened.contains("in vain"));
      assertThat(nodes.cells(hurt).lost()).as("it may be read tomorrow").isEmpty();

      Files.delete(log);
      Files.write(log, Arrays.copyOf(whole, 8));
      CellWork.run(superpeer, "meanwhile", 3);
      awaitBack(nodes, superpeer, hurt);
      CellHarness.await("its steps", () -> STEPS.equals(steps(nodes)));
      CellWork.awaitEqual(nodes, superpeer);
    }
  }

  @Test
  void whatIsLostInALivingProcessComesBackToo() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, OFTEN)) {
      Cell superpeer = CellWork.born(nodes);
      NodeId hurt = CellWork.follower(nodes, superpeer);
      CellWork.run(superpeer, "before", 20);
      AwakeCell follower = (AwakeCell) nodes.cells(hurt).find(CellHarness.CELL).orElseThrow();

      nodes.cells(hurt).host().division(follower.raftGroup()).close();
      delete(nodes.directoryOf(hurt, superpeer.group()));

      CellHarness.await("its loss", () -> !nodes.repairs.isEmpty());
      awaitBack(nodes, superpeer, hurt);
      CellHarness.await("its steps", () -> STEPS.equals(steps(nodes)));
      CellWork.run(superpeer, "after", 3);
      CellWork.awaitEqual(nodes, superpeer);
    }
  }

  /** Rule 11: a cell outlives the loss of its replica, as it outlives its death. */
  @Test
  void bringsHomeWhatItHadSentBeforeItsReplicaWasLost() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, OFTEN)) {
      Cell first = CellWork.born(nodes);
      NodeId hurt = nodes.nodeOf(first);
      CellWork.run(first, "before", 20);
      int before = nodes.sent.size();
      nodes.answers = new CompletableFuture<>();
      for (int i = 0; i < CellHarness.LIMIT; i++) {
        first.propose(CellHarness.submit("running-" + i, 1), Urgency.NEW).join();
      }
      CellHarness.await("all slots", () -> nodes.sent.size() >= before + CellHarness.LIMIT);
      List<AttemptId> running = nodes.sent.stream().skip(before).limit(CellHarness.LIMIT).toList();

      nodes.cells(hurt).host().division(((AwakeCell) first).raftGroup()).close();
      delete(nodes.directoryOf(hurt, first.group()));
      CellHarness.await("its loss", () -> !nodes.cells(hurt).lost().isEmpty());
      nodes.answers.complete(null);

      CellHarness.await("its outcomes", () -> nodes.forwarded.containsAll(running));
      awaitBack(nodes, nodes.superpeer(), hurt);
      assertThat(nodes.cells(hurt).find(CellHarness.CELL)).contains(first);
      CellWork.run(nodes.superpeer(), "after", 3);
      CellWork.awaitEqual(nodes, nodes.superpeer());
    }
  }

  /** The state of a repair is where the death, or the leave, of a superpeer cannot take it. */
  @Test
  void whoeverIsSuperpeerGoesOnWithARepair() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, OFTEN)) {
      Cell first = CellWork.born(nodes);
      NodeId hurt = CellWork.follower(nodes, first);
      NodeId other = otherThan(nodes, first, hurt);
      CellWork.run(first, "before", 20);
      NodeId one = nodes.nodeOf(first);
      long began = first.term();
      Queue<Door.TendReplica.Wish> left =
          new ConcurrentLinkedQueue<>(
              List.of(Door.TendReplica.Wish.AWAIT, Door.TendReplica.Wish.RETURN));
      AtomicInteger moved = new AtomicInteger();
      nodes.tended =
          (node, wish) -> {
            if (left.remove(wish)) {
              Cell now = nodes.superpeer();
              now.transferLeadership(nodes.nodeOf(now).equals(one) ? other : one)
                  .whenComplete((done, failure) -> moved.incrementAndGet());
            }
          };

      nodes.stop(hurt);
      delete(nodes.directoryOf(hurt, first.group()));
      nodes.start(hurt);

      awaitBack(nodes, nodes.superpeer(), hurt);
      CellHarness.await("both moves, or attempts at them", () -> moved.get() == 2);
      assertThat(nodes.superpeer().term()).as("another led meanwhile").isGreaterThan(began);
      CellWork.run(nodes.superpeer(), "after", 5);
      CellWork.awaitEqual(nodes, nodes.superpeer());
    }
  }

  /** Also when its disk is lost after that. */
  @Test
  void whoWasRemovedByAnAdministratorStaysAway() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, OFTEN)) {
      Cell superpeer = CellWork.born(nodes);
      NodeId removed = CellWork.follower(nodes, superpeer);
      NodeId other = otherThan(nodes, superpeer, removed);
      AtomicInteger looks = new AtomicInteger();
      nodes.tended =
          (node, wish) -> {
            assertThat(wish).isEqualTo(Door.TendReplica.Wish.LOOK);
            looks.incrementAndGet();
          };
      nodes.configure(superpeer, List.of(nodes.nodeOf(superpeer), other));

      CellHarness.await("looks at it", () -> looks.get() >= 2);
      nodes.stop(removed);
      delete(nodes.diskOf(removed));
      nodes.start(removed);

      int before = looks.get();
      CellHarness.await("looks at what is wiped", () -> looks.get() >= before + 2);
      assertThat(superpeer.members()).hasSize(2);
      assertThat(nodes.cells(removed).find(CellHarness.CELL)).isEmpty();

      // Until it is told to await its return; and it may die just before that.
      nodes.tended = (node, wish) -> {};
      Door.TendReplica.Builder wish =
          Door.TendReplica.newBuilder().setReplica(CellWork.replica(superpeer));
      Door.ReplicaReport awaited =
          nodes.cells(removed).tend(wish.setWish(Door.TendReplica.Wish.AWAIT).build()).join();
      nodes
          .cells(removed)
          .tend(wish.setWish(Door.TendReplica.Wish.RETURN).setToken(awaited.getToken()).build())
          .join();
      nodes.stop(removed);
      nodes.start(removed);
      awaitBack(nodes, superpeer, removed);
    }
  }

  /** In their order; one whose answer came late, or to who leads no more, is taken again. */
  private static List<String> steps(CellHarness nodes) {
    return nodes.repairs.stream().distinct().toList();
  }

  private static void awaitBack(CellHarness nodes, Cell superpeer, NodeId node) {
    CellHarness.await(
        node + " as a member",
        () ->
            isMember(superpeer, node)
                && nodes.cells(node).lost().isEmpty()
                && nodes.cells(node).find(CellHarness.CELL).filter(RepairIT::isHeld).isPresent());
  }

  private static boolean isMember(Cell cell, NodeId node) {
    return cell.members().stream()
        .map(BornMember::incarnation)
        .anyMatch(i -> i.node().equals(node));
  }

  private static boolean isHeld(Cell cell) {
    return ((AwakeCell) cell).file().state() == CellFile.State.HELD;
  }

  private static NodeId otherThan(CellHarness nodes, Cell superpeer, NodeId hurt) {
    return nodes.ids().stream()
        .filter(id -> !id.equals(hurt) && !id.equals(nodes.nodeOf(superpeer)))
        .findFirst()
        .orElseThrow();
  }

  private static Path openLog(Path replica) throws IOException {
    try (Stream<Path> files = Files.list(replica.resolve("current"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("log_inprogress_"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Again and again, as a process that lives may still be writing there. */
  private static void delete(Path tree) throws IOException {
    for (int tries = 1; Files.exists(tree); tries++) {
      try (Stream<Path> found = Files.walk(tree)) {
        for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(each);
        }
      } catch (IOException | UncheckedIOException e) {
        if (tries == DELETIONS) {
          throw new IOException("still written: " + tree, e);
        }
      }
    }
  }
}
