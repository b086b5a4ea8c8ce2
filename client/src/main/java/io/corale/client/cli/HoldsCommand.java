package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.client.Client;
import io.corale.wire.Door;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code corale holds}. */
@Command(
    name = "holds",
    description = {
      "Shows what is paused, for how long by now, by whom, and why.",
      "'pause' and 'resume' change it."
    })
final class HoldsCommand implements Callable<Integer> {
  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  HoldsCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.ownersClient()) {
      Door.HoldList list = Replies.value(client.holds());
      if (output.isJson()) {
        ObjectNode node = Json.object();
        ArrayNode holds = node.putArray("holds");
        list.getHoldsList().forEach(each -> holds.add(Json.held(each)));
        Json.print(connection.out(), node.put("more", list.getMore()));
      } else {
        print(list);
      }
      return Exit.OK;
    }
  }

  private void print(Door.HoldList list) {
    Table table = new Table("HELD", "FOR", "BY", "REASON");
    for (Door.HoldReport each : list.getHoldsList()) {
      table.row(
          Words.target(each),
          Words.seconds(each.getHeldMicros()),
          each.getHeldBy(),
          each.getReason());
    }
    table.print(connection.out());
    if (list.getMore()) {
      connection.out().println("and more");
    }
  }
}
