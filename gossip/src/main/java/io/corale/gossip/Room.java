package io.corale.gossip;

/**
 * How much the shelves of all writers hold together, and how much they may. What this node says of
 * itself counts, and is never refused; neither is of a bounded number of members what there is one
 * of for each. The last part is kept for what takes the place of something smaller: who wins an
 * election has more to say than before, and must not be unknown because there is no room.
 */
final class Room {
  /** A thousand nodes with two hundred cells each, and some more; each takes half a kilobyte. */
  static final int MAX_ENTRIES = 1 << 18;

  /** Of all entries as they came. */
  static final int MAX_BYTES = 32 * 1_024 * 1_024;

  /** Of one writer's: with as many cells as a node can host, a quarter of that. */
  static final int MAX_WRITER_BYTES = 2 * 1_024 * 1_024;

  /** Of these, one in so many is for what takes the place of something smaller. */
  static final int RESERVE = 16;

  private int entries;
  private long bytes;

  /** Whether there is room for a new one of so many bytes, of a writer that has those already. */
  boolean isFor(int more, int writerBytes) {
    return entries < MAX_ENTRIES
        && bytes + more <= MAX_BYTES - MAX_BYTES / RESERVE
        && writerBytes + more <= MAX_WRITER_BYTES - MAX_WRITER_BYTES / RESERVE;
  }

  /** Whether one may be so much larger than the one whose place it takes. */
  boolean isForGrowth(int more, int writerBytes) {
    return more <= 0 || (bytes + more <= MAX_BYTES && writerBytes + more <= MAX_WRITER_BYTES);
  }

  void take(int size) {
    entries++;
    bytes += size;
  }

  void free(int size) {
    entries--;
    bytes -= size;
  }

  /** How many entries and lossy values are held. */
  int entries() {
    return entries;
  }

  /** Of how many bytes they are. */
  long bytes() {
    return bytes;
  }
}
