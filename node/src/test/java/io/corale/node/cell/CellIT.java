package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.AttemptId;
import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.model.Retention;
import io.corale.node.registry.Birth;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Inquiry;
import io.corale.scheduler.Inventory;
import io.corale.scheduler.InvocationView;
import io.corale.scheduler.Orphan;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Result;
import io.corale.scheduler.Urgency;
import io.corale.scheduler.ratis.SnapshotThresholds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cells on real Raft servers, three nodes in one process. */
@Timeout(360)
final class CellIT {
  @TempDir Path directory;

  /** Rules 1, 2 and 9. */
  @Test
  void isBornOnceHoweverManyNodesAskAndOpensBeforeItAnswers() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, SnapshotThresholds.DEFAULT)) {
      List<CompletableFuture<Birth>> asked =
          Stream.concat(nodes.ids().stream(), nodes.ids().stream())
              .map(id -> nodes.cells(id).bear(CellHarness.CELL))
              .toList();

      asked.forEach(
          birth -> assertThat(birth.join().opened()).isEqualTo(asked.get(0).join().opened()));
      Cell superpeer = nodes.superpeer();

      assertThat(nodes.record()).map(Birth::state).contains(Birth.State.OPEN);
      assertThat(nodes.cells()).hasSize(3).allMatch(c -> c.group().equals(superpeer.group()));
      assertThat(superpeer.read(OwnerScheduler::compositions)).containsExactly(CellHarness.CHAIN);
      assertThat(superpeer.barrier().join()).isInstanceOf(Reply.Applied.class);
    }
  }

  /** P1 and P2 through the loss of a superpeer; rules 10, 22 and 35 on the way. */
  @Test
  void endsEveryAcknowledgedInvocationOnceThoughItsSuperpeerDies() throws Exception {
    SnapshotThresholds often = new SnapshotThresholds(20, 1_000_000, Duration.ofDays(1));
    try (CellHarness nodes = new CellHarness(directory, 3, often)) {
      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
      Cell first = nodes.superpeer();
      NodeId victim = nodes.nodeOf(first);

      List<String> acknowledged = new ArrayList<>(submitAll(first, "a", 60));
      first.ended(new InvocationId("a-0")).join();
      nodes.stop(victim);
      Cell second = nodes.superpeer();
      acknowledged.addAll(submitAll(second, "b", 60));

      awaitEndings(second, acknowledged);
      assertThat(nodes.mostSending.get()).isLessThanOrEqualTo(CellHarness.LIMIT);

      // The dead one comes back, far behind. SnapshotIT has one that is behind a purged log.
      CellHarness.await(
          "snapshots", () -> nodes.cells().stream().allMatch(c -> hasSnapshotAbove(nodes, c, 60)));
      nodes.start(victim);
      Cell returned = nodes.cells(victim).find(CellHarness.CELL).orElseThrow();
      CellHarness.await("the lagging one", () -> returned.applied() >= second.applied());
      assertThat(endings(returned, acknowledged)).isEqualTo(endings(second, acknowledged));

      // All restart from their snapshots and logs.
      for (NodeId id : nodes.ids()) {
        nodes.stop(id);
      }
      for (NodeId id : nodes.ids()) {
        nodes.start(id);
      }
      Cell third = nodes.superpeer();
      assertThat(endings(third, acknowledged))
          .hasSize(acknowledged.size())
          .allSatisfy((id, e) -> assertThat(e).containsInstanceOf(Ending.Completed.class));
      assertThat(third.epoch()).isEqualTo(1);
      awaitEndings(third, submitAll(third, "c", 5));
    }
  }

  /** Or large results would be counted that nobody holds. */
  @Test
  void tellsItsSenderWhatIsSettledAndWhatIsLetGo() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 1, SnapshotThresholds.DEFAULT)) {
      NodeId only = nodes.ids().get(0);
      nodes.cells(only).bear(CellHarness.CELL).join();
      Cell cell = nodes.superpeer();

      awaitEndings(cell, submitAll(cell, "a", 5));
      assertThat(nodes.sent).isNotEmpty();
      CellHarness.await("what is settled", () -> nodes.settled.containsAll(nodes.sent));
      assertThat(nodes.closed).isEmpty();

      nodes.stop(only);
      assertThat(nodes.closed).contains(cell);
      nodes.settled.clear();
      cell.outcome(nodes.sent.peek(), new Outcome.Success(Payload.NULL), 1);
      assertThat(nodes.settled).as("it came too late").containsExactly(nodes.sent.peek());
    }
  }

  /** One that cannot be sent is one that ends, and the others go on. */
  @Test
  void endsEveryInvocationThoughItsSenderBreaks() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 1, SnapshotThresholds.DEFAULT)) {
      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
      Cell cell = nodes.superpeer();

      List<String> acknowledged = new ArrayList<>(submitAll(cell, CellHarness.BROKEN, 20));
      acknowledged.addAll(submitAll(cell, "sound", 20));

      awaitEndings(cell, acknowledged);
    }
  }

  @Test
  void handsLeadershipOverWithoutLosingWhatRuns() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, SnapshotThresholds.DEFAULT)) {
      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
      Cell first = nodes.superpeer();
      NodeId from = nodes.nodeOf(first);
      NodeId to = nodes.ids().stream().filter(id -> !id.equals(from)).findFirst().orElseThrow();

      List<String> acknowledged = submitAll(first, "a", 40);
      first.transferLeadership(to).join();

      Cell second = nodes.cells(to).find(CellHarness.CELL).orElseThrow();
      CellHarness.await("the new superpeer", second::isSuperpeer);
      CellHarness.await("the first to know", () -> first.superpeerHint().equals(Optional.of(to)));
      assertThat(first.isSuperpeer()).isFalse();
      assertThat(first.propose(new Command.Tick(), Urgency.NEW).join())
          .isEqualTo(new Reply.NotSuperpeer(Optional.of(to)));
      awaitEndings(second, acknowledged);
      assertThat(nodes.mostSending.get()).isLessThanOrEqualTo(CellHarness.LIMIT);
    }
  }

  /** Rule 1: of two that claim to lead, the one whose term is over must not be believed. */
  @Test
  void onlyWhoLeadsSaysATermAndTheConfigurationWithWhichThatBegan() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, SnapshotThresholds.DEFAULT)) {
      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
      Cell first = nodes.superpeer();
      long term = first.termServed();
      long configuration = first.configuration();
      NodeId from = nodes.nodeOf(first);
      NodeId to = nodes.ids().stream().filter(id -> !id.equals(from)).findFirst().orElseThrow();
      Cell second = nodes.cells(to).find(CellHarness.CELL).orElseThrow();
      long followed = second.termServed();

      first.transferLeadership(to).join();
      CellHarness.await("the new superpeer", second::isSuperpeer);
      CellHarness.await("its configuration", () -> second.configuration() > configuration);
      CellHarness.await("the first to know", () -> first.termServed() == 0);

      assertThat(term).isPositive();
      assertThat(followed).isZero();
      assertThat(second.termServed()).isGreaterThan(term).isEqualTo(second.term());
      assertThat(first.term()).as("it has heard of").isPositive();
    }
  }

  /**
   * Rule 26: its id may be another's by now, which a superpeer that was deposed does not know. So
   * it is told behind a barrier, as that there is none.
   */
  @Test
  void doesNotSayAtOnceHowSomethingOfHistoryEnded() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 1, SnapshotThresholds.DEFAULT)) {
      Cell superpeer = CellWork.born(nodes);
      CellHarness.await("the activation", () -> superpeer.activeFormat() == Entry.NEWEST_FORMAT);
      Command retain = new Command.Retain(new Retention(Duration.ofDays(1), 10, 1 << 20));
      assertThat(superpeer.propose(retain, Urgency.RESULT).join())
          .isInstanceOfSatisfying(
              Reply.Applied.class, r -> assertThat(r.result()).isEqualTo(new Result.Done()));
      InvocationId id = new InvocationId("nightly");
      superpeer.propose(soonForgotten(id), Urgency.NEW).join();
      CellHarness.await(
          "its receipt to end",
          () -> {
            superpeer.barrier().join();
            return superpeer.read(scheduler -> scheduler.isHistory(id));
          });

      Optional<InvocationView> readable = superpeer.read(scheduler -> scheduler.status(id));

      assertThat(readable.flatMap(InvocationView::ending)).isPresent();
      assertThat(superpeer.ended(id).join()).isEmpty();
    }
  }

  /**
   * Rule 26: what it knows under the id may be an earlier invocation, whose receipt had not ended
   * when it applied its last entry.
   */
  @Test
  void saysNothingOfAnEndBeforeItHasComeAsFarAsIsSeen() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 1, SnapshotThresholds.DEFAULT)) {
      Cell superpeer = CellWork.born(nodes);
      CellWork.run(superpeer, "a", 1);
      InvocationId id = new InvocationId("a-0");

      assertThat(superpeer.ended(id, superpeer.applied()).join()).isPresent();
      assertThat(superpeer.ended(id, Long.MAX_VALUE).join()).isEmpty();
    }
  }

  /** It ends at once, and its receipt as soon as time passes. */
  private static Command.Submit soonForgotten(InvocationId id) {
    Command.Submit submit = CellHarness.submit(id.value(), 0);
    return new Command.Submit(
        id,
        submit.composition(),
        submit.input(),
        submit.caller(),
        submit.labels(),
        submit.parent(),
        submit.serviceClass(),
        submit.deadlineMicros(),
        1,
        submit.rankMicros(),
        submit.transition(),
        submit.acceptedWallMillis(),
        submit.traceParent());
  }

  /** Rule 11: who has left the group still says what it was to send, and brings home what ends. */
  @Test
  void asksWhoIsNoMemberAnyMoreWhatItHasSent() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, SnapshotThresholds.DEFAULT)) {
      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
      Cell first = nodes.superpeer();
      NodeId from = nodes.nodeOf(first);
      List<NodeId> others = nodes.ids().stream().filter(id -> !id.equals(from)).toList();
      Cell second = nodes.cells(others.get(0)).find(CellHarness.CELL).orElseThrow();
      nodes.answers = new CompletableFuture<>();
      List<String> acknowledged = submitAll(first, "a", 1);
      CellHarness.await("the attempt", () -> !nodes.sent.isEmpty());
      AttemptId sent = nodes.sent.element();
      long startedIndex = first.applied();
      Executor earlier = first.read(OwnerScheduler::executor).orElseThrow();

      first.transferLeadership(others.get(0)).join();
      CellHarness.await("the new superpeer", second::isSuperpeer);
      nodes.configure(second, others);
      CellHarness.await("its removal", () -> first.standing() == Cell.Standing.CLOSED);

      Inquiry inquiry =
          new Inquiry(
              0,
              earlier,
              second.read(OwnerScheduler::executor).orElseThrow(),
              List.of(
                  new Orphan(sent, startedIndex, 0, false),
                  new Orphan(new AttemptId(sent.call(), 9), startedIndex + 1_000, 0, false)));
      assertThat(nodes.cells(from).inventory(CellHarness.CELL, 1, inquiry).join())
          .isEqualTo(
              new Inventory.Taken(
                  List.of(new Inventory.Finding.Running(), new Inventory.Finding.Unsent())));
      nodes.answers.complete(null);
      awaitEndings(second, acknowledged);
    }
  }

  /** Rule 3: whom an administrator has removed is no member, and is never given a replica again. */
  @Test
  void knowsWhomAnAdministratorRemoved() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, SnapshotThresholds.DEFAULT)) {
      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
      Cell first = nodes.superpeer();
      NodeId from = nodes.nodeOf(first);
      List<NodeId> others = nodes.ids().stream().filter(id -> !id.equals(from)).toList();
      NodeId lost = others.get(0);
      NodeId heir = others.get(1);
      nodes.stop(lost);

      nodes.configure(first, List.of(from, heir));

      Cell second = nodes.cells(heir).find(CellHarness.CELL).orElseThrow();
      for (Cell cell : List.of(first, second)) {
        CellHarness.await("two members", () -> namesOf(cell).equals(Set.of(from, heir)));
      }
      nodes.askedToCreate.clear();
      first.transferLeadership(heir).join();
      CellHarness.await("the new superpeer", second::isSuperpeer);
      CellHarness.await("its requests", () -> nodes.askedToCreate.contains(from));
      assertThat(nodes.askedToCreate).doesNotContain(lost);

      nodes.stop(from);
      nodes.start(from);
      Cell again = nodes.cells(from).find(CellHarness.CELL).orElseThrow();
      CellHarness.await("two members", () -> namesOf(again).equals(Set.of(from, heir)));
    }
  }

  private static Set<NodeId> namesOf(Cell cell) {
    return cell.members().stream()
        .map(member -> member.incarnation().node())
        .collect(Collectors.toSet());
  }

  /** Rule 3. */
  @Test
  void opensOnlyWhatItHas() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 1, SnapshotThresholds.DEFAULT)) {
      NodeId only = nodes.ids().get(0);
      nodes.cells(only).bear(CellHarness.CELL).join();
      String group = nodes.superpeer().group();
      nodes.stop(only);
      Path groups = directory.resolve(only.value()).resolve("groups");
      Files.move(groups.resolve(group), groups.resolve("aside"));

      nodes.start(only);

      assertThat(nodes.cells(only).all()).isEmpty();
      assertThat(groups.resolve(group)).doesNotExist();
      assertThat(nodes.cells(only).bear(CellHarness.CELL).join().state())
          .isEqualTo(Birth.State.OPEN);
      assertThat(groups.resolve(group)).doesNotExist();
    }
  }

  private static List<String> submitAll(Cell cell, String prefix, int count) {
    Map<String, CompletableFuture<Reply>> replies = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String id = prefix + "-" + i;
      replies.put(id, cell.propose(CellHarness.submit(id, 3), Urgency.NEW));
    }
    List<String> acknowledged = new ArrayList<>();
    replies.forEach(
        (id, reply) -> {
          if (reply.join() instanceof Reply.Applied applied
              && applied.result() instanceof Result.Accepted) {
            acknowledged.add(id);
          }
        });
    assertThat(acknowledged).hasSize(count);
    return acknowledged;
  }

  private static void awaitEndings(Cell cell, List<String> ids) {
    CellHarness.await(
        "all endings", () -> endings(cell, ids).values().stream().allMatch(Optional::isPresent));
  }

  private static Map<String, Optional<Ending>> endings(Cell cell, List<String> ids) {
    Map<String, Optional<Ending>> all = new LinkedHashMap<>();
    for (String id : ids) {
      all.put(
          id,
          cell.read(scheduler -> scheduler.status(new InvocationId(id)))
              .flatMap(InvocationView::ending));
    }
    return all;
  }

  private boolean hasSnapshotAbove(CellHarness nodes, Cell cell, long index) {
    Path snapshots =
        directory
            .resolve(nodes.nodeOf(cell).value())
            .resolve("groups")
            .resolve(cell.group())
            .resolve("sm");
    try (Stream<Path> files = Files.list(snapshots)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("snapshot.") && name.endsWith(".md5"))
          .map(name -> name.substring(name.indexOf('_') + 1, name.length() - ".md5".length()))
          .anyMatch(at -> Long.parseLong(at) >= index);
    } catch (java.io.IOException e) {
      return false;
    }
  }
}
