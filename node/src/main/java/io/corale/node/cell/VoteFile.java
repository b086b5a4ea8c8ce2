package io.corale.node.cell;

import io.corale.node.disk.DurableFile;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file in which a replica keeps the term that it knows and its vote in it.
 *
 * <p>On a full disk Ratis puts an empty file in its place: {@code AtomicFileOutputStream.close}
 * renames the new one though nothing could be written to it. The vote is forgotten, and the group
 * cannot be opened any more. While the process lives, its replica still knows the term; then the
 * file is made up for by a vote for this node itself, which it does not use: the one vote of that
 * term, whoever had it, is not given again.
 */
final class VoteFile {
  private static final Logger log = LoggerFactory.getLogger(VoteFile.class);

  private static final String TERM = "term";
  private static final String VOTED_FOR = "votedFor";

  private VoteFile() {}

  /**
   * Makes up for a vote of this term that is not on disk, in the closed replica in this directory.
   *
   * @param term no older than any in which this replica has voted
   * @param self the id of this peer
   */
  static void mend(Path replica, long term, String self) throws IOException {
    Path file = replica.resolve("current").resolve("raft-meta");
    OptionalLong kept = term(DurableFile.read(file).orElse(""));
    if (kept.isPresent() && kept.getAsLong() >= term) {
      return;
    }
    log.warn("{} does not know term {}; it counts as given, the vote of this node", file, term);
    DurableFile.write(file, TERM + "=" + term + "\n" + VOTED_FOR + "=" + self + "\n");
  }

  /** The term in such a file; empty where Ratis would not read it. */
  private static OptionalLong term(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
      Optional<String> term = Optional.ofNullable(properties.getProperty(TERM));
      return term.isPresent() && properties.getProperty(VOTED_FOR) != null
          ? OptionalLong.of(Long.parseLong(term.get()))
          : OptionalLong.empty();
    } catch (IOException | IllegalArgumentException e) {
      return OptionalLong.empty();
    }
  }
}
