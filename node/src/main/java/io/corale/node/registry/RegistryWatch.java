package io.corale.node.registry;

import java.util.Locale;

/**
 * Sees every request that was sent to ZooKeeper end. Called once each, on any thread; must be
 * short.
 */
@FunctionalInterface
public interface RegistryWatch {
  /** Looks away. */
  RegistryWatch NONE = (verb, isAnswered, nanos) -> {};

  /** What is asked of ZooKeeper. */
  enum Verb {
    READ,
    LIST,
    CREATE,
    WRITE;

    /** As a verb, for messages. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A request ended, by an answer or without one. */
  void ended(Verb verb, boolean isAnswered, long nanos);
}
