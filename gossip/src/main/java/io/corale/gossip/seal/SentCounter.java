package io.corale.gossip.seal;

/**
 * Numbers what a node sends in one life, from 1 on; no number comes twice.
 *
 * <p>Under one key two messages with one nonce would betray both, and let anybody forge more. The
 * key is that of one life of one node, so a plain counter is enough of a nonce.
 */
final class SentCounter {
  /**
   * The last number. At 1,000 datagrams a second a life may last 34 years; and from so many blocks
   * under one key, 88 a datagram, an attacker tells the cipher from chance with a probability below
   * 2^-35 (the bound of RFC 9001, appendix B.1: blocks squared over 2^129).
   */
  static final long END = 1L << 40;

  private long last;

  /**
   * @param last the number that was given before the first one, 0 for a new life
   */
  SentCounter(long last) {
    this.last = last;
  }

  long next() {
    if (last >= END) {
      throw new IllegalStateException(
          "this life of the node has sent " + END + " datagrams, the most under one key: restart");
    }
    return ++last;
  }
}
