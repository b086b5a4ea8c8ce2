package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.client.Client;
import io.corale.wire.Door;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code corale nodes}. */
@Command(name = "nodes", description = "Shows the nodes of the cluster as one of them knows them.")
final class NodesCommand implements Callable<Integer> {
  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  NodesCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.clustersClient()) {
      Door.NodeList nodes = Replies.value(client.nodes());
      if (output.isJson()) {
        Json.print(connection.out(), json(nodes));
      } else {
        print(nodes);
      }
      return Exit.OK;
    }
  }

  private void print(Door.NodeList nodes) {
    Table table =
        new Table(
            "NODE", "STATE", "DOOR", "RAFT", "LEADS", "FOLLOWS", "PENDING", "HEARD", "READS",
            "BUILD");
    for (Door.NodeReport node : nodes.getNodesList()) {
      table.row(
          node.getNode().getNode() + "#" + node.getNode().getBoot(),
          node.getState().toLowerCase(Locale.ROOT),
          node.getDoorAddress(),
          node.getRaftAddress(),
          Integer.toString(node.getCellsLed()),
          Integer.toString(node.getCellsFollowed()),
          pending(node),
          heard(node),
          node.getReadsFormat() == 0 ? "-" : Integer.toString(node.getReadsFormat()),
          node.getBuild());
    }
    table.print(connection.out());
  }

  /** In steps of a fifth, as nodes tell it. */
  private static String pending(Door.NodeReport node) {
    return node.hasPendingBand() ? "~" + requests(node) : "-";
  }

  /** The former overlay does not tell it, so it is not known of nodes that speak no other. */
  private static String heard(Door.NodeReport node) {
    return node.hasHeardMillis()
        ? String.format(Locale.ROOT, "%.1fs", node.getHeardMillis() / 1_000.0)
        : "-";
  }

  private static long requests(Door.NodeReport node) {
    return Math.round(Math.pow(2, node.getPendingBand() / 4.0)) - 1;
  }

  private static ObjectNode json(Door.NodeList nodes) {
    ObjectNode root = Json.object();
    ArrayNode array = root.putArray("nodes");
    for (Door.NodeReport node : nodes.getNodesList()) {
      ObjectNode one =
          array
              .addObject()
              .put("node", node.getNode().getNode())
              .put("boot", node.getNode().getBoot())
              .put("state", node.getState().toLowerCase(Locale.ROOT))
              .put("door", node.getDoorAddress())
              .put("raft", node.getRaftAddress())
              .put("cellsLed", node.getCellsLed())
              .put("cellsFollowed", node.getCellsFollowed())
              .put("readsFormat", node.getReadsFormat())
              .put("build", node.getBuild());
      if (node.hasHeardMillis()) {
        one.put("heardMillis", node.getHeardMillis());
      }
      if (node.hasPendingBand()) {
        one.put("pendingAbout", requests(node));
      }
    }
    return root;
  }
}
