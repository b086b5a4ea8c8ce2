package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose vote of a term is not on disk must not give it again. */
final class VoteFileTest {
  private static final String MADE_UP = "term=7\nvotedFor=n1_1\n";

  @TempDir Path replica;

  private Path file;

  @BeforeEach
  void place() throws IOException {
    file = Files.createDirectories(replica.resolve("current")).resolve("raft-meta");
  }

  private String mended() throws IOException {
    VoteFile.mend(replica, 7, "n1_1");
    return Files.readString(file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "#\n#Thu Nov 26\n",
        "term=7\n",
        "term=\nvotedFor=n2_1\n",
        "term=x\nvotedFor=n2_1\n",
        "term=6\nvotedFor=n2_1\n",
        "term=7\nvotedFor=\\u00"
      })
  void makesUpForAVoteThatIsNotOnDisk(String left) throws IOException {
    Files.writeString(file, left);

    assertThat(mended()).isEqualTo(MADE_UP);
  }

  @Test
  void makesUpForAFileThatIsGone() throws IOException {
    assertThat(mended()).isEqualTo(MADE_UP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"term=7\nvotedFor=n2_1\n", "#\nvotedFor=n3_1\nterm=8\n"})
  void leavesAVoteThatIsOnDisk(String kept) throws IOException {
    Files.writeString(file, kept);

    assertThat(mended()).isEqualTo(kept);
  }
}
