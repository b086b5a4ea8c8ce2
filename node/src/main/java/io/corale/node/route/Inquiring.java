package io.corale.node.route;

import io.corale.gossip.NodeView;
import io.corale.model.Incarnation;
import io.corale.node.cell.Cell;
import io.corale.scheduler.Inquiry;
import io.corale.scheduler.Inventory;
import io.corale.scheduler.wire.InventoryCodec;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks earlier executors of a cell at their doors what they have sent (rule 11): wherever they are,
 * whether they are members of its group or not. One try each. Thread-safe.
 */
final class Inquiring {
  /**
   * Longer than a superpeer waits until it takes the earlier executor for silent: until it asks
   * again, an answer still counts.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final Route route;

  Inquiring(Route route) {
    this.route = route;
  }

  void inquire(Cell cell, Inquiry inquiry) {
    Incarnation earlier = inquiry.earlier().node();
    Optional<NodeView> node = route.lookup().node(earlier.node());
    if (node.isEmpty()) {
      cell.inventoried(inquiry.number(), Optional.empty());
    } else if (node.get().incarnation().boot() > earlier.boot()) {
      cell.inventoried(inquiry.number(), Optional.of(new Inventory.AnotherLife()));
    } else {
      Door.Request request =
          Door.Request.newBuilder()
              .setEnvelope(NodeWord.envelope(PATIENCE))
              .setInquire(InventoryCodec.write(cell.id(), cell.epoch(), inquiry))
              .build();
      route
          .peers()
          .send(
              node.get(),
              request,
              PATIENCE,
              response -> cell.inventoried(inquiry.number(), inventory(response)));
    }
  }

  private static Optional<Inventory> inventory(Door.Response response) {
    return response.hasInventory()
        ? Optional.of(InventoryCodec.read(response.getInventory()))
        : Optional.empty();
  }
}
