package io.corale.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.node.disk.DataDirectory;
import io.corale.node.disk.UnusableDirectoryException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rule 6: a disk of former days is not started, however often it is tried. */
final class OwnDiskTest {
  private static final NodeId NODE = new NodeId("n1");
  private static final Instant NOON = Instant.ofEpochSecond(1_800_000_000);

  /** It ran on another disk. */
  private static final Incarnation ELSEWHERE = new Incarnation(NODE, 1_800_000_020);

  @TempDir Path temp;

  @Test
  void aDiskOfFormerDaysIsRefusedAtEachStart() throws Exception {
    begin(NOON, Optional.empty());

    for (int start = 1; start <= 2; start++) {
      Instant now = NOON.plusSeconds(60L * start);
      assertThatThrownBy(() -> begin(now, Optional.of(ELSEWHERE)))
          .isInstanceOf(UnusableDirectoryException.class);
    }
    assertThatThrownBy(() -> begin(NOON.plusSeconds(180), Optional.empty()))
        .as("also when nobody is there who knows")
        .isInstanceOf(UnusableDirectoryException.class);
  }

  /** A start that was broken off while it asked has told the disk of no life. */
  @Test
  void whatIsNotCountedIsNotKnown() throws Exception {
    begin(NOON, Optional.empty());
    try (DataDirectory data = DataDirectory.open(temp, "node")) {
      assertThat(OwnDisk.of(data, NODE, NOON.plusSeconds(60)).lives())
          .containsExactly(1_800_000_000L);
    }
    try (DataDirectory data = DataDirectory.open(temp, "node")) {
      OwnDisk disk = OwnDisk.of(data, NODE, NOON.plusSeconds(120));

      assertThat(disk.lives()).containsExactly(1_800_000_000L);
      assertThat(disk.self().boot()).isEqualTo(1_800_000_120);
    }
  }

  /** The seeds had not answered in time. */
  @Test
  void whatIsHeardLaterCountsForTheNextStartAsWell() throws Exception {
    begin(NOON, Optional.empty());
    try (DataDirectory data = DataDirectory.open(temp, "node")) {
      OwnDisk disk = OwnDisk.of(data, NODE, NOON.plusSeconds(60));
      disk.begin(Optional.empty());

      assertThat(disk.strange(Optional.empty())).isEmpty();
      assertThat(disk.strange(Optional.of(ELSEWHERE))).isPresent();
      assertThat(disk.strange(Optional.of(ELSEWHERE))).as("said again").isPresent();
    }
    assertThatThrownBy(() -> begin(NOON.plusSeconds(120), Optional.empty()))
        .isInstanceOf(UnusableDirectoryException.class)
        .hasMessageContaining("was retired");
  }

  /** The first start found no network, and ended before the others could tell it. */
  @Test
  void aDiskOfFormerDaysDoesNotBecomeTheNewestByBeingStarted() throws Exception {
    begin(NOON, Optional.empty());
    begin(NOON.plusSeconds(60), Optional.empty());

    try (DataDirectory data = DataDirectory.open(temp, "node")) {
      OwnDisk disk = OwnDisk.of(data, NODE, NOON.plusSeconds(120));

      assertThat(disk.lives()).containsExactly(1_800_000_000L, 1_800_000_060L);
    }
  }

  /** It is empty already, as it is to be: another remedy would not help. */
  @Test
  void aNewDiskUnderASlowClockIsToldOfTheClock() throws Exception {
    Optional<Incarnation> last = Optional.of(ELSEWHERE);
    assertThatThrownBy(() -> begin(NOON, last))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the clock of this machine is behind");

    begin(NOON.plusSeconds(60), Optional.empty());
  }

  /** No seed had answered when it began. */
  @Test
  void aNewDiskUnderASlowClockIsToldOfTheClockLaterAsWell() throws Exception {
    try (DataDirectory data = DataDirectory.open(temp, "node")) {
      OwnDisk disk = OwnDisk.of(data, NODE, NOON);
      disk.begin(Optional.empty());

      assertThat(disk.strange(Optional.of(ELSEWHERE)).orElseThrow())
          .contains("the clock of this machine is behind", "with an empty data directory");
    }
  }

  private void begin(Instant now, Optional<Incarnation> other) throws IOException {
    try (DataDirectory data = DataDirectory.open(temp, "node")) {
      OwnDisk.of(data, NODE, now).begin(other);
    }
  }
}
