package io.corale.wire;

/**
 * One request with the means to answer it, free of any transport type.
 *
 * <p>Threading: {@link #answer} and {@link #more} may be called from any thread. Exactly one {@code
 * answer} is owed on every path; what comes after it, or after the asker went away, is dropped.
 */
public interface Exchange {
  /** What was asked; of a large request that has been answered, if only in part, its envelope. */
  Door.Request request();

  /** Whether the other end of the connection proved to be a node of this cluster. */
  boolean fromNode();

  /** A response that others will follow. */
  void more(Door.Response.Builder response);

  /** The last response. */
  void answer(Door.Response.Builder response);

  /** Runs {@code action} once when the asker goes away or says that it no longer waits. */
  void onForget(Runnable action);

  /** Runs {@code action} once, when the answer has left or nobody waits for one. */
  void onGone(Runnable action);
}
