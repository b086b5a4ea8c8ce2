package io.corale.scheduler.ratis;

import java.io.IOException;

/**
 * What is on disk could be read, and is not what was written there. Any other failure to read says
 * nothing about that.
 */
final class NotAsWritten extends IOException {
  private static final long serialVersionUID = 1L;

  NotAsWritten(String what) {
    super(what);
  }

  NotAsWritten(String what, Exception cause) {
    super(what, cause);
  }
}
