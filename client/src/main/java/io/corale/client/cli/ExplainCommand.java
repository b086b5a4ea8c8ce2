package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.InvocationId;
import io.corale.wire.Door;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code corale explain}. */
@Command(
    name = "explain",
    description = {
      "Says why the calls of an invocation stand where they stand, and what happened so far.",
      "Of a waiting call: each scope that is shut on its way, and by what, or what it waits for",
      "itself; for how long it has waited; how many calls go before it in the scope that keeps it",
      "for longest; when it will start, and within which time four of five such calls do; and what",
      "would change that. Until the node that serves the owner has made 50 observations of such",
      "waits since it took over, of late calls and of others, that time is a guess, and called",
      "one."
    })
final class ExplainCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The invocation.")
  private String id = "";

  @Option(names = "--json", description = "The same as --output json.")
  private boolean isJson;

  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  ExplainCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    InvocationId invocation = Ids.parse(id);
    try (Client client = connection.ownersClient()) {
      Door.ExplainReport report = Replies.value(client.explain(invocation));
      if (isJson || output.isJson()) {
        Json.print(connection.out(), ExplainWords.json(report));
      } else {
        print(connection.out(), report);
      }
      return Exit.OK;
    }
  }

  private static void print(PrintWriter out, Door.ExplainReport report) {
    StatusCommand.print(out, report.getTrace().getStatus());
    for (Door.IncidentReport incident : report.getIncidentsList()) {
      out.println();
      line(out, "incident", incident.getNumber() + ", call " + incident.getCall());
      line(out, "stands", ExplainWords.standing(incident));
      line(out, "changes", ExplainWords.change(incident));
    }
    for (Door.CallExplanation call : report.getCallsList()) {
      out.println();
      print(out, call);
    }
    if (report.getOthers() > 0) {
      out.println();
      out.println(report.getOthers() + " more calls have not ended");
    }
    out.println();
    TraceCommand.print(out, report.getTrace());
  }

  private static void print(PrintWriter out, Door.CallExplanation call) {
    line(out, "call", ExplainWords.name(call));
    line(out, "stands", ExplainWords.standing(call));
    call.getObstaclesList().forEach(each -> line(out, "held by", ExplainWords.words(each)));
    if (call.hasQueuePlace()) {
      line(out, "place", ExplainWords.words(call.getQueuePlace()));
    }
    if (call.getState() == Door.CallExplanation.State.QUEUED && !call.hasForetold()) {
      line(out, "starts", "nobody can say when");
    }
    if (call.hasForetold()) {
      line(out, "starts", ExplainWords.words(call.getForetold()));
    }
    call.getChangesList().forEach(each -> line(out, "changes", ExplainWords.words(each)));
  }

  private static void line(PrintWriter out, String name, String value) {
    out.println(String.format(Locale.ROOT, "%-12s %s", name, value));
  }
}
