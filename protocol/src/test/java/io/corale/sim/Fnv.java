package io.corale.sim;

/** FNV-1a in 64 bits: the same number for the same bytes on every JVM. */
final class Fnv {
  static final long START = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private Fnv() {}

  static long hash(long before, byte[] bytes) {
    long hash = before;
    for (byte b : bytes) {
      hash = (hash ^ (b & 0xff)) * PRIME;
    }
    return hash;
  }

  static long hash(long before, long number) {
    long hash = before;
    for (int shift = 0; shift < 64; shift += 8) {
      hash = (hash ^ ((number >>> shift) & 0xff)) * PRIME;
    }
    return hash;
  }
}
