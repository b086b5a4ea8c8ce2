package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableLogTest {
  @TempDir private Path replica;

  private Path open;
  private Path closed;

  @BeforeEach
  void writeLog() throws IOException {
    Path current = Files.createDirectory(replica.resolve("current"));
    closed = Files.writeString(current.resolve("log_0-9"), "closed");
    open = Files.writeString(current.resolve("log_inprogress_10"), "open");
  }

  /** A second sync of the same file may do nothing. */
  @Test
  void writesTheOpenSegmentAnewAndLeavesTheOthers() throws IOException {
    Object openFile = key(open);
    Object closedFile = key(closed);

    DurableLog.secure(replica);

    assertThat(open).hasContent("open");
    assertThat(key(open)).isNotEqualTo(openFile);
    assertThat(closed).hasContent("closed");
    assertThat(key(closed)).isEqualTo(closedFile);
    try (Stream<Path> left = Files.list(replica)) {
      assertThat(left).containsExactly(replica.resolve("current"));
    }
  }

  @Test
  void hasNothingToDoWhereThereIsNoLog() throws IOException {
    DurableLog.secure(replica.resolve("nothing"));
  }

  private static Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }
}
