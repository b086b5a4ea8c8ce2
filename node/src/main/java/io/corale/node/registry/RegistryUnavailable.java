package io.corale.node.registry;

/**
 * ZooKeeper was not reached in time. Nothing is known about a write that ended so; what is already
 * served goes on without it.
 */
public final class RegistryUnavailable extends RuntimeException {
  RegistryUnavailable(String message) {
    super(message);
  }

  RegistryUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
