package io.corale.gossip;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Up to which of a writer's versions nothing is missing here: what was pushed comes in any order,
 * and a version that was overwritten before it came never comes.
 */
final class Coverage {
  /** Beyond the gap; what is forgotten of that is fetched once more, no worse. */
  private static final int MAX_BEYOND = 256;

  private long complete;
  private SortedSet<Long> beyond = Collections.emptySortedSet();

  /** Nothing up to this version is missing. */
  long complete() {
    return complete;
  }

  /** This version came, or what overwrote it. */
  void cover(long version) {
    if (version <= complete) {
      return;
    }
    if (beyond.isEmpty()) {
      beyond = new TreeSet<>(); // One for each of thousands of writers would be more than they say.
    }
    beyond.add(version);
    close();
    if (beyond.size() > MAX_BEYOND) {
      beyond.remove(beyond.last());
    }
  }

  /** All up to this version came. */
  void coverUpTo(long version) {
    if (version > complete) {
      complete = version;
      if (!beyond.isEmpty()) {
        beyond.headSet(version + 1).clear();
        close();
      }
    }
  }

  private void close() {
    while (!beyond.isEmpty() && beyond.first() == complete + 1) {
      complete = beyond.first();
      beyond.remove(complete);
    }
    if (beyond.isEmpty()) {
      beyond = Collections.emptySortedSet();
    }
  }
}
