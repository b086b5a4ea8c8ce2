package io.corale.node.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir private Path temp;

  @Test
  void everyOpeningCountsOneBoot() throws Exception {
    for (long boot = 1; boot <= 3; boot++) {
      try (DataDirectory directory = DataDirectory.open(temp.resolve("d"), "node")) {
        assertThat(directory.countBoot()).isEqualTo(boot);
      }
    }
  }

  @Test
  void aSecondOpeningIsKeptOutUntilTheFirstCloses() throws Exception {
    try (DataDirectory first = DataDirectory.open(temp, "node")) {
      assertThatThrownBy(() -> DataDirectory.open(temp, "node"))
          .isInstanceOf(UnusableDirectoryException.class)
          .hasMessage("data directory " + first.path() + " is in use by another process");
    }
    DataDirectory.open(temp, "node").close();
  }

  @Test
  void anUnknownFormatIsRefusedByName() throws Exception {
    Files.writeString(temp.resolve("format"), "corale-node 2\n");

    assertThatThrownBy(() -> DataDirectory.open(temp, "node"))
        .isInstanceOf(UnusableDirectoryException.class)
        .hasMessageEndingWith("has format 'corale-node 2', this build reads 'corale-node 1'");
  }

  @Test
  void aDirectoryOfAnotherKindIsRefused() throws Exception {
    DataDirectory.open(temp, "zookeeper").close();

    assertThatThrownBy(() -> DataDirectory.open(temp, "node"))
        .hasMessageContaining("'corale-zookeeper 1'");
  }

  @Test
  void aDamagedBootCounterIsNotBegunAnew() throws Exception {
    Files.writeString(temp.resolve("boot"), "");
    try (DataDirectory directory = DataDirectory.open(temp, "node")) {
      assertThatThrownBy(directory::countBoot)
          .isInstanceOf(UnusableDirectoryException.class)
          .hasMessageContaining("expected the number of starts so far");
    }
  }
}
