package io.corale.gossip.seal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of a cluster as one node has them: the first seals, all of them open. Immutable.
 *
 * <p>A key is replaced in three steps, each of which reaches all nodes before the next one begins:
 * the new key is added behind the old one; their order is changed; the old one is taken out.
 */
public final class KeyRing {
  /** A rotation needs two. */
  public static final int MAX_KEYS = 8;

  private final List<ClusterKey> order;
  private final Map<Integer, ClusterKey> byId = new LinkedHashMap<>();

  /**
   * @param order the first seals
   */
  public KeyRing(List<ClusterKey> order) {
    this.order = List.copyOf(order);
    this.order.forEach(key -> byId.put(key.id(), key));
    if (order.isEmpty() || order.size() > MAX_KEYS || byId.size() < order.size()) {
      throw new IllegalArgumentException(
          "a key ring has 1 to " + MAX_KEYS + " keys, no two of one id, this one " + order);
    }
  }

  ClusterKey primary() {
    return order.get(0);
  }

  Optional<ClusterKey> named(int id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** The names of the keys, never the keys. */
  @Override
  public String toString() {
    return order.toString();
  }
}
