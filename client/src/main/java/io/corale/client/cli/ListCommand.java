package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.client.Client;
import io.corale.wire.Door;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code corale list}. */
@Command(name = "list", description = "Lists invocations, one page at a time.")
final class ListCommand implements Callable<Integer> {
  private static final int MAX_PAGE = 1_000;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many at most, 1 to " + MAX_PAGE + " (default: ${DEFAULT-VALUE}).")
  private int limit = 50;

  @Option(
      names = "--after",
      paramLabel = "ID",
      description = "The page after this place, or this id; each page names the next.")
  private String after = "";

  @Mixin private final InvocationFilter filter = new InvocationFilter();
  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  ListCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    Door.ListInvocations query = query();
    try (Client client = connection.ownersClient()) {
      Door.InvocationList page = Replies.value(client.list(query));
      if (output.isJson()) {
        ObjectNode node = Json.object();
        ArrayNode invocations = node.putArray("invocations");
        page.getInvocationsList().forEach(status -> invocations.add(Json.status(status)));
        Json.print(connection.out(), node.put("next", page.getNext()));
      } else {
        print(page);
      }
      return Exit.OK;
    }
  }

  private Door.ListInvocations query() {
    if (limit < 1 || limit > MAX_PAGE) {
      throw CliFailure.usage("--limit must be from 1 to " + MAX_PAGE + ", was " + limit);
    }
    return filter.query().setLimit(limit).setAfter(after).build();
  }

  private void print(Door.InvocationList page) {
    Table table = new Table("INVOCATION", "COMPOSITION", "PHASE", "AGE", "CALLS", "CALLER");
    for (Door.InvocationStatus status : page.getInvocationsList()) {
      table.row(
          status.getInvocation(),
          Words.composition(status.getComposition()),
          Words.phase(status) + (status.hasHeld() ? ", held" : "") + Words.incidents(status),
          Words.seconds(status.getAgeMicros()),
          Words.calls(status),
          status.getCaller());
    }
    table.print(connection.out());
    if (!page.getNext().isEmpty()) {
      connection.out().println("more: --after " + page.getNext());
    }
  }
}
