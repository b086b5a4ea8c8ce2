package io.corale.scheduler.ratis;

import java.io.IOException;
import java.util.List;

/**
 * A replica whose disk has neither an intact snapshot nor the log to make up for it: it has
 * forgotten what it had acknowledged, and is never started under its old state (rule 6).
 */
public final class LostState extends IOException {
  private static final long serialVersionUID = 1L;

  LostState(List<SnapshotFile> damaged, String state, LogReach reach) {
    super(
        (damaged.isEmpty() ? "no snapshot is damaged" : "damaged: " + damaged)
            + ", but there is "
            + state
            + " to go on with, and "
            + reach);
  }
}
