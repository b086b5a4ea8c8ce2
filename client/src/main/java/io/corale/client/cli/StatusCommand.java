package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code corale status}. */
@Command(name = "status", description = "Shows where an invocation stands.")
final class StatusCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The invocation.")
  private String id = "";

  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  StatusCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    InvocationId invocation = Ids.parse(id);
    try (Client client = connection.ownersClient()) {
      Door.InvocationStatus status = Replies.value(client.status(invocation));
      if (output.isJson()) {
        Json.print(connection.out(), Json.status(status));
      } else {
        print(connection.out(), status);
      }
      return Exit.OK;
    }
  }

  static void print(PrintWriter out, Door.InvocationStatus status) {
    line(out, "invocation", status.getInvocation());
    line(out, "composition", Words.composition(status.getComposition()));
    line(out, "phase", Words.phase(status));
    line(out, "class", status.getServiceClass().name().toLowerCase(Locale.ROOT));
    line(out, "caller", status.getCaller());
    line(out, "accepted", Words.instant(status.getAcceptedWallMillis()));
    line(out, "age", Words.seconds(status.getAgeMicros()));
    line(out, "calls", Words.calls(status));
    if (status.hasHeld()) {
      line(out, "held", Words.held(status.getHeld()));
    }
    if (status.getIncidents() > 0) {
      line(
          out,
          "incidents",
          status.getIncidents() + ", see corale incidents --of " + status.getInvocation());
    }
    if (!status.getParent().isEmpty()) {
      line(out, "run by", status.getParent());
    }
    if (status.getRuns() > 0) {
      line(out, "has run", Words.runs(status));
    }
    status.getListensForList().forEach(event -> line(out, "listens for", event));
    line(out, "cell", status.getCell() + ", at index " + status.getIndex());
    status.getLabelsMap().forEach((key, value) -> line(out, "label", key + "=" + value));
    if (status.hasEnding()) {
      line(out, "ending", ending(Decode.ending(status.getEnding())));
    }
    out.flush();
  }

  private static String ending(Ending ending) {
    if (ending instanceof Ending.Completed completed) {
      return "completed with " + completed.output();
    }
    if (ending instanceof Ending.Faulted faulted) {
      return "faulted: " + Outcomes.text(faulted.problem());
    }
    if (ending instanceof Ending.Cancelled cancelled) {
      return "cancelled: " + cancelled.reason();
    }
    throw new IllegalStateException("a new kind of ending: " + ending);
  }

  private static void line(PrintWriter out, String name, String value) {
    out.println(String.format(Locale.ROOT, "%-12s %s", name, value).stripTrailing());
  }
}
