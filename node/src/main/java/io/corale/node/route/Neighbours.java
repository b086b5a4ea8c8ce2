package io.corale.node.route;

import com.google.protobuf.ByteString;
import io.corale.model.CellId;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.node.cell.Cells;
import io.corale.scheduler.Measured;
import io.corale.scheduler.wire.InventoryCodec;
import io.corale.wire.Door;
import io.corale.wire.Exchange;
import java.util.function.UnaryOperator;

/** What only another node may ask, or tell a cell. */
final class Neighbours {
  private final Cells cells;
  private final UnaryOperator<ByteString> gossip;

  /**
   * @param gossip takes a gossip message and gives the answer; never blocks
   */
  Neighbours(Cells cells, UnaryOperator<ByteString> gossip) {
    this.cells = cells;
    this.gossip = gossip;
  }

  void serve(Exchange exchange) {
    if (!exchange.fromNode()) {
      Intake.refuse(
          exchange,
          Refusal.of(
              Refusal.Code.FORBIDDEN,
              "only a node of this cluster may ask this; present the cluster key in hello"));
      return;
    }
    Door.Request request = exchange.request();
    if (request.hasGossip()) {
      exchange.answer(
          Door.Response.newBuilder()
              .setGossip(
                  Door.GossipReply.newBuilder()
                      .setMessage(gossip.apply(request.getGossip().getMessage()))));
      return;
    }
    if (request.hasInquire()) {
      inventory(exchange, request.getInquire());
      return;
    }
    if (request.hasWitness()) {
      hear(request.getWitness());
      exchange.answer(Door.Response.newBuilder().setDone(Door.Done.getDefaultInstance()));
      return;
    }
    if (request.hasTendReplica()) {
      cells
          .tend(request.getTendReplica())
          .whenComplete(
              (report, failure) ->
                  exchange.answer(
                      failure == null
                          ? Door.Response.newBuilder().setReplica(report)
                          : Journey.unknown("replica not tended: " + failure)));
      return;
    }
    cells
        .addReplica(request.getAddReplica())
        .thenAccept(
            created -> {
              switch (created) {
                case DONE ->
                    exchange.answer(
                        Door.Response.newBuilder().setDone(Door.Done.getDefaultInstance()));
                case NEVER ->
                    Intake.refuse(
                        exchange,
                        Refusal.of(
                            Refusal.Code.CONFLICT,
                            "this node lives another life, or takes part in a later birth"));
                case UNREACHABLE -> exchange.answer(Journey.unknown("replica not created now"));
              }
            });
  }

  private void inventory(Exchange exchange, Door.Inquire asked) {
    CellId cell = new CellId(new OwnerId(asked.getOwner()), asked.getCell());
    var unused =
        cells
            .inventory(cell, asked.getEpoch(), InventoryCodec.read(asked))
            .thenApply(InventoryCodec::write)
            .whenComplete(
                (inventory, failure) ->
                    exchange.answer(
                        failure == null
                            ? Door.Response.newBuilder().setInventory(inventory)
                            : Journey.unknown("no inventory now")));
  }

  /** What it is not for any more is of no use to anybody. */
  private void hear(Door.Witness witness) {
    CellId id = new CellId(new OwnerId(witness.getOwner()), witness.getCell());
    NodeId member = new NodeId(witness.getNode());
    cells
        .find(id)
        .filter(cell -> cell.epoch() == witness.getEpoch())
        .ifPresent(
            cell -> cell.measured(member, new Measured(witness.getIndex(), witness.getDigest())));
  }
}
