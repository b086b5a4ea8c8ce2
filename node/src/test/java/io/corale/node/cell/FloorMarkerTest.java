package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroupId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rule 35: the mark is outside of what it speaks about, and never falls. */
final class FloorMarkerTest {
  private static final RaftGroupId GROUP = RaftGroupId.valueOf(new UUID(1, 2));

  @TempDir Path directory;

  @Test
  void tellsTheHighestMarkInEveryLife() throws IOException {
    assertThat(new FloorMarker(directory).of(GROUP)).isEqualTo(-1);

    FloorMarker first = new FloorMarker(directory);
    first.raise(GROUP, 41);
    first.raise(GROUP, 1_234);
    first.raise(GROUP, 7);

    FloorMarker second = new FloorMarker(directory);
    assertThat(second.of(GROUP)).isEqualTo(1_234);
    second.raise(GROUP, 8);
    assertThat(new FloorMarker(directory).of(GROUP)).as("a replay is below it").isEqualTo(1_234);
  }

  @Test
  void beginsAnewWithANewReplica() throws IOException {
    FloorMarker floors = new FloorMarker(directory);
    floors.raise(GROUP, 41);

    floors.forget(GROUP);

    assertThat(floors.of(GROUP)).isEqualTo(-1);
    floors.raise(GROUP, 3);
    assertThat(floors.of(GROUP)).isEqualTo(3);
  }

  @Test
  void aDamagedMarkDoesNotCount() throws IOException {
    FloorMarker floors = new FloorMarker(directory);
    floors.raise(GROUP, 41);
    Path file = directory.resolve(GROUP.getUuid().toString());
    byte[] bytes = Files.readAllBytes(file);

    bytes[18] ^= 4;
    Files.write(file, bytes);
    assertThat(new FloorMarker(directory).of(GROUP)).isEqualTo(-1);
    bytes[3] = (byte) 0xFF;
    Files.write(file, bytes);
    assertThat(new FloorMarker(directory).of(GROUP)).isEqualTo(-1);
    Files.write(file, new byte[0]);
    assertThat(new FloorMarker(directory).of(GROUP)).isEqualTo(-1);
  }
}
