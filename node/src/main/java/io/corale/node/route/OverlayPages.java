package io.corale.node.route;

import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.gossip.SchedulerPage;
import io.corale.gossip.SchedulerView;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.OwnerId;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The schedulers of the whole cluster as this node knows them, for people, page by page. */
final class OverlayPages {
  /** Of some 500 bytes at most, so a page fits into a frame many times. */
  static final int MAX_PAGE = 1_000;

  private final Overlay overlay;

  OverlayPages(Overlay overlay) {
    this.overlay = overlay;
  }

  /** Throws where the request says what cannot be, and names the field. */
  Door.Response.Builder page(Door.ShowOverlay asked) {
    int limit = asked.getLimit();
    if (limit < 1 || limit > MAX_PAGE) {
      throw new IllegalArgumentException(
          "show_overlay.limit must be from 1 to "
              + MAX_PAGE
              + ", was "
              + Integer.toUnsignedString(limit));
    }
    List<NodeView> nodes = overlay.nodes();
    Map<Incarnation, String> doors = new LinkedHashMap<>();
    nodes.forEach(node -> doors.put(node.incarnation(), node.doorAddress()));
    SchedulerPage page = overlay.schedulers(after(asked), limit);
    Door.OverlayReport.Builder report =
        Door.OverlayReport.newBuilder()
            .setNode(Encode.incarnation(nodes.get(0).incarnation()))
            .setHasMore(page.hasMore());
    page.schedulers().forEach(one -> report.addSchedulers(scheduler(one, doors)));
    return Door.Response.newBuilder().setOverlay(report);
  }

  private static Optional<CellId> after(Door.ShowOverlay asked) {
    if (asked.getAfterOwner().isEmpty()) {
      if (asked.getAfterCell() != 0) {
        throw new IllegalArgumentException(
            "show_overlay.after_owner is missing, expected the owner of after_cell "
                + Integer.toUnsignedString(asked.getAfterCell()));
      }
      return Optional.empty();
    }
    OwnerId owner = Decode.in("show_overlay.after_owner", () -> new OwnerId(asked.getAfterOwner()));
    return Optional.of(
        Decode.in("show_overlay.after_cell", () -> new CellId(owner, asked.getAfterCell())));
  }

  private static Door.SchedulerReport scheduler(
      SchedulerView scheduler, Map<Incarnation, String> doors) {
    Door.SchedulerReport.Builder report =
        Door.SchedulerReport.newBuilder()
            .setOwner(scheduler.cell().owner().value())
            .setCell(scheduler.cell().number());
    scheduler
        .leader()
        .ifPresent(
            claim ->
                report
                    .setLeader(Encode.incarnation(claim.node()))
                    .setDoorAddress(doors.getOrDefault(claim.node(), ""))
                    .setLeaderGone(scheduler.isLeaderGone())
                    .setEpoch(claim.epoch())
                    .setTerm(claim.term()));
    scheduler.claimMillis().ifPresent(report::setClaimMillis);
    scheduler
        .pending()
        .ifPresent(
            range -> {
              report.setPendingLeast(range.least());
              if (range.most() < Long.MAX_VALUE) {
                report.setPendingMost(range.most());
              }
            });
    scheduler.loadMillis().ifPresent(report::setLoadMillis);
    return report.build();
  }
}
