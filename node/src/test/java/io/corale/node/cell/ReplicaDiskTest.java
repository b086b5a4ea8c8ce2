package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.CellId;
import io.corale.model.OwnerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftGroupId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rule 6: what was lost lies where Ratis does not look, and does not fill the disk. */
final class ReplicaDiskTest {
  private static final RaftGroupId GROUP = RaftGroupId.valueOf(new UUID(1, 2));
  private static final RaftGroupId OTHER = RaftGroupId.valueOf(new UUID(3, 4));

  @TempDir Path directory;

  @Test
  void keepsTheFirstAndTheLastOfEachReplica() throws IOException {
    for (long life = 98; life <= 101; life++) {
      setAside(GROUP, life, 1);
    }
    setAside(OTHER, 98, 1);

    assertThat(damaged())
        .containsExactly(name(GROUP) + "-101", name(GROUP) + "-98", name(OTHER) + "-98");
    assertThat(directory.resolve("groups")).isEmptyDirectory();
  }

  /** Else an empty one would be created beside what is still there. */
  @Test
  void whatCannotBeLookedForIsNotMovedAside() throws IOException {
    Path place = directory.resolve("groups").resolve(name(GROUP));
    ReplicaDisk disk = new ReplicaDisk(directory, "peer_1", 98);
    disk.floors().raise(GROUP, 41);
    Files.createDirectories(place.getParent());
    // To follow it fails as a sick disk does.
    Files.createSymbolicLink(place, place.getFileName());

    assertThatThrownBy(() -> disk.setAside(GROUP)).isInstanceOf(IOException.class);
    assertThat(disk.floors().of(GROUP)).isEqualTo(41);
  }

  /** An operator wants to see what was damaged, not what was about to take its place. */
  @Test
  void whatNeverCountedPushesNothingOut() throws IOException {
    setAside(GROUP, 98, 1);
    ReplicaDisk disk = new ReplicaDisk(directory, "peer_1", 99);
    for (int i = 0; i < 3; i++) {
      Files.createDirectories(directory.resolve("groups").resolve(name(GROUP)).resolve("current"));
      disk.drop(GROUP);
    }

    assertThat(damaged()).containsExactly(name(GROUP) + "-98", "left-" + name(GROUP) + "-99-3");
    disk.dropLeft(GROUP);
    assertThat(damaged()).as("one is back").containsExactly(name(GROUP) + "-98");
    assertThat(directory.resolve("groups")).isEmptyDirectory();
  }

  @Test
  void keepsTwoOfOneLifeApart() throws IOException {
    setAside(GROUP, 98, 2);
    assertThat(damaged()).containsExactly(name(GROUP) + "-98", name(GROUP) + "-98-2");

    setAside(GROUP, 98, 2);
    assertThat(damaged()).containsExactly(name(GROUP) + "-98", name(GROUP) + "-98-4");
  }

  @Test
  void whatOthersHavePutThereIsPassedOver() throws IOException {
    Path foreign = directory.resolve("damaged").resolve(name(GROUP) + "-for-later");
    Files.createDirectories(foreign);

    setAside(GROUP, 98, 3);

    assertThat(foreign).exists();
    assertThat(damaged()).hasSize(3);
  }

  @Test
  void whatFollowsNeedNotReachAsFar() throws IOException {
    ReplicaDisk disk = new ReplicaDisk(directory, "peer_1", 98);
    disk.floors().raise(GROUP, 41);

    disk.setAside(GROUP);

    assertThat(disk.floors().of(GROUP)).isEqualTo(-1);
  }

  /** Rule 39: its files are whole, and its state is wrong; the next life must know as well. */
  @Test
  void whatIsCondemnedIsLostForEachLife() throws IOException {
    CellFile file = new CellFile(CellId.home(new OwnerId("acme")), 1, "nonce", List.of(), true);
    RaftGroupId group = GroupIds.of(file.cell(), file.epoch());
    Path current = directory.resolve("groups").resolve(name(group)).resolve("current");
    Files.createDirectories(current);
    Files.writeString(current.resolve("raft-meta"), "term=1\nvotedFor=n1\n");
    ReplicaDisk disk = new ReplicaDisk(directory, "peer_1", 98);
    disk.requireSound(file);

    disk.condemn(group);
    disk.floors().raise(group, 41);

    for (long life = 98; life <= 99; life++) {
      ReplicaDisk again = new ReplicaDisk(directory, "peer_1", life);
      assertThatThrownBy(() -> again.requireSound(file))
          .isInstanceOf(LostReplica.class)
          .hasMessageContaining("was not that of most others");
    }
    disk.setAside(group);
    assertThat(disk.floors().of(group)).as("of the one that follows").isEqualTo(-1);
  }

  private void setAside(RaftGroupId group, long life, int times) throws IOException {
    ReplicaDisk disk = new ReplicaDisk(directory, "peer_1", life);
    for (int i = 0; i < times; i++) {
      Files.createDirectories(directory.resolve("groups").resolve(name(group)).resolve("current"));
      disk.setAside(group);
    }
  }

  private Stream<String> damaged() throws IOException {
    try (Stream<Path> all = Files.list(directory.resolve("damaged"))) {
      return all.map(path -> path.getFileName().toString()).sorted().toList().stream();
    }
  }

  private static String name(RaftGroupId group) {
    return group.getUuid().toString();
  }
}
