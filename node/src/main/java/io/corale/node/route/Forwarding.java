package io.corale.node.route;

import com.google.protobuf.ByteString;
import io.corale.model.CellId;
import io.corale.scheduler.Command;
import io.corale.scheduler.Urgency;
import io.corale.scheduler.wire.SettleCodec;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.Set;

/**
 * Brings outcomes of attempts that this node sent to whoever leads their cell today (rule 11). One
 * try each: the cell asks again until it sees the outcome in the log. Thread-safe.
 */
final class Forwarding {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Route route;

  Forwarding(Route route) {
    this.route = route;
  }

  void forward(CellId cell, Command.Settle settle) {
    Place place = route.lookup().find(cell, Set.of());
    if (place instanceof Place.Here here) {
      var unused = here.cell().propose(settle, Urgency.RESULT);
    } else if (place instanceof Place.There there) {
      Door.Request request =
          Door.Request.newBuilder()
              .setEnvelope(NodeWord.envelope(cell.owner(), PATIENCE))
              .setDeliver(
                  Door.Deliver.newBuilder().setCell(cell.number()).setSettle(encoded(settle)))
              .build();
      route.peers().send(there.node(), request, PATIENCE, response -> {});
    }
  }

  private static ByteString encoded(Command.Settle settle) {
    return SettleCodec.encode(settle);
  }
}
