package io.corale.node.observe;

import io.corale.gossip.NodeView;
import io.corale.gossip.SentVolume;
import io.corale.gossip.netty.DatagramTraffic;
import io.corale.node.door.DoorLoad;
import io.corale.wire.Freight;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Reads door, registry, overlay, invoker and disk. */
final class PartsSampler implements Sampler {
  private final Parts parts;
  private final Watch watch;

  PartsSampler(Parts parts, Watch watch) {
    this.parts = parts;
    this.watch = watch;
  }

  @Override
  public void sample(Readings readings) {
    door(readings, parts.door().get());
    freight(readings, "answers", parts.answers().get());
    freight(readings, "work", parts.freight().get());
    registry(readings);
    members(readings);
    gossip(readings, parts.gossip().get());
    readings.add(Measure.ATTEMPTS_OUTSTANDING, parts.attempts().getAsInt());
    readings.add(Measure.DISK_USABLE, parts.cells().space().usableBytes());
  }

  private static void door(Readings readings, DoorLoad load) {
    readings.add(Measure.DOOR_CONNECTIONS, load.connections());
    readings.add(Measure.DOOR_OPEN, load.openRequests());
    readings.add(Measure.DOOR_SHED, load.shedRequests(), "request");
    readings.add(Measure.DOOR_SHED, load.shedConnections(), "connection");
    readings.add(Measure.DOOR_SLOWED, load.slowedConnections());
    readings.add(Measure.DOOR_RECEIVED, load.receivedBytes());
    readings.add(Measure.DOOR_SENT, load.sentBytes());
  }

  private static void freight(Readings readings, String what, Freight.Reading freight) {
    readings.add(Measure.FREIGHT_CAPACITY, freight.capacityBytes(), what);
    readings.add(Measure.FREIGHT_USED, freight.usedBytes(), what);
    readings.add(Measure.FREIGHT_WAITING, freight.waiting(), what);
    readings.add(Measure.FREIGHT_REFUSED, freight.refused(), what);
  }

  private void registry(Readings readings) {
    readings.add(Measure.REGISTRY_CONNECTED, parts.registry().isConnected() ? 1 : 0);
    long answeredNanos = watch.registryAnsweredNanos();
    if (answeredNanos != 0) {
      long silence = System.nanoTime() - answeredNanos;
      readings.add(
          Measure.REGISTRY_SILENCE, TimeUnit.NANOSECONDS.toMillis(Math.max(0, silence)) / 1_000.0);
    }
  }

  private static void gossip(Readings readings, OverlayReading overlay) {
    DatagramTraffic datagrams = overlay.datagrams();
    readings.add(Measure.DATAGRAMS, datagrams.sent(), "sent");
    readings.add(Measure.DATAGRAMS, datagrams.received(), "received");
    readings.add(Measure.DATAGRAM_BYTES, datagrams.sentBytes(), "sent");
    readings.add(Measure.DATAGRAM_BYTES, datagrams.receivedBytes(), "received");
    datagrams
        .refusedByReason()
        .forEach((reason, number) -> readings.add(Measure.DATAGRAMS_REFUSED, number, reason));
    overlay.sent().forEach((name, volume) -> sent(readings, name, volume));
    overlay
        .oldestMillis()
        .forEach((name, millis) -> readings.add(Measure.GOSSIP_OLDEST, millis / 1_000.0, name));
    overlay
        .dropped()
        .forEach((reason, number) -> readings.add(Measure.GOSSIP_DROPPED, number, reason));
    readings.add(Measure.GOSSIP_UNTOLD, overlay.untoldClaims());
    readings.add(Measure.OVERLAY_KEY_FILE, overlay.isKeyFileGood() ? 1 : 0);
  }

  private static void sent(Readings readings, String name, SentVolume volume) {
    readings.add(Measure.GOSSIP_WORDS, volume.words(), name);
    readings.add(Measure.GOSSIP_WORD_BYTES, volume.bytes(), name);
    readings.add(Measure.GOSSIP_WAITING, volume.waiting(), name);
    readings.add(Measure.GOSSIP_GIVEN_UP, volume.givenUp(), name);
  }

  private void members(Readings readings) {
    SortedMap<NodeView.State, Integer> states = new TreeMap<>();
    for (NodeView.State state : NodeView.State.values()) {
      states.put(state, 0);
    }
    parts.overlay().nodes().forEach(node -> states.merge(node.state(), 1, Integer::sum));
    states.forEach(
        (state, number) ->
            readings.add(Measure.MEMBERS, number, state.name().toLowerCase(Locale.ROOT)));
  }
}
