package io.corale.client.cli;

import io.corale.client.Acceptance;
import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.client.StartOptions;
import io.corale.client.wfformat.ImportOptions;
import io.corale.client.wfformat.ImportedComposition;
import io.corale.client.wfformat.RecordedWorkflow;
import io.corale.client.wfformat.UnusableWorkflowException;
import io.corale.client.wfformat.WfFormatReader;
import io.corale.model.AccountId;
import io.corale.model.CompositionRef;
import io.corale.model.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code corale import wfformat}. */
@Command(
    name = "wfformat",
    description = {
      "Makes a composition of a workflow that WfCommons recorded (WfFormat 1.5).",
      "",
      "Its programs become functions of the provider 'sim', which wait as long as they ran, times",
      "the scale. Every recorded dependency is kept; where the order is not series-parallel,",
      "barriers are inserted, and standard error tells how many and what they cost.",
      "With --run it is published and started; its owner needs the account."
    })
final class ImportWfFormatCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The record; '-' reads standard input.")
  private String file = "";

  @Option(
      names = "--time-scale",
      paramLabel = "X",
      required = true,
      description = "What recorded durations are multiplied by, such as 0.01.")
  private double timeScale;

  @Option(
      names = "--account",
      paramLabel = "ACCOUNT",
      defaultValue = "sim",
      description = "The account that runs the functions (default: ${DEFAULT-VALUE}).")
  private String account = "sim";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Of the composition (default: as near to the recorded name as can be).")
  private @Nullable String name;

  @Option(
      names = "--version",
      paramLabel = "VERSION",
      defaultValue = "1.0.0",
      description = "Of the composition (default: ${DEFAULT-VALUE}).")
  private String version = "1.0.0";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE|-",
      description = "Where to write it (default: standard output, or nowhere with --run).")
  private @Nullable String output;

  @Option(names = "--run", description = "Publishes it, starts it and shows how it goes.")
  private boolean run;

  @Mixin private final ConnectionOptions connection;

  ImportWfFormatCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    ImportedComposition imported = imported();
    write(imported.yaml());
    connection.err().print(imported.report());
    connection.err().flush();
    return run ? run(imported) : Exit.OK;
  }

  private ImportedComposition imported() {
    String record = Sources.read(file, connection.surroundings().in());
    try {
      RecordedWorkflow workflow = WfFormatReader.read(record);
      CompositionRef ref =
          new CompositionRef(name == null ? label(workflow.name()) : name, version);
      ImportOptions options = new ImportOptions(ref, new AccountId(account), timeScale);
      return ImportedComposition.of(workflow, options);
    } catch (UnusableWorkflowException e) {
      throw CliFailure.usage(file + ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private static String label(String recorded) {
    String cleaned = recorded.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String cut = cleaned.substring(0, Math.min(63, cleaned.length()));
    String trimmed = cut.replaceAll("^-+|-+$", "");
    return trimmed.isEmpty() ? "workflow" : trimmed;
  }

  private void write(String yaml) {
    String target = output == null ? (run ? "" : "-") : output;
    if (target.equals("-")) {
      connection.out().print(yaml);
      connection.out().flush();
    } else if (!target.isEmpty()) {
      try {
        Files.writeString(Path.of(target), yaml);
      } catch (IOException e) {
        throw CliFailure.usage("file " + target + " cannot be written: " + Sources.reason(e));
      }
    }
  }

  private int run(ImportedComposition imported) {
    CompositionRef ref = imported.options().ref();
    try (Client client = connection.ownersClient()) {
      Replies.value(client.publish(imported.yaml()));
      long startNanos = System.nanoTime();
      Invocation invocation =
          client.start(ref.name(), Payload.NULL, StartOptions.DEFAULTS.withVersion(ref.version()));
      Acceptance acceptance = Replies.value(invocation.accepted());
      Progress progress =
          new Progress(connection.err(), connection.surroundings().isTerminal(), System::nanoTime);
      progress.accepted(acceptance);
      ClientOutcome outcome = progress.follow(client, invocation);
      Duration makespan = Duration.ofNanos(System.nanoTime() - startNanos);
      connection
          .err()
          .printf(
              Locale.ROOT,
              "makespan %.3f s beside a critical path of %.3f s%n",
              makespan.toNanos() / 1e9,
              imported.composedCriticalPath().toNanos() / 1e9);
      connection.err().flush();
      return new Outcomes(connection.out(), false).print(acceptance, outcome);
    }
  }
}
