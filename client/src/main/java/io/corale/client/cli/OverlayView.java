package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.model.CellId;
import io.corale.model.OwnerId;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What was heard of the schedulers of a cluster, as a table for people or JSON for programs. */
final class OverlayView {
  private static final String UNKNOWN = "-";

  private final List<Door.SchedulerReport> schedulers = new ArrayList<>();

  /** One, unless it went away between two pages and another one took its place. */
  private final Set<String> nodes = new LinkedHashSet<>();

  private boolean hasMore;

  void add(Door.OverlayReport page) {
    nodes.add(name(page.getNode()));
    schedulers.addAll(page.getSchedulersList());
    hasMore = page.getHasMore() && page.getSchedulersCount() > 0;
  }

  int size() {
    return schedulers.size();
  }

  boolean hasMore() {
    return hasMore;
  }

  /** Where the next page begins. */
  Optional<CellId> last() {
    return schedulers.isEmpty()
        ? Optional.empty()
        : Optional.of(schedulers.get(schedulers.size() - 1))
            .map(one -> new CellId(new OwnerId(one.getOwner()), one.getCell()));
  }

  void print(PrintWriter out) {
    Table table =
        new Table("SCHEDULER", "LED BY", "DOOR", "EPOCH", "TERM", "CLAIMED", "PENDING", "HEARD");
    for (Door.SchedulerReport one : schedulers) {
      table.row(
          one.getOwner() + "." + one.getCell(),
          leader(one),
          one.getDoorAddress().isEmpty() ? UNKNOWN : one.getDoorAddress(),
          one.hasLeader() ? Long.toString(one.getEpoch()) : UNKNOWN,
          one.hasLeader() ? Long.toString(one.getTerm()) : UNKNOWN,
          one.hasClaimMillis() ? ago(one.getClaimMillis()) : UNKNOWN,
          one.hasPendingLeast() ? pending(one) : UNKNOWN,
          one.hasLoadMillis() ? ago(one.getLoadMillis()) : UNKNOWN);
    }
    table.print(out);
    out.println(
        size()
            + (size() == 1 ? " scheduler" : " schedulers")
            + ", as "
            + String.join(" and ", nodes)
            + " knows them");
    last().filter(cell -> hasMore).ifPresent(cell -> out.println("more: --after " + cell));
    out.flush();
  }

  private static String leader(Door.SchedulerReport one) {
    if (!one.hasLeader()) {
      return "(nobody)";
    }
    return name(one.getLeader()) + (one.getLeaderGone() ? " (gone)" : "");
  }

  private static String name(Common.Incarnation node) {
    return node.getNode() + "#" + node.getBoot();
  }

  private static String ago(long millis) {
    return String.format(Locale.ROOT, "%.1fs", millis / 1_000.0);
  }

  /** Nodes tell it in steps of a fifth. */
  private static String pending(Door.SchedulerReport one) {
    long least = one.getPendingLeast();
    long most = one.getPendingMost();
    if (!one.hasPendingMost()) {
      return least + " or more";
    }
    return least == most ? Long.toString(least) : least + "-" + most;
  }

  ObjectNode json() {
    ObjectNode root = Json.object();
    ArrayNode heard = root.putArray("nodes");
    nodes.forEach(heard::add);
    ArrayNode array = root.putArray("schedulers");
    for (Door.SchedulerReport one : schedulers) {
      ObjectNode each = array.addObject().put("owner", one.getOwner()).put("cell", one.getCell());
      if (one.hasLeader()) {
        each.put("leader", one.getLeader().getNode())
            .put("boot", one.getLeader().getBoot())
            .put("leaderGone", one.getLeaderGone())
            .put("door", one.getDoorAddress())
            .put("epoch", one.getEpoch())
            .put("term", one.getTerm());
      }
      if (one.hasClaimMillis()) {
        each.put("claimMillis", one.getClaimMillis());
      }
      if (one.hasPendingLeast()) {
        each.put("pendingLeast", one.getPendingLeast());
      }
      if (one.hasPendingMost()) {
        each.put("pendingMost", one.getPendingMost());
      }
      if (one.hasLoadMillis()) {
        each.put("loadMillis", one.getLoadMillis());
      }
    }
    last().filter(cell -> hasMore).ifPresent(cell -> root.put("next", cell.toString()));
    return root;
  }
}
