package io.corale.node.route;

import io.corale.model.OwnerId;

/** Sees each submit that is refused for now. Called on any thread; must be short. */
@FunctionalInterface
public interface AdmissionWatch {
  /** Looks away. */
  AdmissionWatch NONE = (owner, what) -> {};

  /**
   * Something was full, for its superpeer's cell or in the log.
   *
   * @param what one of a few words, see {@link Shortage}
   */
  void overloaded(OwnerId owner, String what);
}
