package io.corale.model;

/**
 * One life of a node: its id with a boot counter that is persisted on its disk, so that what a
 * restarted node says can never be mistaken for what its former life said.
 */
public record Incarnation(NodeId node, long boot) implements Comparable<Incarnation> {
  public Incarnation {
    if (boot < 1) {
      throw new IllegalArgumentException("boot counter must be at least 1, was " + boot);
    }
  }

  @Override
  public int compareTo(Incarnation other) {
    int byNode = node.compareTo(other.node);
    return byNode != 0 ? byNode : Long.compare(boot, other.boot);
  }

  @Override
  public String toString() {
    return node + "#" + boot;
  }
}
