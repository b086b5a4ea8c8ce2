package io.corale.deploy.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which replicas found that their state is not that of the others (rule 39). */
final class Partings {
  /** What a node writes into its log of such a replica. */
  private static final String PARTED = "has parted from the others";

  private Partings() {}

  /**
   * Reads the logs of nodes.
   *
   * @param logs by the node's name
   */
  static List<String> read(Map<String, Path> logs) throws IOException {
    List<String> found = new ArrayList<>();
    for (Map.Entry<String, Path> log : logs.entrySet()) {
      // A process that was killed may have left half a character.
      String text = new String(Files.readAllBytes(log.getValue()), StandardCharsets.UTF_8);
      text.lines().filter(l -> l.contains(PARTED)).forEach(l -> found.add(log.getKey() + ": " + l));
    }
    return found;
  }
}
