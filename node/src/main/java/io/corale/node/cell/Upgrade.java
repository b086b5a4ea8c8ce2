package io.corale.node.cell;

import io.corale.scheduler.Entry;
import io.corale.scheduler.Readers;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says for whom a cell waits before it makes use of all that this build knows (rule 36), once for
 * each change of that. Confined to the cell's thread.
 */
final class Upgrade {
  private static final Logger log = LoggerFactory.getLogger(Upgrade.class);

  private Set<String> awaited = Set.of();

  /** This is known of those who take part in the cell, which has not activated the newest yet. */
  void awaits(Cell cell, Readers readers) {
    Set<String> behind = readers.behind(Entry.NEWEST_FORMAT);
    if (behind.equals(awaited)) {
      return;
    }
    awaited = behind;
    if (!behind.isEmpty()) {
      log.info(
          "cell {} epoch {} keeps to format {}: for format {} it waits for {}",
          cell.id(),
          cell.epoch(),
          cell.activeFormat(),
          Entry.NEWEST_FORMAT,
          behind.stream().map(peer -> word(peer, readers)).collect(Collectors.joining(", ")));
    }
  }

  private static String word(String peer, Readers readers) {
    return readers.newest().containsKey(peer)
        ? peer + " (reads " + readers.reads(peer) + ")"
        : peer + " (away)";
  }
}
