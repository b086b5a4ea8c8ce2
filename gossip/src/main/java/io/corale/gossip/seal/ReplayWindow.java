package io.corale.gossip.seal;

import java.util.Optional;

/**
 * Remembers which numbers of one sender have come, so that none is taken twice.
 *
 * <p>A sliding bitmap in the form of RFC 6479, as IPsec and WireGuard have it: a ring of words of
 * 64 bits, of which those that the greatest number passes are cleared. One word of the ring is
 * always being filled, so that the window is one word shorter than the ring, and no bit is ever
 * shifted. What is older than the window cannot be told from what has come, and is not taken.
 */
final class ReplayWindow {
  /** A power of two. At 40 datagrams a second one may come 24 seconds late. */
  private static final int WORDS = 16;

  static final int SIZE = (WORDS - 1) * Long.SIZE;

  private final long[] words = new long[WORDS];
  private long greatest;

  /** Why this number must not be taken; empty where it is new. */
  Optional<Refusal> refuses(long number) {
    if (number > greatest) {
      return Optional.empty();
    }
    if (greatest - number >= SIZE) {
      return Optional.of(Refusal.TOO_OLD);
    }
    return (words[word(number)] & bit(number)) == 0
        ? Optional.empty()
        : Optional.of(Refusal.REPLAYED);
  }

  /** It was taken: only what is proved to come of the sender may say so. */
  void take(long number) {
    long passed = Math.min(number / Long.SIZE - greatest / Long.SIZE, WORDS);
    for (long i = 1; i <= passed; i++) {
      words[word(greatest + i * Long.SIZE)] = 0;
    }
    greatest = Math.max(greatest, number);
    words[word(number)] |= bit(number);
  }

  private static int word(long number) {
    return (int) (number / Long.SIZE) & (WORDS - 1);
  }

  private static long bit(long number) {
    return 1L << number;
  }
}
