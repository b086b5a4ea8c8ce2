package io.corale.node.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On this machine's file system, where it is ext4 and we may change attributes. */
class DirectorySyncIT {
  @TempDir private Path directory;

  @Test
  void theInstructionOfTheWarningHelps() throws Exception {
    assumeTrue(
        DirectorySync.of(directory) == DirectorySync.NOT_SYNCED,
        "needs a directory on ext4 whose renames are not synced");
    assumeTrue(chattr(), "needs chattr +D, which root may use");

    assertThat(DirectorySync.of(directory)).isEqualTo(DirectorySync.SYNCED);
    Path below = Files.createDirectories(directory.resolve("groups"));
    assertThat(DirectorySync.of(below)).isEqualTo(DirectorySync.SYNCED);
  }

  private boolean chattr() throws InterruptedException {
    try {
      return new ProcessBuilder("chattr", "+D", directory.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
