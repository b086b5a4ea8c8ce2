package io.corale.client.cli;

import io.corale.client.Acceptance;
import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.client.StartOptions;
import io.corale.model.Payload;
import io.corale.model.ServiceClass;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code corale run}. */
@Command(
    name = "run",
    description = {
      "Starts a composition, shows how it goes and prints its output.",
      "",
      "It runs on by itself: ending this command does not stop it ('corale cancel' does).",
      "With --id the same command may be given again safely, also after a failure: for ten"
          + " minutes,",
      "and while it runs, the id is remembered.",
      "Progress goes to standard error, the output to standard output."
    })
final class RunCommand implements Callable<Integer> {
  @Parameters(paramLabel = "COMPOSITION", description = "Its name.")
  private String composition = "";

  @Option(
      names = "--version",
      paramLabel = "VERSION",
      description = "Its version (default: the highest release).")
  private @Nullable String version;

  @Option(
      names = {"-i", "--input"},
      paramLabel = "JSON|@FILE|-",
      defaultValue = "null",
      description =
          "Its input: JSON of at most 8 MiB, a file after '@', or '-' for standard input.")
  private String input = "null";

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Names the invocation; the same id is the same invocation.")
  private @Nullable String id;

  @Option(
      names = "--deadline",
      paramLabel = "DURATION",
      description = "By when it should end, from now, such as PT10S; it orders the queue.")
  private @Nullable Duration deadline;

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      defaultValue = "standard",
      description = "urgent, interactive, standard or batch (default: ${DEFAULT-VALUE}).")
  private ServiceClass serviceClass = ServiceClass.STANDARD;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "A mark to find it by; may be repeated.")
  private Map<String, String> labels = new TreeMap<>();

  @Option(
      names = "--incidents",
      description =
          "What fails for good waits for a person, also if the composition does not want that.")
  private boolean wantsIncidents;

  @Option(names = "--detach", description = "Ends as soon as it is on record, and prints its id.")
  private boolean detach;

  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  RunCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    Payload payload = Sources.payload("--input", input, connection.surroundings().in());
    StartOptions options = options();
    try (Client client = connection.ownersClient()) {
      Invocation invocation = client.start(composition, payload, options);
      Acceptance acceptance = Replies.value(invocation.accepted());
      warn(acceptance);
      if (detach) {
        printAccepted(acceptance);
        return Exit.OK;
      }
      Progress progress =
          new Progress(connection.err(), connection.surroundings().isTerminal(), System::nanoTime);
      progress.accepted(acceptance);
      ClientOutcome outcome = progress.follow(client, invocation);
      return new Outcomes(connection.out(), output.isJson()).print(acceptance, outcome);
    }
  }

  /** It runs, and what fails in it ends it: nobody must believe otherwise. */
  private void warn(Acceptance acceptance) {
    if (wantsIncidents && !acceptance.keepsIncidents()) {
      connection
          .err()
          .println(
              "warning: what fails in "
                  + acceptance.id()
                  + " will not wait for a person: it was accepted before without --incidents, or"
                  + " its node is of an older release");
      connection.err().flush();
    }
  }

  private StartOptions options() {
    try {
      StartOptions options = StartOptions.DEFAULTS.withServiceClass(serviceClass);
      for (Map.Entry<String, String> label : labels.entrySet()) {
        options = options.withLabel(label.getKey(), label.getValue());
      }
      options = deadline == null ? options : options.withDeadline(positive(deadline));
      options = version == null ? options : options.withVersion(version);
      options = wantsIncidents ? options.withIncidents() : options;
      return id == null ? options : options.withId(id);
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private static Duration positive(Duration deadline) {
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException("--deadline must be above zero, was " + deadline);
    }
    return deadline;
  }

  private void printAccepted(Acceptance acceptance) {
    if (output.isJson()) {
      Json.print(
          connection.out(),
          Json.object()
              .put("invocation", acceptance.id().value())
              .put("composition", acceptance.composition().toString())
              .put("cell", acceptance.cell())
              .put("knownAlready", acceptance.knownAlready())
              .put("incidents", acceptance.keepsIncidents()));
    } else {
      connection.out().println(acceptance.id());
    }
  }
}
