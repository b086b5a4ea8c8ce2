package io.corale.node.provider;

/**
 * The last look before an attempt leaves the node (rule 10): whether this node still is the
 * executor, still leads its term, and is within the send grace. Thread-safe and without side
 * effects.
 */
@FunctionalInterface
public interface SendGuard {
  /** Whether the attempt may leave now. */
  boolean permits();
}
