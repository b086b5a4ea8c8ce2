package io.corale.node.registry;

/**
 * What came of a write.
 *
 * @param version that of the node's content afterwards; 0 unless {@link End#DONE}
 */
record Write(End end, int version) {
  /** The definite ends of a write. */
  enum End {
    DONE,
    /** A node stands there already. */
    EXISTS,
    /** The node, or the one it hangs below, does not stand. */
    MISSING,
    /** The node has another version than the expected one. */
    STALE
  }

  boolean isDone() {
    return end == End.DONE;
  }
}
