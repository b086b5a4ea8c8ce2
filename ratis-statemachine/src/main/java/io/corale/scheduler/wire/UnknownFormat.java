package io.corale.scheduler.wire;

import io.corale.scheduler.Entry;

/**
 * Bytes of a format or command that this build does not know. The cell is quarantined on this node
 * (rule 36): a replica that skipped them would part from the others.
 */
public final class UnknownFormat extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnknownFormat(String message) {
    super(message);
  }

  /** Of another build's format. */
  static UnknownFormat of(String what, int format) {
    return new UnknownFormat(
        "%s of format %s; this build knows %d to %d: if it was not damaged, start this node with a build that knows it"
            .formatted(
                what, Integer.toUnsignedString(format), Entry.FIRST_FORMAT, Entry.NEWEST_FORMAT));
  }
}
