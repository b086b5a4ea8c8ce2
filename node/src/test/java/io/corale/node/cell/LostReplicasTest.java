package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.CellId;
import io.corale.model.OwnerId;
import io.corale.node.cell.CellFile.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftGroupId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rule 6: what a node does at its start with what it has; nothing keeps it from starting. */
final class LostReplicasTest {
  private static final CellFile OPEN = file("a", true);
  private static final CellFile UNBORN = file("b", false);
  private static final CellFile LOST = file("c", true).lost("first");
  private static final CellFile RETURNING = file("d", true).returning(9);

  @TempDir Path directory;
  private CellFiles files;
  private long nowNanos = -5;

  @BeforeEach
  void put() throws IOException {
    files = new CellFiles(directory.resolve("cells"));
    for (CellFile each : List.of(OPEN, UNBORN, LOST, RETURNING)) {
      files.put(each);
    }
  }

  @Test
  void opensWhatItHoldsAndNothingElse() throws IOException {
    for (CellFile each : List.of(OPEN, LOST, RETURNING)) {
      Files.createDirectories(place(each));
    }
    LostReplicas lost = lost();

    assertThat(lost.takeStock()).containsExactly(OPEN);
    assertThat(lost.find(LOST.cell())).contains(LOST);
    assertThat(lost.find(RETURNING.cell())).contains(RETURNING.awaited("token-1"));
    assertThat(files.all(group -> {}))
        .as("on disk; the node fell when it was about to create one")
        .containsExactlyInAnyOrder(OPEN, LOST, RETURNING.awaited("token-1"));
    assertThat(place(LOST)).doesNotExist();
    assertThat(place(RETURNING)).doesNotExist();
    assertThat(place(OPEN)).exists();
  }

  /** Nothing names it in a configuration that it may have heard of and does not count in. */
  @Test
  void whatWasArrivingGoesOn() throws IOException {
    CellFile arriving = file("e", true).arriving(9);
    files.put(arriving);
    Files.createDirectories(place(arriving));

    assertThat(lost().takeStock()).containsExactlyInAnyOrder(OPEN, arriving);
    assertThat(place(arriving)).exists();
  }

  /** The node fell when it had said so, and had not deleted it yet. */
  @Test
  void whatHasLeftIsClearedAtTheNextStart() throws IOException {
    CellFile left = file("e", true).left(9);
    files.put(left);
    Files.createDirectories(place(left));
    LostReplicas lost = lost();

    assertThat(lost.takeStock()).containsExactly(OPEN);
    assertThat(lost.find(left.cell())).contains(left);
    assertThat(place(left)).doesNotExist();
    assertThat(directory.resolve("damaged"))
        .as("nothing of it is kept")
        .isDirectoryNotContaining("glob:**" + group(left).getUuid() + "**");
    assertThat(files.all(group -> {})).as("the stub").contains(left);
  }

  /** Else a word from before that would be followed. */
  @Test
  void remembersSinceWhenItIsAwayThroughEachLoss() throws IOException {
    LostReplicas lost = lost();
    CellFile back = file("e", true).returning(9).held();
    lost.lose(back, "it is torn");

    assertThat(lost.await(file("e", true)).absentAt()).isEqualTo(9);
  }

  /** The node fell before it had created the replica that its file speaks of. */
  @Test
  void whatFailsToArriveIsAwaitedAndPausesEachTime() throws IOException {
    LostReplicas lost = lost();
    CellFile first = lost.arriving(file("e", true), 9);
    lost.lose(first, "its directory is gone");
    assertThat(lost.find(first.cell()).orElseThrow().state()).isEqualTo(State.AWAITED);

    lost.leave(lost.find(first.cell()).orElseThrow().left(10));
    CellFile second = lost.arriving(file("e", true), 11);

    assertThat(lost.find(first.cell())).as("it is not lost").isEmpty();
    assertThat(second.absentAt()).isEqualTo(11);
    lost.lose(second, "its directory is gone");
    CellFile awaited = lost.find(first.cell()).orElseThrow();
    assertThat(lost.isDue(awaited)).isFalse();
    nowNanos += LostReplicas.FIRST_PAUSE.toNanos();
    assertThat(lost.isDue(awaited)).isTrue();
  }

  /** That its directory is gone is found when it is looked at. */
  @Test
  void whatWasOpenIsLookedAtWhateverIsLeftOfIt() throws IOException {
    assertThat(lost().takeStock()).containsExactly(OPEN);
  }

  @Test
  void whatCannotBeMovedAsideIsLostAllTheSame() throws IOException {
    for (CellFile each : List.of(OPEN, LOST, RETURNING)) {
      Files.createDirectories(place(each));
    }
    Files.writeString(directory.resolve("damaged"), "in the way");
    LostReplicas lost = lost();

    assertThat(lost.takeStock()).containsExactly(OPEN);
    lost.lose(OPEN, "it is torn");

    assertThat(lost.all()).hasSize(3);
    assertThat(files.all(group -> {})).noneMatch(file -> file.state() == State.HELD);
    CellFile awaited = lost.await(OPEN);
    assertThatThrownBy(() -> lost.returning(awaited, 12))
        .as("nothing is created where something is left")
        .isInstanceOf(IOException.class);
  }

