package io.corale.node.route;

import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.model.CellId;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.model.Right;
import io.corale.node.cell.Cell;
import io.corale.node.cell.Cells;
import io.corale.node.cell.LostCell;
import io.corale.node.door.Caller;
import io.corale.node.registry.BornMember;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import io.corale.wire.Exchange;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What this node knows of the cluster, for people. */
final class Reports {
  /** Several fit into a frame, which holds one MiB, however many bytes a character takes. */
  private static final int PART_CHARS = 128 * 1024;

  private final NodeId self;
  private final Overlay overlay;
  private final OverlayPages pages;
  private final Cells cells;
  private final Supplier<String> metrics;

  Reports(NodeId self, Overlay overlay, Cells cells, Supplier<String> metrics) {
    this.self = self;
    this.overlay = overlay;
    this.pages = new OverlayPages(overlay);
    this.cells = cells;
    this.metrics = metrics;
  }

  void serve(Exchange exchange, Caller caller) {
    Door.Request request = exchange.request();
    if (request.hasNodes()) {
      exchange.answer(nodes());
      return;
    }
    if (request.hasShowOverlay()) {
      caller
          .lacksOperator()
          .ifPresentOrElse(
              refusal -> Intake.refuse(exchange, refusal),
              () -> exchange.answer(pages.page(request.getShowOverlay())));
      return;
    }
    if (request.hasMetrics()) {
      caller
          .lacksOperator()
          .ifPresentOrElse(
              refusal -> Intake.refuse(exchange, refusal), () -> tellMetrics(exchange));
      return;
    }
    String owner = request.getCells().getOwner();
    Optional<Refusal> forbidden =
        owner.isEmpty()
            ? caller.lacksOperator()
            : caller.lacks(Right.READ, Decode.in("cells.owner", () -> new OwnerId(owner)));
    if (forbidden.isPresent()) {
      Intake.refuse(exchange, forbidden.get());
      return;
    }
    exchange.answer(cells(owner));
  }

  private Door.Response.Builder nodes() {
    Door.NodeList.Builder list = Door.NodeList.newBuilder();
    for (NodeView node : overlay.nodes()) {
      Door.NodeReport.Builder report =
          Door.NodeReport.newBuilder()
              .setNode(Encode.incarnation(node.incarnation()))
              .setDoorAddress(node.doorAddress())
              .setRaftAddress(node.raftAddress())
              .setState(node.state().name())
              .setCellsLed(node.cellsLed())
              .setCellsFollowed(node.cellsFollowed())
              .setBuild(node.build())
              .setReadsFormat(node.readsFormat());
      node.heardMillis().ifPresent(report::setHeardMillis);
      node.pendingBand().ifPresent(report::setPendingBand);
      list.addNodes(report);
    }
    return Door.Response.newBuilder().setNodes(list);
  }

  /** In as many responses as it takes. */
  private void tellMetrics(Exchange exchange) {
    String text = metrics.get();
    int from = 0;
    for (; text.length() - from > PART_CHARS; from += PART_CHARS) {
      exchange.more(part(text.substring(from, from + PART_CHARS)));
    }
    exchange.answer(part(text.substring(from)));
  }

  private Door.Response.Builder part(String text) {
    return Door.Response.newBuilder()
        .setMetrics(Door.MetricsText.newBuilder().setNode(self.value()).setText(text));
  }

  private Door.Response.Builder cells(String owner) {
    Door.CellList.Builder list = Door.CellList.newBuilder();
    for (Cell cell : cells.all()) {
      if (owner.isEmpty() || cell.id().owner().value().equals(owner)) {
        list.addCells(report(cell));
      }
    }
    for (LostCell cell : cells.lost()) {
      if (owner.isEmpty() || cell.cell().owner().value().equals(owner)) {
        list.addCells(report(cell));
      }
    }
    return Door.Response.newBuilder().setCells(list);
  }

  private Door.CellReport report(Cell cell) {
    Door.CellReport.Builder report =
        Door.CellReport.newBuilder()
            .setOwner(cell.id().owner().value())
            .setCell(cell.id().number())
            .setEpoch(cell.epoch())
            .setGroup(cell.group())
            .setTerm(cell.term())
            .setApplied(cell.applied())
            .setFormat(cell.activeFormat());
    cell.superpeerHint().ifPresent(node -> report.setSuperpeer(node.value()));
    cell.members().forEach(member -> report.addMembers(report(member)));
    return report.addAllAbsent(absent(cell.id())).build();
  }

  private Door.CellReport report(LostCell cell) {
    Door.CellReport.Builder report =
        Door.CellReport.newBuilder()
            .setOwner(cell.cell().owner().value())
            .setCell(cell.cell().number())
            .setEpoch(cell.epoch())
            .setGroup(cell.group());
    cell.members().stream()
        .filter(member -> !member.incarnation().node().equals(self))
        .forEach(member -> report.addMembers(report(member)));
    return report.addAllAbsent(absent(cell.cell())).build();
  }

  private static Door.Member report(BornMember member) {
    return Door.Member.newBuilder()
        .setNode(member.incarnation().node().value())
        .setRaftPeer(member.raftPeer())
        .setRaftAddress(member.raftAddress())
        .build();
  }

  private List<Door.Absentee> absent(CellId cell) {
    return cells.absent(cell).entrySet().stream()
        .map(
            each ->
                Door.Absentee.newBuilder()
                    .setNode(each.getKey().value())
                    .setHas(each.getValue())
                    .build())
        .toList();
  }
}
