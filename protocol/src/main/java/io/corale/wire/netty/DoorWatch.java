package io.corale.wire.netty;

import io.corale.wire.Common;

/**
 * Sees how long requests wait at a door, and how long it takes to refuse one. Called on the threads
 * that serve it: must be short, must not throw.
 */
public interface DoorWatch {
  /** Looks away. */
  DoorWatch NONE =
      new DoorWatch() {
        @Override
        public void waited(long nanos) {}

        @Override
        public void refused(Common.Refusal.Code code, boolean byNode, long nanos) {}
      };

  /** A thread took a request so long after it was decoded. */
  void waited(long nanos);

  /**
   * A refusal was written.
   *
   * @param byNode whether a node had asked, for itself or on the way from who asked it
   * @param nanos since the request was decoded
   */
  void refused(Common.Refusal.Code code, boolean byNode, long nanos);
}
