package io.corale.gossip;

import java.util.TreeSet;

/**
 * Up to which of a writer's versions nothing is missing here: what was pushed comes in any order,
 * and a version that was overwritten before it came never comes.
 */
final class Coverage {
  /** Beyond the gap; what is forgotten of that is fetched once more, no worse. */
  private static final int MAX_BEYOND = 256;

  private long complete;
  private final TreeSet<Long> beyond = new TreeSet<>();

  /** Nothing up to this version is missing. */
  long complete() {
    return complete;
  }

  /** This version came, or what overwrote it. */
  void cover(long version) {
    if (version <= complete) {
      return;
    }
    beyond.add(version);
    close();
    if (beyond.size() > MAX_BEYOND) {
      beyond.pollLast();
    }
  }

  /** All up to this version came. */
  void coverUpTo(long version) {
    if (version > complete) {
      complete = version;
      beyond.headSet(version, true).clear();
      close();
    }
  }

  private void close() {
    while (!beyond.isEmpty() && beyond.first() == complete + 1) {
      complete = beyond.pollFirst();
    }
  }
}
