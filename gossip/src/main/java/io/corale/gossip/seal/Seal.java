package io.corale.gossip.seal;

/**
 * Between the gossip of a node and its datagrams: what is sent is sealed, what comes is opened.
 *
 * <p>A datagram is for whoever gets it: a message that is meant for one node must name it, and an
 * answer what it answers. Each is opened once by one node; it may come late, out of order, or not
 * at all. Nothing that comes from outside makes {@link #open} throw.
 *
 * <p>Confined to one thread at a time. There must be one only for each life of a node: it counts
 * what was sent, and a second one would count the same again.
 */
public sealed interface Seal permits AesSeal, PlainTextSeal {
  /** Fits a path that carries 1,500 bytes, with room for the headers of IPv6, UDP and a tunnel. */
  int MAX_DATAGRAM_BYTES = 1_400;

  /** The longest payload that this node can seal. */
  int maxPayloadBytes();

  /**
   * A datagram that says this.
   *
   * @throws IllegalArgumentException if the payload is longer than {@link #maxPayloadBytes}
   * @throws IllegalStateException if this life of the node has sent all that it may
   */
  byte[] seal(byte[] payload);

  /** What a datagram says, or why this node does not hear it. */
  Opened open(byte[] datagram);

  /** How many datagrams were refused for this reason. */
  long refused(Refusal why);
}
