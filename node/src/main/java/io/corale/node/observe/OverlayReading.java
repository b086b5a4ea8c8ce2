package io.corale.node.observe;

import io.corale.gossip.SentVolume;
import io.corale.gossip.netty.DatagramTraffic;
import io.corale.gossip.netty.GossipingOverlay;
import java.util.SortedMap;

/**
 * What went through the overlay since the node began.
 *
 * @param sent what it says by datagrams, by class
 * @param oldestMillis the age of the oldest word that counts, by class
 * @param dropped what it has heard and not taken, by why
 * @param untoldClaims of this node, of which nobody hears
 * @param isKeyFileGood whether the keys of its file could be used when they were looked at last
 */
public record OverlayReading(
    DatagramTraffic datagrams,
    SortedMap<String, SentVolume> sent,
    SortedMap<String, Long> oldestMillis,
    SortedMap<String, Long> dropped,
    long untoldClaims,
    boolean isKeyFileGood) {
  /** As it is now. */
  public static OverlayReading of(GossipingOverlay overlay, boolean isKeyFileGood) {
    return new OverlayReading(
        overlay.traffic(),
        overlay.sent(),
        overlay.oldest(),
        overlay.dropped(),
        overlay.untoldClaims(),
        isKeyFileGood);
  }
}
