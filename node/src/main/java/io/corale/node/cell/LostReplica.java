package io.corale.node.cell;

import java.io.IOException;

/** A replica that must not be started under its old state (rule 6); the message says why. */
final class LostReplica extends IOException {
  private static final long serialVersionUID = 1L;

  LostReplica(String why) {
    super(why);
  }
}
