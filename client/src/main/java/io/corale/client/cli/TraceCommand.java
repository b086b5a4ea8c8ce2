package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.InvocationId;
import io.corale.wire.Door;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code corale trace}. */
@Command(
    name = "trace",
    description = {
      "Shows what happened to an invocation, step by step.",
      "It is read from the replicated record: every node shows the same, also after a fail-over."
    })
final class TraceCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "The invocation.")
  private String id = "";

  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  TraceCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    InvocationId invocation = Ids.parse(id);
    try (Client client = connection.ownersClient()) {
      Door.TraceReport trace = Replies.value(client.trace(invocation));
      if (output.isJson()) {
        Json.print(connection.out(), Json.trace(trace));
      } else {
        StatusCommand.print(connection.out(), trace.getStatus());
        connection.out().println();
        print(connection.out(), trace);
      }
      return Exit.OK;
    }
  }

  /** What happened, step by step. */
  static void print(PrintWriter out, Door.TraceReport trace) {
    Table table = new Table("AT", "WHAT", "CALL", "FUNCTION", "PLACE", "EXECUTOR", "DETAIL");
    for (Door.TraceEvent event : trace.getEventsList()) {
      table.row(
          Words.seconds(event.getAtMicros()),
          Words.kind(event).replace('_', ' '),
          call(event),
          joined("/", event.getFunction(), event.getImplementation()),
          event.getPlace(),
          event.getExecutor(),
          event.getDetail());
    }
    table.print(out);
    if (trace.getDropped() > 0) {
      out.println(trace.getDropped() + " more events were not kept");
    }
  }

  private static String call(Door.TraceEvent event) {
    if (event.getCall() == 0) {
      return "";
    }
    return event.getAttempt() == 0
        ? Long.toString(event.getCall())
        : event.getCall() + "#" + event.getAttempt();
  }

  private static String joined(String by, String... parts) {
    return Stream.of(parts).filter(part -> !part.isEmpty()).collect(Collectors.joining(by));
  }
}
