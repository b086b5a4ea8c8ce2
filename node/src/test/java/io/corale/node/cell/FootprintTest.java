package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FootprintTest {
  @TempDir private Path replica;

  private void file(String name, int bytes, long atSeconds) throws IOException {
    Path file = replica.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[bytes]);
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(atSeconds)));
  }

  @Test
  void theLogIsAllOfItAndTheSnapshotTheNewestWithoutItsDigest() throws IOException {
    file("current/log_0-99", 100, 1);
    file("current/log_inprogress_100", 50, 9);
    file("current/raft-meta", 7, 9);
    file("sm/snapshot.1_90", 1_000, 5);
    file("sm/snapshot.1_99", 2_000, 6);
    file("sm/snapshot.1_99.md5", 60, 7);

    assertThat(Footprint.of(replica))
        .isEqualTo(new Footprint(150, 2_000, Optional.of(Instant.ofEpochSecond(6))));
  }

  @Test
  void aReplicaThatIsNotThereTakesNothing() {
    assertThat(Footprint.of(replica.resolve("gone")))
        .isEqualTo(new Footprint(0, 0, Optional.empty()));
  }
}
