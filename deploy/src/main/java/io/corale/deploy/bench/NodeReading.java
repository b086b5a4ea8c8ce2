package io.corale.deploy.bench;

import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a process takes of the machine at a moment.
 *
 * @param threads those of Java, by their ids
 * @param allThreads with those of the runtime itself, such as compilers
 * @param heapBytes after a collection
 * @param directBytes of the runtime's own direct buffers
 * @param diskBytes of all files in its data directory
 * @param processorTime since it was started
 */
record NodeReading(
    Map<Long, JavaThread> threads,
    int allThreads,
    long heapBytes,
    long residentBytes,
    long directBytes,
    long openFiles,
    int beans,
    long diskBytes,
    Duration processorTime) {
  /** A thread, and how long a processor has worked for it. */
  record JavaThread(String name, long processorNanos) {}

  /** How many threads there are of a kind, and how long a processor has worked for them. */
  record Share(int threads, long processorNanos) {
    Share plus(Share other) {
      return new Share(threads + other.threads, processorNanos + other.processorNanos);
    }
  }

  /**
   * The threads there are, by kind, and what they have worked since. Those that have ended
   * meanwhile are in nobody's share.
   */
  SortedMap<ThreadKind, Share> sharesSince(NodeReading before) {
    SortedMap<ThreadKind, Share> shares = new TreeMap<>();
    threads.forEach(
        (id, thread) -> {
          JavaThread was = before.threads.get(id);
          long earlier = was == null ? 0 : was.processorNanos;
          shares.merge(
              ThreadKind.of(thread.name),
              new Share(1, Math.max(0, thread.processorNanos - earlier)),
              Share::plus);
        });
    return shares;
  }
}
