package io.corale.node.registry;

/**
 * ZooKeeper was not reached in time. What is already served goes on without it.
 *
 * <p>Where a write had been asked for by then, nothing is known about it: it may yet be carried
 * out. In all other cases nothing has happened, and nothing will.
 */
public final class RegistryUnavailable extends RuntimeException {
  private final boolean mayBeCarriedOut;

  /** Nothing has happened. */
  RegistryUnavailable(String message) {
    super(message);
    this.mayBeCarriedOut = false;
  }

  RegistryUnavailable(String message, boolean mayBeCarriedOut) {
    super(message);
    this.mayBeCarriedOut = mayBeCarriedOut;
  }

  /** Whether a write may be carried out all the same. */
  public boolean mayBeCarriedOut() {
    return mayBeCarriedOut;
  }
}
