package io.corale.deploy.bench;

import java.time.Duration;

/**
 * What bare Ratis is asked to do, as a superpeer asks it.
 *
 * @param commandsPerEntry how many commands a batch carries
 * @param commandBytes how long each is
 * @param window how many entries are in flight
 */
record FloorLoad(
    int commandsPerEntry, int commandBytes, int window, Duration warmUp, Duration measured) {
  /** A superpeer's batch is at most 96 KiB; what Ratis takes is 256 KiB. */
  static final int MAX_ENTRY_BYTES = 96 * 1024;

  /** A superpeer's is 8 at most; far more would only wait in Ratis. */
  static final int MAX_WINDOW = 256;

  FloorLoad {
    if (commandsPerEntry < 1 || commandBytes < 1) {
      throw new IllegalArgumentException("commands and bytes must be 1 or more");
    }
    if ((long) commandsPerEntry * commandBytes > MAX_ENTRY_BYTES) {
      throw new IllegalArgumentException(
          "an entry of %d commands of %d bytes is longer than a batch of %d bytes"
              .formatted(commandsPerEntry, commandBytes, MAX_ENTRY_BYTES));
    }
    if (window < 1 || window > MAX_WINDOW) {
      throw new IllegalArgumentException("the window must be from 1 to " + MAX_WINDOW);
    }
    if (warmUp.isNegative() || measured.isNegative() || measured.isZero()) {
      throw new IllegalArgumentException("the measured time must be above zero");
    }
  }

  int entryBytes() {
    return commandsPerEntry * commandBytes;
  }
}
