package io.corale.gossip.netty;

import java.util.Optional;

/**
 * What is done to datagrams between the core and the network, so that only nodes of the cluster can
 * say and read them. Thread-safe; must not block.
 */
public interface DatagramSeal {
  /** Nothing is done: whoever reaches the port can say anything. */
  DatagramSeal NONE =
      new DatagramSeal() {
        @Override
        public byte[] seal(byte[] content) {
          return content;
        }

        @Override
        public Optional<byte[]> open(byte[] datagram) {
          return Optional.of(datagram);
        }
      };

  /** What goes out, at most 41 bytes longer. */
  byte[] seal(byte[] content);

  /** What came in; empty where it is not of this cluster, or was seen before. */
  Optional<byte[]> open(byte[] datagram);
}
