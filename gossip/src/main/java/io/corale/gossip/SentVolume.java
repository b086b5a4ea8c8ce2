package io.corale.gossip;

/**
 * So much of one class of what a node says by datagrams.
 *
 * @param words how often something of it was told; of the class {@code rest}, datagrams
 * @param waiting what is still to be told
 * @param givenUp what was not told as often as it should: there was too much, or it is too large
 */
public record SentVolume(long words, long bytes, long waiting, long givenUp) {
  static SentVolume of(long words, long bytes) {
    return new SentVolume(words, bytes, 0, 0);
  }

  SentVolume with(Rumours<?, ?> rumours) {
    return new SentVolume(words, bytes, rumours.size(), rumours.givenUp());
  }
}
