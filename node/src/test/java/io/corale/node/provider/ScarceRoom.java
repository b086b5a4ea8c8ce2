package io.corale.node.provider;

import io.corale.model.OwnerId;
import io.corale.wire.Freight;

/** A freight that others hold, until a test lets them go. */
public final class ScarceRoom {
  private static final OwnerId OWNER = new OwnerId("alpha");
  private static final int BYTES = 9 * 1024 * 1024;

  private final Freight freight = new Freight(BYTES, 0);
  private final Freight.Load others = freight.add(BYTES);

  /** That of an attempt. */
  public Hold hold() {
    return new Hold(freight, OWNER, (bytes, task) -> task.run());
  }

  /** There is room now. */
  public void open() {
    others.release();
  }

  /** Those who wait for it. */
  public int waiting() {
    return freight.reading().waiting();
  }

  /** Returns when somebody waits; fails where nobody does for ten seconds. */
  public void awaitWaiting() throws InterruptedException {
    for (int i = 0; waiting() == 0; i++) {
      if (i == 500) {
        throw new AssertionError("nobody waits for room");
      }
      Thread.sleep(20);
    }
  }
}
