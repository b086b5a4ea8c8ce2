package io.corale.client.cli;

import io.corale.client.Client;
import io.corale.model.InvocationId;
import io.corale.model.Refusal;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code corale incident show}. */
@Command(
    name = "show",
    description = {
      "Shows a call that has failed for good and waits for a person, with its input.",
      "The input is what the function was called with; of a request of a composition, what was"
          + " requested: who has the right 'invoke' is shown it. --input prints that alone, to"
          + " change it and give it to 'incident retry'."
    })
final class IncidentShowCommand implements Callable<Integer> {
  private static final String HIDDEN = "takes the right 'invoke'";

  @Parameters(index = "0", paramLabel = "ID", description = "The invocation.")
  private String id = "";

  @Parameters(index = "1", paramLabel = "NUMBER", description = "The incident.")
  private long number;

  @Option(names = "--input", description = "Prints its input only.")
  private boolean isInputOnly;

  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  IncidentShowCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    InvocationId invocation = Ids.parse(id);
    long incident = Numbers.incident(number);
    try (Client client = connection.ownersClient()) {
      Door.IncidentReport report =
          Replies.value(client.incident(invocation, incident)).getIncidents(0);
      PrintWriter out = connection.out();
      if (isInputOnly) {
        out.println(
            input(report)
                .orElseThrow(
                    () ->
                        CliFailure.refused(
                            Refusal.of(Refusal.Code.FORBIDDEN, "the input " + HIDDEN))));
      } else if (output.isJson()) {
        Json.print(out, Json.incident(report));
      } else {
        print(out, report);
      }
      out.flush();
      return Exit.OK;
    }
  }

  private static void print(PrintWriter out, Door.IncidentReport report) {
    line(out, "invocation", report.getInvocation());
    line(out, "incident", String.valueOf(report.getNumber()));
    line(out, "composition", Words.composition(report.getComposition()));
    line(out, "task", report.getPlace());
    line(out, "call", report.getCall() + " of " + Words.called(report));
    line(out, "account", report.getAccount() + ", scope " + report.getScope());
    line(out, "waits", Words.seconds(report.getWaitsMicros()));
    line(out, "problem", Outcomes.text(Decode.problem(report.getProblem())));
    line(out, "input", input(report).orElse("(" + HIDDEN + ")"));
  }

  private static Optional<String> input(Door.IncidentReport report) {
    return report.hasArguments()
        ? Optional.of(Decode.payload(report.getArguments()).json())
        : Optional.empty();
  }

  private static void line(PrintWriter out, String name, String value) {
    out.println(String.format(Locale.ROOT, "%-12s %s", name, value));
  }
}
