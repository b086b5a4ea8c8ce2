package io.corale.scheduler.wire;

import java.io.IOException;

/** A snapshot that is not what was written: the replica that has it is not started (rule 6). */
public final class DamagedSnapshot extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedSnapshot(String message) {
    super("damaged snapshot: " + message);
  }
}
