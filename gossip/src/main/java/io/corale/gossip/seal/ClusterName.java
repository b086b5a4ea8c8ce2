package io.corale.gossip.seal;

import java.nio.charset.StandardCharsets;

/** The name of a cluster as it is bound into keys and datagrams. */
public final class ClusterName {
  /** Its length is told in one byte. */
  static final int MAX_BYTES = 255;

  private final String name;
  private final byte[] encoded;

  public ClusterName(String name) {
    this.name = name;
    this.encoded = name.getBytes(StandardCharsets.UTF_8);
    if (encoded.length < 1 || encoded.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "cluster name must have 1 to " + MAX_BYTES + " bytes, has " + encoded.length);
    }
  }

  int bytes() {
    return encoded.length;
  }

  byte[] encoded() {
    return encoded.clone();
  }

  @Override
  public String toString() {
    return name;
  }
}
