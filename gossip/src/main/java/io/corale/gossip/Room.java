package io.corale.gossip;

import io.corale.wire.Gossips;

/**
 * How much the shelves of all writers hold together, and how much they may. What this node says of
 * itself counts, and is never refused; neither is what a node says of itself first, of which there
 * is one for each of a bounded number of members.
 */
final class Room {
  /** A thousand nodes with two hundred cells each, and some more; each takes half a kilobyte. */
  static final int MAX_ENTRIES = 1 << 18;

  /** Of all entries as they came. */
  static final int MAX_BYTES = 32 * 1_024 * 1_024;

  /** Of one writer's: with as many cells as a node can host, a quarter of that. */
  static final int MAX_WRITER_BYTES = 2 * 1_024 * 1_024;

  private int entries;
  private long bytes;

  /** Whether there is room for this one, of a writer that has so many bytes already. */
  boolean isFor(Gossips.Entry entry, int writerBytes) {
    int more = entry.getSerializedSize();
    return entries < MAX_ENTRIES
        && bytes + more <= MAX_BYTES
        && writerBytes + more <= MAX_WRITER_BYTES;
  }

  void take(Gossips.Entry entry) {
    entries++;
    bytes += entry.getSerializedSize();
  }

  void free(Gossips.Entry entry) {
    entries--;
    bytes -= entry.getSerializedSize();
  }

  /** How many entries are held. */
  int entries() {
    return entries;
  }

  /** Of how many bytes they are. */
  long bytes() {
    return bytes;
  }
}
