package io.corale.node;

import io.corale.gossip.GossipSetup;
import io.corale.gossip.netty.Exchanger;
import io.corale.gossip.netty.GossipingOverlay;
import io.corale.gossip.seal.AesSeal;
import io.corale.gossip.seal.ClusterName;
import io.corale.gossip.seal.KeyRing;
import io.corale.gossip.seal.PlainTextSeal;
import io.corale.gossip.seal.Seal;
import io.corale.model.Incarnation;
import io.corale.model.Release;
import io.corale.scheduler.Entry;
import io.corale.wire.Gossips;
import io.corale.wire.netty.Addresses;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGeneratorFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the overlay of a node together: what it says of the node, and what seals its datagrams. */
final class OverlayOpening {
  private static final Logger log = LoggerFactory.getLogger(OverlayOpening.class);

  private final NodeConfig config;
  private final Incarnation self;
  private final OverlayKeys keys;
  private final KeyRing first;

  /**
   * Reads the keys.
   *
   * @throws IOException if they cannot be used; the message says why
   */
  OverlayOpening(NodeConfig config, Incarnation self) throws IOException {
    this.config = config;
    this.self = self;
    this.keys = OverlayKeys.of(config.overlayKeys(), config.clusterKey());
    this.first = keys.read();
  }

  /**
   * The overlay, which says nothing yet.
   *
   * @param lives the numbers of former lives that the disk knows of
   */
  GossipingOverlay overlay(List<Long> lives, Exchanger exchanger) {
    Gossips.NodeRecord mine =
        Gossips.NodeRecord.newBuilder()
            .setDoorAddress(config.door())
            .setRaftPeer(config.raftHost() + "_" + config.raftPort())
            .setRaftAddress(config.raftHost() + ":" + config.raftPort())
            .setBuild(Release.VERSION)
            .setReadsFormat(Entry.NEWEST_FORMAT)
            .build();
    GossipSetup setup =
        GossipSetup.of(
            self,
            lives,
            config.cluster(),
            config.seeds(),
            RandomGeneratorFactory.of("L64X128MixRandom").create(new SecureRandom().nextLong()),
            (who, standing) -> log.info("node {}: {} is {}", self, who, standing),
            !config.plainOverlay());
    return new GossipingOverlay(setup, mine, exchanger);
  }

  /**
   * Takes the port for datagrams, where others can know that they are this node's.
   *
   * @throws IOException if it cannot be bound; the message says which
   */
  void bind(GossipingOverlay overlay) throws IOException {
    Optional<Seal> seal = seal();
    if (seal.isPresent()) {
      overlay.bind(Addresses.parse(config.door()), seal.get());
    }
  }

  private Optional<Seal> seal() {
    if (config.clusterKey().isEmpty()) {
      return Optional.empty(); // It stays alone: nobody has anything to say to it.
    }
    ClusterName cluster = new ClusterName(config.cluster());
    if (config.plainOverlay()) {
      log.warn(
          "node {}: the overlay's datagrams are plain text (overlay.plainText): whoever reaches UDP"
              + " port {} can say anything in any node's name",
          self,
          config.door());
      return Optional.of(new PlainTextSeal(cluster, self));
    }
    return Optional.of(new AesSeal(cluster, self, first));
  }

  /** Takes other keys, if there are any in the file; to be called now and then. */
  void rotate(GossipingOverlay overlay) {
    try {
      keys.changed().ifPresent(overlay::rotate);
    } catch (RuntimeException e) {
      log.error("node {}: the overlay's keys were not looked at; the next time is soon", self, e);
    }
  }

  /** Whether the file of keys could be used when it was looked at last. */
  boolean isKeyFileGood() {
    return keys.isFileGood();
  }
}
