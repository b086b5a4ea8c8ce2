package io.corale.wire.netty;

import io.corale.wire.Freight;
import io.netty.channel.Channel;
import java.util.Optional;

/**
 * Weighs what is asked at a door: it is read at once or refused at once, so that nobody who asks
 * for little waits behind it. The reserve is for what nodes say to each other: outcomes, and news
 * of the cluster.
 */
final class DoorWeighing implements Weighing {
  private final Freight freight;
  private final boolean isNode;

  /**
   * @param isNode whether a node asks; to clients all is new work, whatever they say it is
   */
  DoorWeighing(Freight freight, boolean isNode) {
    this.freight = freight;
    this.isNode = isNode;
  }

  @Override
  public Word weigh(Heading heading, Runnable again, Channel channel) {
    boolean isOfNodes = DoorLimits.isOfNodes(heading.what());
    int most =
        isOfNodes && !isNode
            ? DoorLimits.MAX_PLAIN_REQUEST_BYTES // It will be refused, but heard before.
            : DoorLimits.mostBytes(heading.what());
    if (heading.sizeBytes() > most) {
      return new No(most);
    }
    Optional<Freight.Load> load =
        isOfNodes && isNode
            ? freight.take(heading.sizeBytes())
            : freight.takeForNewWork(heading.sizeBytes());
    return load.<Word>map(Yes::new).orElseGet(() -> new No(0));
  }
}
