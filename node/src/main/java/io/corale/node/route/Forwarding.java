package io.corale.node.route;

import com.google.protobuf.ByteString;
import io.corale.model.CellId;
import io.corale.node.cell.Cell;
import io.corale.scheduler.Command;
import io.corale.scheduler.Urgency;
import io.corale.scheduler.wire.SettleCodec;
import io.corale.wire.Door;
import java.time.Duration;

/**
 * Brings outcomes of attempts that this node sent to whoever leads their cell today (rule 11). One
 * try each: the cell asks again until it sees the outcome in the log. Thread-safe.
 */
final class Forwarding {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** For one whose texts must be brought into the log before it. */
  private static final Duration PATIENCE_WITH_TEXTS = Duration.ofSeconds(20);

  private final Route route;

  Forwarding(Route route) {
    this.route = route;
  }

  void forward(Cell cell, Command.Settle settle) {
    CellId id = cell.id();
    Place place = route.lookup().find(id);
    Runnable answered = () -> cell.forwarded(settle.attempt());
    if (place instanceof Place.Here here) {
      var unused =
          here.cell()
              .propose(settle, Urgency.RESULT)
              .whenComplete((reply, failure) -> answered.run());
    } else if (place instanceof Place.There there) {
      Duration patience = settle.texts().isEmpty() ? PATIENCE : PATIENCE_WITH_TEXTS;
      Door.Request request =
          Door.Request.newBuilder()
              .setEnvelope(NodeWord.envelope(id.owner(), patience))
              .setDeliver(Door.Deliver.newBuilder().setCell(id.number()).setSettle(encoded(settle)))
              .build();
      route.peers().send(there.node(), request, patience, response -> answered.run());
    } else {
      answered.run();
    }
  }

  private static ByteString encoded(Command.Settle settle) {
    return SettleCodec.encode(settle);
  }
}