  /** At the start its file could not be read. */
  @Test
  void whatIsReadLaterIsSortedAsAnyOther() throws IOException {
    List<Path> sick = new ArrayList<>();
    for (CellFile each : List.of(OPEN, LOST)) {
      sick.add(directory.resolve("cells").resolve(group(each).getUuid() + ".json"));
    }
    for (Path each : sick) {
      Files.delete(each);
      Files.createDirectory(each);
    }
    LostReplicas lost = lost();
    assertThat(lost.takeStock()).isEmpty();
    assertThat(lost.unread()).hasSize(2);
    for (Path each : sick) {
      Files.delete(each);
    }
    files.put(OPEN);
    files.put(LOST);

    assertThat(lost.takeStockAgain(List.of())).containsExactly(OPEN);
    assertThat(lost.find(LOST.cell())).contains(LOST);
    assertThat(lost.unread()).isEmpty();
  }

  /** What an operator needs is the one that was held, however often it fails to come back. */
  @Test
  void keepsWhatWasHeldHoweverOftenItsReturnFails() throws IOException {
    LostReplicas lost = lost();
    Files.createDirectories(place(OPEN).resolve("original"));
    lost.lose(OPEN, "it is torn");
    CellFile awaited = lost.await(OPEN);
    for (int i = 0; i < 3; i++) {
      CellFile returning = lost.returning(awaited, 12);
      Files.createDirectories(place(OPEN));
      lost.lose(returning, "it is torn again");
      awaited = lost.find(OPEN.cell()).orElseThrow();
    }

    assertThat(awaited.returns()).isEqualTo(3);
    assertThat(place(OPEN)).doesNotExist();
    Path damaged = directory.resolve("damaged");
    assertThat(damaged.resolve(group(OPEN).getUuid() + "-7").resolve("original")).exists();
    assertThat(damaged.resolve("left-" + group(OPEN).getUuid() + "-7-3")).exists();
    assertThat(damaged)
        .as("the last one on its way, no other")
        .isDirectoryContaining("glob:**-7-3");
    try (Stream<Path> all = Files.list(damaged)) {
      assertThat(all).hasSize(2);
    }
  }

  /** Else it would be sent all that there is every ten seconds, for ever. */
  @Test
  void whatFailsToComeBackReturnsAfterEverLongerPauses() throws IOException {
    List<Long> pauses = new ArrayList<>();
    LostReplicas lost = lost();
    lost.lose(OPEN, "it is torn");
    CellFile awaited = lost.await(OPEN);
    for (int returns = 0; returns <= 10; returns++) {
      Duration pause = LostReplicas.pause(returns);
      pauses.add(pause.toSeconds());
      nowNanos += pause.toNanos() - 1;
      assertThat(lost.isDue(awaited)).as("a moment before").isEqualTo(false);
      nowNanos++;
      assertThat(lost.isDue(awaited)).isTrue();
      CellFile returning = lost.returning(awaited, 12);
      lost.lose(returning, "it is torn again");
      awaited = lost.find(OPEN.cell()).orElseThrow();
    }

    assertThat(pauses).containsExactly(0L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 256L, 256L);
  }

  /** A machine that errs parts from the others soon after each return. */
  @Test
  void whatComesBackAndIsLostWithoutHavingAgreedPausesAsWell() throws IOException {
    LostReplicas lost = lost();
    lost.lose(OPEN, "its state was not that of most others");
    CellFile back = lost.returning(lost.await(OPEN), 12).held();

    lost.lose(back, "its state was not that of most others");
    CellFile awaited = lost.await(OPEN);

    assertThat(lost.isDue(awaited)).isFalse();
    nowNanos += LostReplicas.FIRST_PAUSE.toNanos();
    assertThat(lost.isDue(awaited)).isTrue();
  }

  /** The earlier one was given up, and that could not be written down. */
  @Test
  void ofTwoBirthsOfOneCellTheLaterCounts() throws IOException {
    CellFile later = new CellFile(OPEN.cell(), 2, "other", List.of(), false);
    CellFile last = new CellFile(OPEN.cell(), 3, "third", List.of(), true);
    for (CellFile each : List.of(later, last)) {
      files.put(each);
      Files.createDirectories(place(each));
    }

    assertThat(lost().takeStock()).containsExactly(last);
    assertThat(files.all(group -> {})).contains(OPEN, last).doesNotContain(later);
    assertThat(place(later)).doesNotExist();
  }

  /** It is closed, and looked at again, by whoever looks after those that cannot be opened. */
  @Test
  void whatCannotBeRememberedIsNotGivenUpYet() throws IOException {
    Files.createDirectories(
        directory.resolve("cells").resolve(group(RETURNING).getUuid() + ".json.new/x"));
    LostReplicas lost = lost();

    assertThat(lost.takeStock()).containsExactlyInAnyOrder(OPEN, RETURNING);
    assertThat(lost.find(RETURNING.cell())).isEmpty();
  }

  private LostReplicas lost() throws IOException {
    AtomicInteger tokens = new AtomicInteger();
    return new LostReplicas(
        files,
        new ReplicaDisk(directory, "peer_1", 7),
        () -> "token-" + tokens.incrementAndGet(),
        () -> nowNanos);
  }

  private Path place(CellFile file) {
    return directory.resolve("groups").resolve(group(file).getUuid().toString());
  }

  private static RaftGroupId group(CellFile file) {
    return GroupIds.of(file.cell(), file.epoch());
  }

  private static CellFile file(String owner, boolean isOpen) {
    return new CellFile(CellId.home(new OwnerId(owner)), 1, "nonce", List.of(), isOpen);
  }
}
