package io.corale.gossip.netty;

/**
 * What went through the port of a node for datagrams since it began.
 *
 * @param refused of those received, because they could not be opened or read
 */
public record DatagramTraffic(long sent, long sentBytes, long received, long refused) {
  static final DatagramTraffic NONE = new DatagramTraffic(0, 0, 0, 0);
}
