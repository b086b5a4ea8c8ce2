package io.corale.node.invoke;

import io.corale.model.CellId;
import io.corale.node.provider.ProviderCall;

/** Sees the end of every attempt of this node. Called once each, on any thread; must be short. */
@FunctionalInterface
public interface AttemptWatch {
  /** Looks away. */
  AttemptWatch NONE = (cell, call, landing) -> {};

  /** The attempt that a cell asked for has ended. */
  void landed(CellId cell, ProviderCall call, Landing landing);
}
