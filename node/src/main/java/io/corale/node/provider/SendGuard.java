package io.corale.node.provider;

/**
 * The last look before an attempt leaves the node (rule 10): whether this node still is the
 * executor, still leads its term, and is within the send grace. Thread-safe; asking has no side
 * effects.
 */
@FunctionalInterface
public interface SendGuard {
  /** Whether the attempt may leave now. */
  boolean permits();

  /** For how long it may do so, if nothing else comes between; not positive where that is over. */
  default long leftNanos() {
    return Long.MAX_VALUE;
  }

  /**
   * Whether an attempt that has left may send another message of its own, as an answer that points
   * elsewhere asks for. It is still the same attempt, within its timeout, so that the send grace
   * does not count any more.
   */
  default boolean permitsMore() {
    return permits();
  }

  /**
   * What was permitted is written as far as this node can see: the system has its bytes. Until then
   * it may have waited for a thread, or for room in the connection. May be told again.
   */
  default void written() {}
}
