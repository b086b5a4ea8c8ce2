package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.client.Client;
import io.corale.model.InvocationId;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code corale incidents}. */
@Command(
    name = "incidents",
    description = {
      "Lists the calls that have failed for good and wait for a person, one page at a time.",
      "A composition wants that by document.metadata.incidents, an invocation by"
          + " 'run --incidents'.",
      "'incident show', 'incident retry' and 'incident give-up' deal with one of them."
    })
final class IncidentsCommand implements Callable<Integer> {
  private static final int MAX_PAGE = 1_000;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many at most, 1 to " + MAX_PAGE + " (default: ${DEFAULT-VALUE}).")
  private int limit = 50;

  @Option(
      names = "--after",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "The page after this number; each page names the next.")
  private long after;

  @Option(names = "--of", paramLabel = "ID", description = "Only those of this invocation.")
  private String of = "";

  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  IncidentsCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    Optional<InvocationId> invocation =
        of.isEmpty() ? Optional.empty() : Optional.of(Ids.parse(of));
    requireSense();
    try (Client client = connection.ownersClient()) {
      Door.IncidentList page = Replies.value(client.incidents(invocation, limit, after));
      if (output.isJson()) {
        ObjectNode node = Json.object();
        ArrayNode incidents = node.putArray("incidents");
        page.getIncidentsList().forEach(each -> incidents.add(Json.incident(each)));
        Json.print(connection.out(), node.put("next", page.getNext()));
      } else {
        print(page);
      }
      return Exit.OK;
    }
  }

  private void requireSense() {
    if (limit < 1 || limit > MAX_PAGE) {
      throw CliFailure.usage("--limit must be from 1 to " + MAX_PAGE + ", was " + limit);
    }
    if (after < 0) {
      throw CliFailure.usage("--after must be at least 0, was " + after);
    }
  }

  private void print(Door.IncidentList page) {
    Table table = new Table("INVOCATION", "NUMBER", "COMPOSITION", "WAITS", "CALLED", "PROBLEM");
    for (Door.IncidentReport each : page.getIncidentsList()) {
      table.row(
          each.getInvocation(),
          String.valueOf(each.getNumber()),
          Words.composition(each.getComposition()),
          Words.seconds(each.getWaitsMicros()),
          Words.called(each),
          Outcomes.text(Decode.problem(each.getProblem())));
    }
    table.print(connection.out());
    if (page.getNext() > 0) {
      connection.out().println("more: --after " + page.getNext());
    }
  }
}
