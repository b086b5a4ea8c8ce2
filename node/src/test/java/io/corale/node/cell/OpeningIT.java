package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.corale.model.CompositionRef;
import io.corale.model.NodeId;
import io.corale.model.Payload;
import io.corale.model.Retention;
import io.corale.model.Terms;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Overlap;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Timing;
import io.corale.scheduler.ratis.SnapshotThresholds;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What stands between the election of a superpeer and its first acknowledgement. */
@Timeout(360)
final class OpeningIT {
  private static final CompositionRef LATER = new CompositionRef("later", "1.0.0");
  private static final Terms FEW = new Terms(1, 5, 6, 7, 8, new TreeMap<>());

  @TempDir Path directory;

  /** Both of two births may be furnished, and one of them is given up. */
  @Test
  void nothingRunsByItselfBeforeTheBirthIsOpen() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 1, SnapshotThresholds.DEFAULT)) {
      CompletableFuture<Void> open = new CompletableFuture<>();
      nodes.holdRecord(open);
      nodes.further =
          List.of(
              new Command.Schedule(
                  new Schedule.Plan(CellHarness.CHAIN, new Timing.Every(1_000), Overlap.ALLOW, 0),
                  0));
      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
      Cell cell = nodes.cells().get(0);
      CellHarness.await(
          "its compositions", () -> !cell.read(OwnerScheduler::compositions).isEmpty());

      assertThat(cell.read(OwnerScheduler::schedules)).isEmpty();
      open.complete(null);

      nodes.superpeer();
      assertThat(cell.read(OwnerScheduler::schedules)).hasSize(1);
    }
  }

  /** Its owner may have nothing but schedules, so that nobody ever submits. */
  @Test
  void whoTakesOverServesThoughTheRegistryIsAway() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, SnapshotThresholds.DEFAULT)) {
      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();
      NodeId first = nodes.nodeOf(nodes.superpeer());
      CellHarness.await(
          "all to know that it is open",
          () -> nodes.cells().stream().allMatch(cell -> ((AwakeCell) cell).file().isOpen()));
      nodes.takeRegistryAway();

      nodes.stop(first);

      assertThat(nodes.superpeer().barrier().join()).isInstanceOf(Reply.Applied.class);
    }
  }

  /** It agreed to no more, and the first submits may come all at once. */
  @Test
  void theFirstWorkFindsTheTermsOfItsOwner() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 3, SnapshotThresholds.DEFAULT)) {
      nodes.further = List.of(new Command.Agree(FEW));

      nodes.cells(nodes.ids().get(0)).bear(CellHarness.CELL).join();

      assertThat(nodes.superpeer().<Terms>read(OwnerScheduler::terms)).isEqualTo(FEW);
    }
  }

  @Test
  void whatCannotBeSaidYetIsNoTrouble() throws Exception {
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    Logger log = (Logger) LoggerFactory.getLogger(Opening.class);
    said.start();
    log.addAppender(said);
    try (CellHarness nodes = new CellHarness(directory, 1, SnapshotThresholds.DEFAULT)) {
      NodeId only = nodes.ids().get(0);
      nodes.reads.put(only, Entry.TERMS_FORMAT - 1);
      nodes.further = List.of(new Command.Agree(FEW));

      nodes.cells(only).bear(CellHarness.CELL).join();
      Cell cell = nodes.superpeer();

      assertThat(cell.<Terms>read(OwnerScheduler::terms)).isEqualTo(Terms.STANDARD);
    } finally {
      log.detachAppender(said);
    }
    assertThat(List.copyOf(said.list))
        .noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .anyMatch(event -> event.getFormattedMessage().contains("waits for format 10"));
  }

  /** Nobody waits for a member that cannot read it. */
  @Test
  void asMuchIsSaidAsAllMembersCanRead() {
    List<Command> commands =
        List.of(
            new Command.Agree(FEW),
            new Command.Retain(Retention.NONE),
            new Command.Define(LATER, Payload.ofJson("{}")));

    assertThat(Opening.formatOf(commands, Entry.NEWEST_FORMAT)).isEqualTo(Entry.TERMS_FORMAT);
    assertThat(Opening.formatOf(commands, Entry.TERMS_FORMAT - 1))
        .isEqualTo(Entry.format(commands.get(1)));
    assertThat(Opening.formatOf(List.of(), Entry.NEWEST_FORMAT))
        .isLessThanOrEqualTo(Entry.BASE_FORMAT);
  }

  /** Whoever published, lowered a limit or removed a secret then was told that it is done. */
  @Test
  void whatTheRegistryHeardWhileNobodyServedIsInForceSoonAfter() throws Exception {
    try (CellHarness nodes = new CellHarness(directory, 1, SnapshotThresholds.DEFAULT)) {
      NodeId only = nodes.ids().get(0);
      nodes.cells(only).bear(CellHarness.CELL).join();
      nodes.superpeer();
      nodes.stop(only);
      nodes.further = List.of(new Command.Define(LATER, Payload.ofJson("{}")));

      nodes.start(only);

      Cell again = nodes.superpeer();
      CellHarness.await("the news", () -> again.read(OwnerScheduler::compositions).contains(LATER));
    }
  }
}
