package io.corale.node.discover;

import io.corale.model.Account;
import io.corale.model.OwnerId;

/** Sees what comes of asking providers. Called on any thread; must be short. */
@FunctionalInterface
public interface DiscoveryWatch {
  /** Looks away. */
  DiscoveryWatch NONE = (owner, account, isAnswered) -> {};

  /**
   * A provider was asked what an account may use.
   *
   * @param isAnswered whether that is in force by now, or will be once it has been said for a while
   */
  void asked(OwnerId owner, Account account, boolean isAnswered);
}
