package io.corale.deploy.chaos;

import io.corale.wire.Door;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What the nodes of a stage say in their logs. */
record NodeWords(FaultStage stage) {
  /** Of a replica that is not started. */
  static final String LOST = "is lost on this node";

  /** Of one that counts again. */
  static final String BACK = "is back on this node";

  /** Of a node that has been started on another disk meanwhile. */
  static final String OLD_DISK = "its data directory is not that of its last life";

  /** Of one that has heard of that once. */
  static final String RETIRED = "was retired";

  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final long POLL_MILLIS = 100;

  /** Waits until a node has said this more often than so many times. */
  boolean isSaid(Door.Member member, String mark, long before)
      throws IOException, InterruptedException {
    long fromNanos = System.nanoTime();
    while (times(member, mark) <= before) {
      if (FaultStage.millisSince(fromNanos) > PATIENCE.toMillis()) {
        return false;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return true;
  }

  /** How often a node has said this. */
  long times(Door.Member member, String mark) throws IOException {
    return logOf(member).stream().filter(line -> line.contains(mark)).count();
  }

  List<String> logOf(Door.Member member) throws IOException {
    Path log = stage.cluster().logs().get(member.getNode());
    return Files.readAllLines(log, StandardCharsets.UTF_8);
  }
}
