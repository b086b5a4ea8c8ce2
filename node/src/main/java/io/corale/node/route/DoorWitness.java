package io.corale.node.route;

import io.corale.model.CellId;
import io.corale.model.NodeId;
import io.corale.node.cell.Witness;
import io.corale.scheduler.Measured;
import io.corale.wire.Door;
import java.time.Duration;

/** Tells superpeers at their doors what this node's replicas measured. Thread-safe. */
final class DoorWitness implements Witness {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final NodeId self;
  private final Lookup lookup;
  private final Peers peers;

  DoorWitness(NodeId self, Lookup lookup, Peers peers) {
    this.self = self;
    this.lookup = lookup;
    this.peers = peers;
  }

  @Override
  public void tell(CellId cell, long epoch, Measured what) {
    if (lookup.find(cell) instanceof Place.There there) {
      Door.Witness witness =
          Door.Witness.newBuilder()
              .setOwner(cell.owner().value())
              .setCell(cell.number())
              .setEpoch(epoch)
              .setNode(self.value())
              .setIndex(what.index())
              .setDigest(what.digest())
              .build();
      Door.Request request =
          Door.Request.newBuilder()
              .setEnvelope(NodeWord.envelope(PATIENCE))
              .setWitness(witness)
              .build();
      peers.send(there.node(), request, PATIENCE, response -> {});
    }
  }
}
